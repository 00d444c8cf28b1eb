import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fromBase64, utf8 } from '@sallyport/protocol'
import { formatTlogProof, leafHash, nodeHash } from '@sallyport/protocol/ledger'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sha256 } from '../session/index.ts'
import { createMachine, signedInMachine, type Machine } from '../testing/command.ts'
import { startTestGate, type TestGate } from '../testing/gate.ts'
import { makeLedger, signReceipt, type TestLedger } from '../testing/ledger.ts'

const entries = ['{"n":0}', '{"n":1}', '{"n":2}']
const entryId = '01934c1e-6d5e-7b1c-8f0a-2f6f1c9d8e77'
let gate: TestGate
let machine: Machine
let receipt: Record<string, unknown>
beforeAll(async () => {
  gate = await startTestGate()
  machine = await signedInMachine(gate)
  receipt = signReceipt(gate.ledger, entryId, entries[1])
  await write('receipt.json', JSON.stringify({ file: {}, receipt }))
})
afterAll(() => gate.close())

const write = (name: string, text: string) => writeFile(join(machine.workingFolder, name), text)
/** Answer the next request for a proof, or one for each end of its path, in that order. */
const answer = (value: Record<string, unknown>, ends: readonly string[] = ['/ledger/proofs']) => {
  const nothing = { isOverdue: false, index: null, proof: null, alarm: null }
  const body = JSON.stringify({ ...nothing, ...value })
  for (const end of ends) gate.once.set(end, { status: 200, headers: { 'content-type': 'application/json' }, body })
}
/** The proof of the middle one of three entries, with what is to be put in instead. */
function proofText(ledger: TestLedger = gate.ledger, change: { extra?: unknown; index?: number } = {}): string {
  const hashes = entries.map((entry) => leafHash(sha256, utf8(entry)))
  const proof = [hashes[0] ?? utf8(''), hashes[2] ?? utf8('')]
  const extra = utf8(JSON.stringify(change.extra ?? receipt))
  return formatTlogProof({ index: change.index ?? 1, proof, note: ledger.note, extra })
}
const prove = (...more: string[]) => machine.run(['ledger', 'prove', 'receipt.json', ...more])
const verify = (...more: string[]) => machine.run(['ledger', 'verify', '--proof', 'proof', ...more])

test('the proof of these tests is one', () => {
  const [first, second, third] = entries.map((entry) => leafHash(sha256, utf8(entry)))
  if (first === undefined || second === undefined || third === undefined) throw new Error('three entries')
  const root = nodeHash(sha256, nodeHash(sha256, first, second), third)
  expect(fromBase64(gate.ledger.note.split('\n')[2] ?? '')).toEqual(new Uint8Array(root))
})

describe('sallyport ledger prove', () => {
  test('writes a proof once it holds against the pinned keys', async () => {
    answer({ state: 'in-tree', index: 1, proof: proofText() })
    const { exit, out, err } = await prove()
    expect({ exit, err }).toMatchObject({ exit: 0, err: expect.stringContaining('number 1 of the 3') })
    expect(out).toBe(proofText())
    answer({ state: 'in-tree', index: 1, proof: proofText() })
    expect(await prove('--out', 'proof')).toMatchObject({ exit: 0 })
    expect(await readFile(join(machine.workingFolder, 'proof'), 'utf8')).toBe(proofText())
    answer({ state: 'in-tree', index: 1, proof: proofText() })
    expect((await prove('--out', 'proof')).err).toContain('want --force or another name')
  })

  test('does not take the word of a gate whose proof does not hold', async () => {
    const other = makeLedger([...entries.slice(0, 2), '{"n":9}'], gate.ledger)
    const strangers = makeLedger(entries)
    const proofs = [proofText(other), proofText(strangers), proofText(gate.ledger, { index: 0 }), 'nothing', null]
    for (const proof of proofs) {
      answer({ state: 'in-tree', index: 1, proof })
      const { exit, err, out } = await prove()
      expect({ exit, err, out }).toMatchObject({ exit: 1, out: '' })
      expect(err).toContain('the proof that the gate gave does not lead to a checkpoint of the pinned keys')
    }
  })

  test('raises the alarm for an entry that is lost, loudly; exit 1', async () => {
    const alarm = '01934c1e-6d5e-7b1c-8f0a-2f6f1c9d8e78'
    answer({ state: 'lost', isOverdue: true, alarm })
    const { exit, out } = await prove()
    expect(exit).toBe(1)
    expect(out).toContain(`ALARM: entry ${entryId} was acknowledged and is NOT in the ledger.`)
    expect(out).toContain(`on record as entry ${alarm}`)
    answer({ state: 'lost', isOverdue: true })
    expect((await prove()).out).toContain('could not put the alarm on record')
    answer({ state: 'lost', isOverdue: true, alarm })
    const json = await prove('--json')
    expect(json.exit).toBe(1)
    expect(JSON.parse(json.out)).toEqual({ state: 'lost', isOverdue: true, entryId, alarm })
  })

  test('asks again for what is on its way, and says when that takes too long', async () => {
    answer({ state: 'in-tree', index: 1, proof: proofText() }, ['/ledger/proofs', 'ledger/proofs', 'r/proofs'])
    answer({ state: 'pending' }, ['/ledger/proofs'])
    answer({ state: 'missing' }, ['ledger/proofs'])
    expect(await prove()).toMatchObject({ exit: 0, out: proofText() })
    expect(gate.once.size).toBe(0)
    answer({ state: 'pending', isOverdue: true })
    const late = await prove()
    expect(late).toMatchObject({ exit: 1, out: expect.stringContaining('OVERDUE') })
  })

  test('refuses what the pinned key never signed, and what is no receipt', async () => {
    const asked = gate.seen.length
    await write('forged.json', JSON.stringify({ ...receipt, at: '2026-11-24T09:00:00.001Z' }))
    const forged = await machine.run(['ledger', 'prove', 'forged.json'])
    expect(forged).toMatchObject({ exit: 1, err: expect.stringContaining('cannot trust the receipt') })
    await write('none.json', '{}')
    expect((await machine.run(['ledger', 'prove', 'none.json'])).err).toContain('there is no receipt in it')
    expect((await machine.run(['ledger', 'prove', 'nowhere.json'])).err).toContain('it cannot be read')
    const unkept = await machine.run(['ledger', 'prove', '01934c1e-6d5e-7b1c-8f0a-2f6f1c9d8e79'])
    expect(unkept.err).toContain('no receipt of that entry was kept on this machine')
    expect(gate.seen.slice(asked).filter((one) => one.includes('proofs'))).toEqual([])
  })

  test('finds the receipt of what was done on this machine by the id of its entry', async () => {
    await write('plan.step', 'content')
    const done = await machine.run(['file', 'protect', 'plan.step', '--vault', 'Falcon', '--json'])
    expect(done).toMatchObject({ exit: 0 })
    const [, id = ''] = /"entryId": ?"([0-9a-f-]{36})"/.exec(done.out) ?? []
    const kept = join(machine.home, '.config', 'sallyport', 'receipts', 'default', `${id}.json`)
    expect((await stat(kept)).mode & 0o777).toBe(0o600)
    answer({ state: 'lost', isOverdue: true })
    expect((await machine.run(['ledger', 'prove', id])).out).toContain(`ALARM: entry ${id}`)
  })
})

describe('sallyport ledger verify --proof', () => {
  test('verifies without any gate, and against given keys on a machine that never met one', async () => {
    await write('proof', proofText())
    const asked = gate.seen.length
    const { exit, out } = await verify()
    expect({ exit, asked: gate.seen.length }).toEqual({ exit: 0, asked })
    expect(out).toContain('is number 1 of the 3 entries of gate.example/ledger')
    expect(out).toContain(`It is entry ${entryId}, recorded at 2026-11-24T09:00:00.000Z.`)
    const assessor = createMachine()
    const path = join(machine.workingFolder, 'proof')
    const keys = gate.ledger.keys.flatMap((key) => ['--key', key])
    const given = ['ledger', 'verify', '--proof', path, '--origin', gate.ledger.origin, ...keys]
    const without = await assessor.run(given)
    expect(without).toMatchObject({ exit: 0, out: expect.stringContaining('give --receipt-key to check it') })
    expect(without.out).not.toContain(entryId)
    const whole = await assessor.run([...given, '--receipt-key', gate.ledger.keys[0] ?? ''])
    expect(whole).toMatchObject({ exit: 0, out: expect.stringContaining(`It is entry ${entryId}`) })
    const wrong = await assessor.run([...given, '--receipt-key', gate.ledger.keys[1] ?? ''])
    expect(wrong).toMatchObject({ exit: 1, out: expect.stringContaining('FALSE: the receipt') })
  })

  test.each([
    ['of another ledger', () => proofText(makeLedger(entries)), 'FALSE: the entry'],
    ['at another place', () => proofText(gate.ledger, { index: 0 }), 'FALSE: the entry'],
    [
      'with the receipt of another entry',
      () => proofText(gate.ledger, { extra: signReceipt(gate.ledger, entryId) }),
      'FALSE: the entry',
    ],
    [
      'whose receipt was altered',
      () => proofText(gate.ledger, { extra: { ...receipt, at: '2026-11-25T09:00:00.000Z' } }),
      'FALSE: the receipt',
    ],
    ['without a receipt', () => proofText(gate.ledger, { extra: {} }), 'Not a proof'],
    ['that is none', () => 'nothing', 'Not a proof'],
  ])('refuses a proof %s', async (_, text, said) => {
    await write('proof', text())
    expect(await verify()).toMatchObject({ exit: 1, out: expect.stringContaining(said) })
  })
})

describe('sallyport ledger alarms', () => {
  test('shows an officer what was found lost, with exit 1; nothing is exit 0', async () => {
    const alarms = (found: readonly unknown[]) =>
      gate.once.set('/ledger/alarms', {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ alarms: found }),
      })
    alarms([])
    expect(await machine.run(['ledger', 'alarms'])).toMatchObject({ exit: 0 })
    const at = '2026-11-24T09:00:00.000Z'
    alarms([{ id: entryId, at, entryId, recordedAt: at, leafHash: 'AA==', raisedFrom: null }])
    const { exit, out } = await machine.run(['ledger', 'alarms'])
    expect({ exit, out }).toMatchObject({ exit: 1, out: expect.stringContaining('ALARM') })
    expect(out).toContain('unknown place')
  })
})
