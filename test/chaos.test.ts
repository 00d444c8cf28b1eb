// The judge of `npm run chaos` finds what it is there to find: each thing that must not happen is forged once, in a ledger with real
// signatures, and is said in words. The faults themselves are done by the command, on a real enclave.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Id } from '@sallyport/protocol'
import { formatVerifyKey } from '@sallyport/protocol/ledger'
import { openJournal, type Journal } from '../chaos/journal.ts'
import { extentOf, judge } from '../chaos/judge.ts'
import { seeded } from '../chaos/random.ts'
import { recordedTree, type RecordedTree } from '../chaos/recorded-tree.ts'
import type { Receipt } from '../server/src/ledger/index.ts'
import { newId, systemClock, systemRandomness } from '../server/src/base/index.ts'
import { temporaryLedger, type TemporaryLedger } from '../server/src/ledger/testing.ts'

let temporary: TemporaryLedger
let other: TemporaryLedger | null
let folder: string
let journal: Journal
beforeEach(async () => {
  temporary = await temporaryLedger()
  other = null
  folder = await mkdtemp(join(tmpdir(), 'sallyport-judge-'))
  journal = openJournal(join(folder, 'journal.jsonl'))
})
afterEach(async () => {
  await journal.close()
  await temporary.stop()
  await other?.stop()
  await rm(folder, { recursive: true })
})

const person = newId<'person'>(systemClock, systemRandomness)
const fileId = newId<'file'>(systemClock, systemRandomness)

/** Record a permit to open the file, and yield its receipt. */
async function permit(): Promise<Receipt> {
  const { receipt } = await temporary.ledger.append({
    kind: 'decision.permit',
    actor: person,
    about: { kind: 'file', id: fileId },
    body: { action: 'file.open' },
  })
  return receipt
}

async function end(): Promise<Id<'entry'>> {
  const about = { kind: 'person', id: person }
  const { receipt } = await temporary.ledger.append({ kind: 'person.ended', actor: null, about, body: {} })
  return receipt.entryId
}

/** Read the tree as it is, or only its first entries. */
async function read({ ledger, options, keys }: TemporaryLedger = temporary, most = Infinity): Promise<RecordedTree> {
  while ((await ledger.sequenceOnce()) > 0);
  const { origin, receiptSigner } = options
  const pinned = { origin, keys: keys.map(formatVerifyKey), receiptKey: formatVerifyKey(receiptSigner.key) }
  const tree = recordedTree(pinned)
  const rows = await options.database.query('SELECT bytes FROM ledger_entries ORDER BY index')
  for (const { bytes } of rows.slice(0, most)) tree.add(bytes as Uint8Array)
  return tree
}

const nothing = { acknowledged: 0, keys: 0, endings: 0, checkpoints: 0, strange: 0 }
const verdict = (tree: RecordedTree) => judge(journal, tree, nothing, extentOf(journal))
const released = (decision: string | null, sentAt = 1) =>
  journal.release({ personId: person, fileId, decision, isRight: true, sentAt })

describe('judge()', () => {
  test('finds nothing wrong with what is as it should be', async () => {
    const first = await permit()
    journal.acknowledge('open', first)
    released(first.entryId)
    await read()
    journal.see(await temporary.ledger.checkpoint())
    journal.end({ about: 'person', id: person, entryId: await end(), acknowledgedAt: 2 })
    const tree = await read()
    journal.see(await temporary.ledger.checkpoint())
    expect(await verdict(tree)).toEqual([])
  })

  test('says what was acknowledged and is not there, or is another entry, or was signed by nobody', async () => {
    const receipts = [await permit(), await permit()]
    const [one, two] = receipts
    if (one === undefined || two === undefined) throw new Error('no receipts')
    const tree = await read(temporary, 1)
    for (const receipt of receipts) journal.acknowledge('open', receipt)
    const inTree = receipts.find(({ entryId }) => tree.entries.has(entryId)) ?? one
    journal.acknowledge('another', { ...inTree, leafHash: two === inTree ? one.leafHash : two.leafHash })
    journal.acknowledge('unsigned', { ...inTree, signature: one.leafHash })
    expect((await verdict(tree)).map((fault) => fault.replace(/receipt \S+ /, ''))).toEqual([
      'acknowledged and lost: open, its entry is not in the tree',
      'acknowledged and lost: another, its entry is another one',
      'acknowledged and lost: unsigned, the pinned key did not sign it',
    ])
  })

  test('says which key has no entry of its decision (I2)', async () => {
    const { entryId } = await permit()
    const ended = await end()
    const tree = await read()
    released(entryId)
    released(null)
    released(newId<'entry'>(systemClock, systemRandomness))
    released(ended)
    const faults = await verdict(tree)
    expect(faults).toHaveLength(3)
    expect(faults.every((fault) => fault.startsWith('I2: a key of'))).toBe(true)
  })

  test('says which key and which permit came after an acknowledged end (I3)', async () => {
    const before = await permit()
    const entryId = await end()
    await read()
    const after = await permit()
    journal.end({ about: 'person', id: person, entryId, acknowledgedAt: 10 })
    released(before.entryId, 9)
    released(after.entryId, 11)
    const faults = await verdict(await read())
    expect(faults).toEqual([
      expect.stringMatching(/^I3: a key of .* after an acknowledged end$/),
      expect.stringMatching(new RegExp(`^I3: permit ${after.entryId} at 2, behind the end`)),
    ])
  })

  test('says which checkpoint the tree shrank behind, which forked, and which nobody signed (I7)', async () => {
    await permit()
    await read()
    const early = await temporary.ledger.checkpoint()
    await permit()
    const whole = await read()
    const late = await temporary.ledger.checkpoint()
    for (const note of [late, early]) journal.see(note)
    expect(await verdict(whole)).toEqual([])
    expect(await verdict(await read(temporary, 1))).toEqual(['I7: a checkpoint of 2 entries: the tree shrank'])
    journal.see(late.replace(/\n2\n/, '\n1\n'))
    expect(await verdict(whole)).toEqual(['I7: a checkpoint that the pinned keys did not sign'])
    const forked = recordedTree({
      origin: temporary.options.origin,
      keys: temporary.keys.map(formatVerifyKey),
      receiptKey: formatVerifyKey(temporary.options.receiptSigner.key),
    })
    const rows = await temporary.options.database.query('SELECT bytes FROM ledger_entries ORDER BY index DESC')
    for (const { bytes } of rows) forked.add(bytes as Uint8Array)
    expect((await verdict(forked)).slice(0, 2)).toEqual([
      'I7: a checkpoint of 2 entries with another root: the tree forked',
      'I7: a checkpoint of 1 entries with another root: the tree forked',
    ])
  })

  test('passes on what no fault explains', async () => {
    journal.wonder('open: 500')
    expect(await verdict(await read())).toEqual(['unexplained: open: 500'])
  })
})

test('seeded() repeats its choices for a seed, and keeps within its bounds', () => {
  const drawn = (seed: string) => {
    const random = seeded(seed)
    return Array.from({ length: 200 }, () => random.between(3, 9))
  }
  expect(drawn('a')).toEqual(drawn('a'))
  expect(drawn('a')).not.toEqual(drawn('b'))
  expect([Math.min(...drawn('a')), Math.max(...drawn('a'))]).toEqual([3, 9])
})
