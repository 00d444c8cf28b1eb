import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toBase64 } from '@sallyport/protocol'
import { encodeEntry } from '@sallyport/protocol/ledger'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signedInMachine, type Machine } from '../testing/command.ts'
import { startTestGate, type TestGate } from '../testing/gate.ts'
import { people, sampleIds } from '../testing/records.ts'

let gate: TestGate
let machine: Machine
beforeAll(async () => {
  gate = await startTestGate()
  machine = await signedInMachine(gate)
})
afterAll(() => gate.close())

const [someone] = people
const by = { id: someone?.id ?? '', name: 'A \u001b[31mhostile\u001b[0m name' }
const listed = {
  id: sampleIds.entry,
  index: 7,
  at: '2026-11-29T12:00:00.000Z',
  kind: 'decision.deny',
  by,
  about: { kind: 'enclave', id: 'enclave', name: '' },
  action: 'person.list',
}
const bytes = encodeEntry({
  id: sampleIds.entry as never,
  atMs: Date.UTC(2026, 10, 29, 12),
  kind: 'decision.deny',
  actor: by.id as never,
  about: null,
  body: { action: 'person.list' },
  salt: 'A'.repeat(22),
})
const once = (path: string, value: unknown) => gate.once.set(path, { status: 200, body: JSON.stringify(value) })

describe('ledger entries', () => {
  test('asks for what was said, tells a line for each and how to go on', async () => {
    const query = '?kind=decision.deny&from=2026-11-01'
    once(`/ledger/entries${query}`, { entries: [listed], next: 'further', ledgerSize: 12 })
    const { exit, out, err } = await machine.run([
      'ledger',
      'entries',
      '--kind',
      'decision.deny',
      '--from',
      '2026-11-01',
    ])
    expect({ exit, isAsked: gate.once.size }).toEqual({ exit: 0, isAsked: 0 })
    expect(out).toMatch(/7 +2026-11-29T12:00:00.000Z +decision.deny +person.list/)
    expect(out).not.toContain('\u001b[31m')
    expect(err).toContain('--after further')
  })

  test('of a person are asked for by their id, and without decisions', async () => {
    once(`/ledger/entries?without=decisions&by=${by.id}`, { entries: [], next: null, ledgerSize: 12 })
    expect((await machine.run(['ledger', 'entries', '--without-decisions', '--by', by.id])).exit).toBe(0)
    expect(gate.once.size).toBe(0)
  })

  test('are not shown to whom they are refused', async () => {
    gate.refused.add('/ledger/entries')
    const { exit, out } = await machine.run(['ledger', 'entries'])
    gate.refused.clear()
    expect(exit).not.toBe(0)
    expect(out).toBe('')
  })
})

describe('ledger entry', () => {
  test('shows what its bytes say, and writes exactly them', async () => {
    const answer = { index: 7, bytes: toBase64(bytes), by, aboutName: '' }
    once(`/ledger/entries/${sampleIds.entry}`, answer)
    const shown = await machine.run(['ledger', 'entry', sampleIds.entry])
    expect(shown.exit).toBe(0)
    expect(shown.out).toContain('"action": "person.list"')
    once(`/ledger/entries/${sampleIds.entry}`, answer)
    expect((await machine.run(['ledger', 'entry', sampleIds.entry, '--out', 'entry.json'])).exit).toBe(0)
    expect(new Uint8Array(await readFile(join(machine.workingFolder, 'entry.json')))).toEqual(bytes)
  })

  test('that is none is told as such', async () => {
    once(`/ledger/entries/${sampleIds.entry}`, { index: 7, bytes: 'AAAA', by, aboutName: '' })
    const { exit, err } = await machine.run(['ledger', 'entry', sampleIds.entry])
    expect(exit).not.toBe(0)
    expect(err).toContain('cannot read the entry')
  })
})
