import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signedInMachine, type Machine } from '../testing/command.ts'
import { startTestGate, type TestGate } from '../testing/gate.ts'
import { signReceipt } from '../testing/ledger.ts'
import { sampleIds } from '../testing/records.ts'

let gate: TestGate
let machine: Machine
beforeAll(async () => {
  gate = await startTestGate()
  machine = await signedInMachine(gate)
})
afterAll(() => gate.close())

const refusal = {
  decisionId: sampleIds.decision,
  at: '2026-11-29T12:00:00.000Z',
  by: null,
  action: 'ledger.read',
  about: { kind: 'enclave', id: 'enclave', name: '' },
  place: { name: '', country: null },
  door: 'api',
  reasons: ['not-rostered'],
  rules: ['stranger'],
  alike: sampleIds.decision,
  triage: {
    state: 'looking',
    note: 'who is it',
    by: { id: sampleIds.entry, name: 'Grace' },
    at: '2026-11-29T12:01:00.000Z',
  },
}
const once = (path: string, value: unknown) => gate.once.set(path, { status: 200, body: JSON.stringify(value) })

describe('refusals on the command line', () => {
  test('are listed with why and how far somebody is', async () => {
    once('/refusals?all=true', { refusals: [refusal], next: 'further' })
    const { exit, out, err } = await machine.run(['refusal', 'list', '--all'])
    expect(exit).toBe(0)
    expect(out).toMatch(/nobody of the roster +ledger.read +enclave.*unknown +stranger +looking: who is it/)
    expect(err).toContain('--after further')
  })

  test('are one line where they are alike, and put into a state together', async () => {
    const before = { ...refusal, decisionId: sampleIds.entry, at: '2026-11-29T11:58:00.000Z' }
    once('/refusals', { refusals: [refusal, before], next: null })
    const { out } = await machine.run(['refusal', 'list'])
    expect(out).toMatch(/2, since 2026-11-29T11:58/)
    expect(out).not.toContain(sampleIds.entry)
    once('/refusals?all=true', { refusals: [refusal, before], next: null })
    once('/triage', {
      decisionId: sampleIds.decision,
      state: 'harmless',
      receipt: signReceipt(gate.ledger, sampleIds.entry),
    })
    gate.changes.length = 0
    const said = await machine.run(['refusal', 'triage', sampleIds.decision, '--harmless', 'a page that was reloaded'])
    expect(said).toMatchObject({ exit: 0, out: 'It and 1 alike are harmless now, on record.\n' })
  })

  test('are put into a state as of the one that they have', async () => {
    once('/refusals?all=true', { refusals: [refusal], next: null })
    const receipt = signReceipt(gate.ledger, sampleIds.entry)
    once('/triage', { decisionId: sampleIds.decision, state: 'harmless', receipt })
    const { exit, out } = await machine.run(['refusal', 'triage', sampleIds.decision, '--harmless', 'a typing error'])
    expect({ exit, out }).toEqual({ exit: 0, out: 'It is harmless now, on record.\n' })
    expect(gate.once.size).toBe(0)
  })

  test.each([[[]], [['--harmless', 'a', '--incident', 'b']]])('want one state: %j', async (said) => {
    const { exit, err } = await machine.run(['refusal', 'triage', sampleIds.decision, ...said])
    expect(exit).not.toBe(0)
    expect(err).toContain('want one of --looking, --harmless and --incident')
  })

  test('releases that are unusual come with what they were compared to', async () => {
    const { triage: _, reasons: __, alike: ___, ...release } = refusal
    once('/releases/unusual', { releases: [{ ...release, rules: ['many'] }], compared: 21, since: refusal.at })
    const { exit, out } = await machine.run(['refusal', 'unusual'])
    expect(exit).toBe(0)
    expect(out).toContain('Of the newest 21 releases')
  })
})
