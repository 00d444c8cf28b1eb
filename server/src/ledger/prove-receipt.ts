// A receipt held against the tree: the proof that its entry is there, or the alarm that it is not. Whoever holds a receipt
// can raise it. The alarm is an entry itself, once for each receipt, and halts nothing: after a restore from a backup the
// receipts of what came after it are honest, and their holders would otherwise decide when the gate serves.

import { fromBase64, type Id } from '@sallyport/protocol'
import { verifyInclusion, type Receipt } from '@sallyport/protocol/ledger'
import { makeAppend } from './append.ts'
import type { LedgerContext } from './context.ts'
import { disagreement } from './disagreement.ts'
import { currentHead, inclusionProof, receiptStatus } from './prove.ts'
import { search } from './read-entries.ts'
import { sha256 } from './signatures.ts'

export const lostKind = 'receipt.lost'

/** `alarm` is the entry that records the loss; null where it could not be recorded, which the log then says. */
export type ReceiptProof =
  | {
      readonly state: 'in-tree'
      readonly index: number
      readonly proof: readonly Uint8Array[]
      readonly note: string
    }
  | { readonly state: 'pending'; readonly isOverdue: boolean }
  | { readonly state: 'missing'; readonly isOverdue: false }
  | { readonly state: 'lost'; readonly alarm: Id<'entry'> | null }

/** Make the function that proves receipts; `raisedFrom` is the place of whoever asks, null for none that is known. */
export function makeProveReceipt(
  context: LedgerContext,
): (receipt: Receipt, raisedFrom: string | null) => Promise<ReceiptProof> {
  const append = makeAppend(context)
  const raising = new Map<string, Promise<Id<'entry'> | null>>()
  return async (receipt, raisedFrom) => {
    const status = await receiptStatus(context, receipt)
    if (status.state === 'in-tree') return await proved(context, receipt, status.index)
    if (status.state === 'pending') return { state: 'pending', isOverdue: status.isOverdue }
    if (!status.isOverdue) return { state: 'missing', isOverdue: false }
    // Two who ask at one moment raise one alarm.
    const known = raising.get(receipt.entryId) ?? raise(context, append, receipt, raisedFrom)
    raising.set(receipt.entryId, known)
    try {
      return { state: 'lost', alarm: await known }
    } finally {
      if ((await known) === null) raising.delete(receipt.entryId)
    }
  }
}

async function proved(context: LedgerContext, receipt: Receipt, index: number): Promise<ReceiptProof> {
  const { size, root, note } = await currentHead(context)
  const proof = await inclusionProof(context, index, size)
  const leafHash = fromBase64(receipt.leafHash) ?? new Uint8Array(0)
  // A proof that does not hold is worse than none: it would accuse whoever shows it.
  if (!verifyInclusion(sha256, { index, size, leafHash, proof, root })) throw disagreement('prove from', 'tiles')
  return { state: 'in-tree', index, proof, note }
}

async function raise(
  context: LedgerContext,
  append: ReturnType<typeof makeAppend>,
  { entryId, at, leafHash, keyId }: Receipt,
  raisedFrom: string | null,
): Promise<Id<'entry'> | null> {
  try {
    const about = { kind: 'entry', id: entryId }
    const [before] = await search(context, { kind: lostKind, about, limit: 1 })
    if (before !== undefined) return before.id
    context.log.error({ entryId, at, leafHash }, 'the entry of a receipt is not in the ledger')
    const body = { receipt: { entryId, at, leafHash, keyId }, raisedFrom }
    return (await append({ kind: lostKind, actor: null, about, body })).appended.id
  } catch (error) {
    context.log.error({ error, entryId }, 'cannot record that the entry of a receipt is lost')
    return null
  }
}
