import { fromBase64 } from '@sallyport/protocol'
import { formatTlogProof, parseTlogProof, verifyTlogProof, type Receipt } from '@sallyport/protocol/ledger'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sha256, verifySignature } from './index.ts'
import { openLedger } from './open-ledger.ts'
import { signReceipts } from './receipts.ts'
import { temporaryLedger, testDraft, type TemporaryLedger } from './testing.ts'

let temporary: TemporaryLedger
let receipts: readonly Receipt[]
beforeEach(async () => {
  temporary = await temporaryLedger()
  receipts = await grow(300)
})
afterEach(() => temporary.stop())

async function grow(count: number): Promise<readonly Receipt[]> {
  const done = await Promise.all(Array.from({ length: count }, (_, n) => temporary.ledger.append(testDraft(n))))
  await temporary.ledger.sequenceOnce()
  return done.map(({ receipt }) => receipt)
}

const sql = (text: string, values: readonly unknown[] = []) => temporary.options.database.query(text, values)
const checks = { sha256, verify: verifySignature }
const receiptAt = (n: number): Receipt => {
  const receipt = receipts[n]
  if (receipt === undefined) throw new Error('no such receipt')
  return receipt
}
/** A receipt as this ledger signed it an hour ago. */
async function anHourOld(receipt: Receipt): Promise<Receipt> {
  const { receiptSigner, origin } = temporary.options
  const leafHash = fromBase64(receipt.leafHash) ?? new Uint8Array(0)
  const appended = { id: receipt.entryId, leafHash, atMs: Date.parse(receipt.at) - 3_600_000 }
  const [older] = await signReceipts(receiptSigner, origin, [appended])
  if (older === undefined) throw new Error('no receipt')
  return older
}

async function remove(id: string): Promise<void> {
  await sql('ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_append_only')
  await sql('DELETE FROM ledger_entries WHERE id = $1', [id])
}

describe('proveReceipt()', () => {
  test('proves the entry of every receipt to whoever has the keys', async () => {
    const { ledger, keys } = temporary
    const places = new Set<number>()
    for (const receipt of receipts) {
      const proved = await ledger.proveReceipt(receipt, null)
      if (proved.state !== 'in-tree') throw new Error(proved.state)
      const read = parseTlogProof(formatTlogProof({ ...proved, extra: null }))
      const leaf = fromBase64(receipt.leafHash) ?? new Uint8Array(0)
      if (read === null) throw new Error('no proof')
      expect(await verifyTlogProof(read, leaf, ledger.origin, keys, checks)).toMatchObject({ size: 300 })
      places.add(proved.index)
    }
    expect(places.size).toBe(300)
  })

  test('says what is not in the tree yet, and of a young receipt no more than that it is not there', async () => {
    const { ledger } = temporary
    const { receipt } = await ledger.append(testDraft(1))
    expect(await ledger.proveReceipt(receipt, null)).toEqual({ state: 'pending', isOverdue: false })
    expect(await ledger.proveReceipt(await anHourOld(receipt), null)).toEqual({ state: 'pending', isOverdue: true })
    await sql('DELETE FROM ledger_pending')
    expect(await ledger.proveReceipt(receipt, null)).toEqual({ state: 'missing', isOverdue: false })
  })

  test('puts the alarm on record that an entry is gone, once, however many ask and in whichever process', async () => {
    const receipt = await anHourOld(receiptAt(7))
    await remove(receipt.entryId)
    const { ledger } = temporary
    const answers = await Promise.all([1, 2, 3].map(() => ledger.proveReceipt(receipt, 'plant')))
    const [first] = answers
    if (first?.state !== 'lost' || first.alarm === null) throw new Error('no alarm')
    expect(answers).toEqual([first, first, first])
    const entry = await ledger.entry(first.alarm)
    expect(entry).toMatchObject({
      kind: 'receipt.lost',
      actor: null,
      about: { kind: 'entry', id: receipt.entryId },
      body: { receipt: { entryId: receipt.entryId, at: receipt.at, leafHash: receipt.leafHash }, raisedFrom: 'plant' },
    })
    await ledger.sequenceOnce()
    const other = await openLedger(temporary.options)
    expect(await other.proveReceipt(receipt, null)).toEqual(first)
    expect(await other.search({ kind: 'receipt.lost', limit: 10 })).toHaveLength(1)
  })

  test('finds an entry lost that another has taken the place of', async () => {
    const receipt = await anHourOld(receiptAt(9))
    await sql('ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_append_only')
    await sql('UPDATE ledger_entries SET id = $1 WHERE id = $2', [receiptAt(10).entryId, receipt.entryId])
    expect(await temporary.ledger.proveReceipt(receipt, null)).toMatchObject({ state: 'lost' })
  })

  test('tells of the loss also where the alarm cannot be recorded', async () => {
    const receipt = await anHourOld(receiptAt(8))
    await remove(receipt.entryId)
    await sql("ALTER TABLE ledger_pending ADD CONSTRAINT no_alarm CHECK (kind <> 'receipt.lost')")
    expect(await temporary.ledger.proveReceipt(receipt, null)).toEqual({ state: 'lost', alarm: null })
    await sql('ALTER TABLE ledger_pending DROP CONSTRAINT no_alarm')
    expect(await temporary.ledger.proveReceipt(receipt, null)).toEqual({
      state: 'lost',
      alarm: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
  })

  test('raises nothing for a receipt that this ledger did not sign', async () => {
    const receipt = receiptAt(7)
    await remove(receipt.entryId)
    const forged = { ...receipt, at: '2020-01-01T00:00:00.000Z' }
    await expect(temporary.ledger.proveReceipt(forged, null)).rejects.toMatchObject({ code: 'invalid-request' })
    await temporary.ledger.sequenceOnce()
    expect(await temporary.ledger.search({ kind: 'receipt.lost', limit: 1 })).toEqual([])
  })

  test('gives no proof that does not hold', async () => {
    await sql(
      'UPDATE ledger_tile SET hashes = set_byte(hashes, 70, get_byte(hashes, 70) # 1) WHERE level = 0 AND n = 0',
    )
    const refused = { code: 'unavailable', details: { disagreement: 'tiles' } }
    const tried = await Promise.allSettled(receipts.map((receipt) => temporary.ledger.proveReceipt(receipt, null)))
    const states = tried.map((one) => (one.status === 'rejected' ? 'refused' : one.value.state))
    // The one whose leaf was altered is found nowhere, its neighbours' paths lead elsewhere.
    expect(new Set(states)).toEqual(new Set(['refused', 'missing', 'in-tree']))
    expect(tried.find((one) => one.status === 'rejected')).toMatchObject({ reason: refused })
  })
})
