import { hashLength } from '@sallyport/protocol/ledger'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { temporaryLedger, testDraft, type TemporaryLedger } from './testing.ts'

let temporary: TemporaryLedger
beforeEach(async () => {
  temporary = await temporaryLedger()
  await grow(600)
})
afterEach(() => temporary.stop())

async function grow(count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, n) => temporary.ledger.append(testDraft(n))))
  await temporary.ledger.sequenceOnce()
}

const sql = (text: string, values: readonly unknown[] = []) => temporary.options.database.query(text, values)
const flip = (column: string, at: number) => `set_byte(${column}, ${at}, get_byte(${column}, ${at}) # 1)`
const flipInTile = (level: number, n: number, at: number) =>
  sql(`UPDATE ledger_tile SET hashes = ${flip('hashes', at)} WHERE level = $1 AND n = $2`, [level, n])
const alterEntries = async (text: string): Promise<void> => {
  await sql('ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_append_only')
  await sql(text)
}
const whole = (n: number) => ({ n, width: 256 })
const tilesDisagree = { code: 'unavailable', details: { disagreement: 'tiles' } }

describe('hashTile()', () => {
  test('gives the same bytes for a partial tile once the tree has grown past it', async () => {
    const { ledger } = temporary
    const before = await ledger.hashTile(0, { n: 2, width: 88 })
    expect(before).toHaveLength(88 * hashLength)
    await grow(300)
    expect(await ledger.hashTile(0, { n: 2, width: 88 })).toEqual(before)
    expect((await ledger.hashTile(0, whole(2)))?.subarray(0, 88 * hashLength)).toEqual(before)
  })

  test('refuses a full tile that the tile above does not hold, and one whose tile above was altered', async () => {
    const { ledger } = temporary
    await flipInTile(0, 0, 70)
    await expect(ledger.hashTile(0, whole(0))).rejects.toMatchObject(tilesDisagree)
    await expect(ledger.hashTile(0, { n: 0, width: 1 })).rejects.toMatchObject(tilesDisagree)
    expect(await ledger.hashTile(0, whole(1))).toHaveLength(256 * hashLength)
    await flipInTile(0, 0, 70)
    await flipInTile(1, 0, hashLength)
    await expect(ledger.hashTile(0, whole(1))).rejects.toMatchObject(tilesDisagree)
    await expect(ledger.hashTile(1, { n: 0, width: 2 })).rejects.toMatchObject(tilesDisagree)
  })

  test('refuses a partial tile that does not give the signed root, and a tile that is gone', async () => {
    const { ledger } = temporary
    await sql('DELETE FROM ledger_tile WHERE level = 0 AND n = 1')
    await expect(ledger.hashTile(0, whole(1))).rejects.toMatchObject(tilesDisagree)
    await flipInTile(0, 2, 1)
    await expect(ledger.hashTile(0, { n: 2, width: 88 })).rejects.toMatchObject(tilesDisagree)
  })

  test('shows no tree that is older than one that was shown, nor another', async () => {
    const { ledger } = temporary
    const [head] = await sql('SELECT size, root, note FROM ledger_head')
    const tiles = await sql('SELECT level, n, hashes FROM ledger_tile')
    await grow(10)
    await alterEntries('DELETE FROM ledger_entries WHERE index >= 600')
    for (const { level, n, hashes } of tiles)
      await sql('UPDATE ledger_tile SET hashes = $3 WHERE level = $1 AND n = $2', [level, n, hashes])
    await sql('UPDATE ledger_head SET size = $1, root = $2, note = $3', [
      head?.['size'],
      head?.['root'],
      head?.['note'],
    ])
    const movedBack = { details: { disagreement: 'head-moved-back' } }
    await expect(ledger.hashTile(0, whole(0))).rejects.toMatchObject(movedBack)
    await expect(ledger.entryBundle(whole(0))).rejects.toMatchObject(movedBack)
    await expect(ledger.checkpoint()).rejects.toMatchObject(movedBack)
  })
})

describe('entryBundle()', () => {
  test.each([
    ['an altered entry', `UPDATE ledger_entries SET bytes = ${flip('bytes', 9)} WHERE index = 300`],
    ['an entry that is gone', 'DELETE FROM ledger_entries WHERE index = 300'],
    ['an entry that is cut off', 'UPDATE ledger_entries SET bytes = substring(bytes FROM 1 FOR 20) WHERE index = 300'],
    ['an entry made longer', "UPDATE ledger_entries SET bytes = bytes || '\\x00'::bytea WHERE index = 300"],
  ])('names %s', async (_, change) => {
    await alterEntries(change)
    await expect(temporary.ledger.entryBundle(whole(1))).rejects.toMatchObject({
      code: 'unavailable',
      message: 'cannot serve entry 300: it is not the one of its leaf, want it as recorded',
    })
    expect(await temporary.ledger.entryBundle(whole(0))).not.toBeNull()
    expect(await temporary.ledger.entryBundle({ n: 1, width: 44 })).not.toBeNull()
  })

  test('names the first of two that changed places', async () => {
    await alterEntries('UPDATE ledger_entries SET index = -1 WHERE index = 260')
    await sql('UPDATE ledger_entries SET index = 260 WHERE index = 261')
    await sql('UPDATE ledger_entries SET index = 261 WHERE index = -1')
    await expect(temporary.ledger.entryBundle(whole(1))).rejects.toMatchObject({ details: { index: 260 } })
  })
})
