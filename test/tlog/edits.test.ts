// I7 under generated edits of the database: what somebody without the keys changes, the gate itself finds; what somebody with the
// keys writes anew, or puts back whole, is found by whoever holds one checkpoint or one receipt from before.

import { writeFile } from 'node:fs/promises'
import { Writable } from 'node:stream'
import { Problem } from '@sallyport/protocol'
import { foldRoots, formatVerifyKey, leafHash, verifyExport } from '@sallyport/protocol/ledger'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openLedger, sha256, verifySignature, type AuditFinding } from '../../server/src/ledger/index.ts'
import { signCheckpoint } from '../../server/src/ledger/signatures.ts'
import { temporaryLedger, testDraft, type TemporaryLedger } from '../../server/src/ledger/testing.ts'
import { growTree } from '../../server/src/ledger/tree.ts'
import { verifyLog, type Asked } from './outside-verifier.ts'

const size = 300
const steps = [90, 256, size]
let temporary: TemporaryLedger
/** The state after each step: its checkpoint and its rows. */
const notes: string[] = []
let leaves: readonly string[]

const sql = (text: string, values: readonly unknown[] = []) => temporary.options.database.query(text, values)
const tables = ['ledger_entries', 'ledger_tile', 'ledger_head']

beforeAll(async () => {
  temporary = await temporaryLedger()
  for (const [step, to] of steps.entries()) {
    const from = steps[step - 1] ?? 0
    await Promise.all(Array.from({ length: to - from }, (_, n) => temporary.ledger.append(testDraft(from + n))))
    await temporary.ledger.sequenceOnce()
    notes.push(await temporary.ledger.checkpoint())
    for (const table of tables) await sql(`CREATE TABLE kept_${step}_${table} AS SELECT * FROM ${table}`)
  }
  await sql('ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_append_only')
  leaves = (await entries()).map((bytes) => Buffer.from(leafHash(sha256, bytes)).toString('hex'))
}, 60_000)
afterAll(() => temporary.stop())

/** Put the database and the checkpoint file back to a step. */
async function putBack(step: number): Promise<void> {
  for (const table of tables) {
    await sql(`DELETE FROM ${table}`)
    await sql(`INSERT INTO ${table} SELECT * FROM kept_${step}_${table}`)
  }
  await writeFile(temporary.options.checkpointFile, notes[step] ?? '')
}

async function entries(): Promise<readonly Uint8Array[]> {
  return (await sql('SELECT bytes FROM ledger_entries ORDER BY index')).map(({ bytes }) => bytes as Uint8Array)
}

/** The first thing that the gate finds, at its start or in its own look through everything; null when it goes on. */
async function gateFinds(): Promise<string | null> {
  try {
    const ledger = await openLedger(temporary.options)
    return (await ledger.audit())?.what ?? null
  } catch (error) {
    // What is no problem of the ledger's is a test that is wrong.
    if (error instanceof Problem && error.code === 'unavailable') return error.message
    throw error
  }
}

/** The position that whoever verifies an export names, made by a gate that was running all the while. */
async function exportNames(): Promise<number | null> {
  const parts: Uint8Array[] = []
  const write = (chunk: Uint8Array, _: string, done: () => void) => {
    parts.push(new Uint8Array(chunk))
    done()
  }
  await temporary.ledger.exportTo(new Writable({ write }))
  const { origin } = temporary.options
  const verdict = await verifyExport(parts, { origin, keys: temporary.keys, sha256, verify: verifySignature })
  return verdict.verdict === 'altered' ? verdict.fault.index : null
}

/** What an outsider finds in what the database holds, served by a gate that checks nothing. */
async function outsiderFinds(held: Pick<Asked, 'held' | 'leaves'>): Promise<string | null> {
  const rows = await entries()
  const get = async (path: string): Promise<Uint8Array | null> => {
    if (path === 'checkpoint') return Buffer.from(String((await sql('SELECT note FROM ledger_head'))[0]?.['note']))
    const [, level = '', name = '', width = '256'] = /^tile\/(\d+|entries)\/(\d{3})(?:\.p\/(\d+))?$/.exec(path) ?? []
    if (level === 'entries') {
      const bundle = rows.slice(Number(name) * 256, Number(name) * 256 + Number(width))
      return Buffer.concat(bundle.flatMap((one) => [Buffer.from([one.length >> 8, one.length & 255]), one]))
    }
    const [tile] = await sql('SELECT hashes FROM ledger_tile WHERE level = $1 AND n = $2', [level, Number(name)])
    return (tile?.['hashes'] as Uint8Array | undefined)?.subarray(0, Number(width) * 32) ?? null
  }
  const { ledger, keys } = temporary
  const asked = { get, origin: ledger.origin, keys: keys.map(formatVerifyKey), withEntries: true, ...held }
  const found = await verifyLog(asked)
  return 'what' in found ? found.what : null
}

/** Write the ledger anew over other entries, with the true keys. */
async function writeAnew(bytes: readonly Uint8Array[]): Promise<void> {
  const { origin, signer, checkpointFile } = temporary.options
  const hashes = Buffer.concat(bytes.map((one) => leafHash(sha256, one)))
  const { tree, tiles } = growTree({ size: 0, root: foldRoots(sha256, []), partials: [] }, hashes)
  const note = await signCheckpoint(signer, { origin, size: tree.size, root: tree.root })
  const facts = await sql('SELECT id, kind, actor, about_kind, about_id, at FROM ledger_entries ORDER BY index')
  await sql('DELETE FROM ledger_entries')
  await sql('DELETE FROM ledger_tile')
  for (const [index, one] of bytes.entries()) {
    const {
      id,
      kind,
      actor,
      about_kind: aboutKind,
      about_id: aboutId,
      at,
    } = facts[Math.min(index, facts.length - 1)] ?? {}
    const row = [index, id, kind, actor, aboutKind, aboutId, at, one]
    await sql('INSERT INTO ledger_entries VALUES ($1, $2, $3, $4, $5, $6, $7, $8)', row)
  }
  for (const { level, n, hashes: tile } of tiles)
    await sql('INSERT INTO ledger_tile VALUES ($1, $2, $3)', [level, n, tile])
  await sql('UPDATE ledger_head SET size = $1, root = $2, note = $3', [tree.size, tree.root, note])
  await writeFile(checkpointFile, note)
}

const flip = (column: string) => `set_byte(${column}, $1, get_byte(${column}, $1) # $2)`
const place = fc.integer({ min: 0, max: size - 1 })
const bit = fc.integer({ min: 0, max: 7 }).map((n) => 2 ** n)

interface Edit {
  readonly name: string
  /** Whether it shows in what is served, and not in the database alone. */
  readonly isServed: boolean
  /** The position that whoever verifies an export names; null where an export does not show it, or shows no position. */
  readonly index: number | null
  /** What the gate's own look names. */
  readonly finding?: AuditFinding
  readonly make: () => Promise<unknown>
}

const flippedEntry = fc.tuple(place, fc.nat({ max: 100 }), bit).map(([index, byte, mask]): Edit => ({
  name: `bit ${mask} of byte ${byte} of entry ${index}`,
  isServed: true,
  index,
  finding: { what: 'entry-altered', index },
  make: () => sql(`UPDATE ledger_entries SET bytes = ${flip('bytes')} WHERE index = $3`, [byte, mask, index]),
}))
const flippedTile = fc
  .tuple(fc.constantFrom([0, 0, 8192], [0, 1, 44 * 32], [1, 0, 32]), fc.nat(), bit)
  .map(([[level = 0, n = 0, length = 1], at, mask]): Edit => ({
    name: `bit ${mask} of byte ${at % length} of tile ${n} at level ${level}`,
    isServed: true,
    index: level === 0 && n === 0 ? Math.floor((at % length) / 32) : null,
    ...(level === 0 && n === 0 ? { finding: { what: 'tile-altered', tile: { level, n } } as const } : {}),
    make: () =>
      sql(`UPDATE ledger_tile SET hashes = ${flip('hashes')} WHERE level = $3 AND n = $4`, [
        at % length,
        mask,
        level,
        n,
      ]),
  }))
const changedNote = fc.tuple(fc.nat(), fc.constantFrom('A', 'B', '7', ' ', '\n', '+')).map(([at, put]): Edit => ({
  name: `${JSON.stringify(put)} at ${at} of the checkpoint`,
  // Decoders of base64 differ in what they let pass at its end.
  isServed: false,
  index: null,
  make: async () => {
    const note = notes[2] ?? ''
    const i = at % note.length
    const other = note[i] === put ? 'C' : put
    await sql('UPDATE ledger_head SET note = $1', [note.slice(0, i) + other + note.slice(i + 1)])
  },
}))
const changedRow = fc
  .tuple(place, fc.constantFrom("kind = 'other.done'", "about_id = 'x'", "at = at + interval '1 ms'", 'actor = id'))
  .map(([index, change]): Edit => ({
    name: `${change} of entry ${index}`,
    isServed: false,
    index: null,
    finding: { what: 'columns-altered', index },
    make: () => sql(`UPDATE ledger_entries SET ${change} WHERE index = $1`, [index]),
  }))
const removed = place.map((index): Edit => ({
  name: `entry ${index} removed`,
  isServed: true,
  index,
  make: async () => {
    await sql('DELETE FROM ledger_entries WHERE index = $1', [index])
    await sql('UPDATE ledger_entries SET index = -index WHERE index > $1', [index])
    await sql('UPDATE ledger_entries SET index = -index - 1 WHERE index < 0')
  },
}))
const inserted = fc.tuple(place, place).map(([index, copied]): Edit => ({
  name: `entry ${copied} once more as ${index}`,
  isServed: true,
  // A copy of an entry right before it leaves that index as it was: the second of the two is the first that differs.
  index: copied === index ? index + 1 : index,
  make: async () => {
    await sql('UPDATE ledger_entries SET index = -index - 1 WHERE index >= $1', [index])
    await sql('UPDATE ledger_entries SET index = -index WHERE index < 0')
    const from = copied >= index ? copied + 1 : copied
    await sql(
      `INSERT INTO ledger_entries SELECT $1, id, kind, actor, about_kind, about_id, at, bytes
       FROM ledger_entries WHERE index = $2`,
      [index, from],
    )
  },
}))
const swapped = fc
  .tuple(place, place)
  .filter(([one, other]) => one !== other)
  .map(([one, other]): Edit => ({
    name: `entries ${one} and ${other} swapped`,
    isServed: true,
    index: Math.min(one, other),
    finding: { what: 'entry-altered', index: Math.min(one, other) },
    make: async () => {
      await sql('UPDATE ledger_entries SET index = -1 WHERE index = $1', [one])
      await sql('UPDATE ledger_entries SET index = $1 WHERE index = $2', [one, other])
      await sql('UPDATE ledger_entries SET index = $1 WHERE index = -1', [other])
    },
  }))
const changedHead = fc
  .constantFrom('size = size - 1', 'size = size + 1', "root = decode(repeat('00', 32), 'hex')")
  .map((change): Edit => ({
    name: change,
    isServed: false,
    index: null,
    make: () => sql(`UPDATE ledger_head SET ${change}`),
  }))

describe('an edit of the database by somebody without the keys', () => {
  test('is found by the gate, and by an outsider where it is served', async () => {
    const edits = fc.oneof(flippedEntry, flippedTile, changedNote, changedRow, removed, inserted, swapped, changedHead)
    await fc.assert(
      fc.asyncProperty(edits, async ({ name, isServed, index, finding, make }) => {
        await putBack(2)
        await make()
        expect({ name, found: await gateFinds() }).toEqual({ name, found: expect.any(String) })
        if (isServed) expect({ name, seen: await outsiderFinds({}) }).toEqual({ name, seen: expect.any(String) })
        if (index !== null) expect({ name, index: await exportNames() }).toEqual({ name, index })
        if (finding !== undefined) expect({ name, finding: await temporary.ledger.audit() }).toEqual({ name, finding })
      }),
      { numRuns: 60 },
    )
    // Nothing of it is found in what nobody edited.
    await putBack(2)
    expect([await gateFinds(), await outsiderFinds({ held: notes, leaves })]).toEqual([null, null])
  }, 120_000)
})

describe('a ledger that was put back whole, its checkpoint file too', () => {
  test.each([0, 1])('to step %i is found with one checkpoint or one receipt from after that', async (step) => {
    await putBack(step)
    expect(await gateFinds()).toBe(null)
    expect(await outsiderFinds({ held: [notes[step] ?? ''] })).toBe(null)
    expect(await outsiderFinds({ held: [notes[2] ?? ''] })).toBe('held-ahead')
    for (const leaf of [leaves[steps[step] ?? 0], leaves[size - 1]])
      expect(await outsiderFinds({ leaves: [leaf ?? ''] })).toBe('receipt')
  })
})

describe('a ledger that was written anew with its own keys', () => {
  test('is found with any checkpoint or receipt that saw what was changed', async () => {
    const change = fc.tuple(fc.constantFrom('altered', 'removed', 'inserted', 'swapped'), fc.nat({ max: size - 2 }))
    await fc.assert(
      fc.asyncProperty(change, async ([what, index]) => {
        await putBack(2)
        const bytes = [...(await entries())]
        const one = bytes[index] ?? new Uint8Array(0)
        if (what === 'altered') bytes[index] = Buffer.concat([one.subarray(0, -1), Buffer.from(' }')])
        if (what === 'removed') bytes.splice(index, 1)
        if (what === 'inserted') bytes.splice(index, 0, Buffer.from('{}'))
        if (what === 'swapped') bytes.splice(index, 2, bytes[index + 1] ?? one, one)
        await writeAnew(bytes)
        const saw = notes.filter((_, step) => (steps[step] ?? 0) > index)
        for (const note of saw) {
          const found = await outsiderFinds({ held: [note] })
          expect({ what, index, found }).toEqual({ what, index, found: expect.stringMatching(/^held-(fork|ahead)$/) })
        }
        const isGone = what === 'altered' || what === 'removed'
        expect(await outsiderFinds({ leaves: [leaves[index] ?? ''] })).toBe(isGone ? 'receipt' : null)
      }),
      { numRuns: 12 },
    )
  }, 120_000)
})

describe('an edit of what is not in the tree yet', () => {
  test('is found with the receipt of what was edited or removed, once the rest was sequenced', async () => {
    await putBack(2)
    const what = fc.constantFrom('edited', 'edited with its hash', 'removed')
    await fc.assert(
      fc.asyncProperty(what, fc.nat(3), async (edit, n) => {
        const receipts = []
        for (let i = 0; i < 4; i++) receipts.push((await temporary.ledger.append(testDraft(size + i))).receipt)
        const held = receipts[n]
        if (held === undefined) return
        const [row] = await sql('SELECT bytes FROM ledger_pending WHERE id = $1', [held.entryId])
        const bytes = Buffer.from(row?.['bytes'] as Uint8Array)
        bytes[20] = (bytes[20] ?? 0) ^ 1
        if (edit === 'removed') await sql('DELETE FROM ledger_pending WHERE id = $1', [held.entryId])
        else await sql('UPDATE ledger_pending SET bytes = $2 WHERE id = $1', [held.entryId, bytes])
        if (edit === 'edited with its hash')
          await sql('UPDATE ledger_pending SET leaf_hash = $2 WHERE id = $1', [held.entryId, leafHash(sha256, bytes)])
        await temporary.ledger.sequenceOnce()
        const states = []
        for (const receipt of receipts) states.push((await temporary.ledger.receiptStatus(receipt)).state)
        const finding = await temporary.ledger.audit()
        if (edit === 'edited') {
          // The tree holds what was acknowledged; the row beside it does not fit, and is named.
          expect(states).toEqual(['in-tree', 'in-tree', 'in-tree', 'in-tree'])
          const { index } = (await sql('SELECT index FROM ledger_entries WHERE id = $1', [held.entryId]))[0] ?? {}
          expect(finding).toEqual({ what: 'entry-altered', index: Number(index) })
        } else {
          expect(states).toEqual(receipts.map((_, i) => (i === n ? 'missing' : 'in-tree')))
        }
        await sql('ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_append_only')
        await putBackInUse()
      }),
      { numRuns: 9 },
    )
  }, 60_000)
})

/** Put back the last step, and have the ledger that runs follow: it is a new one. */
async function putBackInUse(): Promise<void> {
  await putBack(2)
  await sql('DELETE FROM ledger_pending')
  temporary = { ...temporary, ledger: await openLedger(temporary.options) }
}
