import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { signedInMachine, type Machine } from '../testing/command.ts'
import { startTestGate, type TestGate } from '../testing/gate.ts'
import { signReceipt } from '../testing/ledger.ts'
import { sampleIds } from '../testing/records.ts'

let gate: TestGate
let machine: Machine
beforeAll(async () => {
  gate = await startTestGate()
})
beforeEach(async () => {
  machine = await signedInMachine(gate)
})
afterEach(() => gate.once.clear())
afterAll(() => gate.close())

const id = sampleIds.decision
const answer = (end: string, value: object) =>
  gate.once.set(end, { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) })
const receipt = () => signReceipt(gate.ledger, sampleIds.entry)
const request = {
  id,
  by: { id: sampleIds.lucas, name: 'Lucas Moreau' },
  at: '2026-11-24T10:00:00.000Z',
  decisionId: sampleIds.entry,
  action: 'file.open',
  about: { kind: 'file', id: sampleIds.file, name: '' },
  roles: ['officer'],
  text: 'I design the bracket',
  state: 'declined',
  answer: { by: { id: sampleIds.lucas, name: 'Grace Okafor' }, at: '2026-11-24T11:00:00.000Z', text: 'No license.' },
}

describe('sallyport request', () => {
  test('make: says whose turn it is and how to follow it', async () => {
    answer('/requests', { requestId: id, roles: ['officer'], receipt: receipt() })
    const { exit, out } = await machine.run(['request', 'make', sampleIds.entry, '--text', 'I design the bracket'])
    expect({ exit, out }).toMatchObject({
      exit: 0,
      out: expect.stringContaining('an export control officer') as string,
    })
    expect(out).toContain('sallyport request list')
  })

  test('list: what became of it, and for whoever answers what is asked of them', async () => {
    answer('/requests', { requests: [request], next: null })
    const own = await machine.run(['request', 'list'])
    expect(own.out).toMatch(/declined +No license\. \(Grace Okafor\)/)
    answer('/requests/waiting', { requests: [{ ...request, state: 'waiting', answer: null }], next: 'bmV4dA' })
    const waiting = await machine.run(['request', 'list', '--waiting'])
    expect(waiting.out).toMatch(/Lucas Moreau +file\.open of file/)
    expect(waiting.out).toContain(sampleIds.entry)
    expect(waiting.err).toContain('--after bmV4dA')
    answer('/requests', { requests: [], next: null })
    expect((await machine.run(['request', 'list'])).out).toBe('You asked for nothing.\n')
  })

  test('answer and withdraw: one of two ways, with words', async () => {
    expect((await machine.run(['request', 'answer', id])).exit).toBe(1)
    expect((await machine.run(['request', 'answer', id, '--done', 'a', '--decline', 'b'])).exit).toBe(1)
    for (const way of ['--done', '--decline']) {
      answer('/answer', { requestId: id, receipt: receipt() })
      expect(await machine.run(['request', 'answer', id, way, 'words'])).toMatchObject({ exit: 0, out: 'Answered.\n' })
    }
    answer('/withdraw', { requestId: id, receipt: receipt() })
    expect(await machine.run(['request', 'withdraw', id])).toMatchObject({ exit: 0, out: 'Withdrawn.\n' })
  })
})
