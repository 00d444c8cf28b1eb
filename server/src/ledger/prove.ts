// Proofs from stored tiles, and where a receipt's entry stands.

import { equalBytes, fromBase64, Problem } from '@sallyport/protocol'
import {
  hashAt,
  proveConsistency,
  proveInclusion,
  tileWidth,
  verifyCheckpoint,
  verifyReceipt,
  type Checkpoint,
  type NodeReader,
  type Receipt,
} from '@sallyport/protocol/ledger'
import type { LedgerContext } from './context.ts'
import { disagreement } from './disagreement.ts'
import { overdueMs } from './sequence.ts'
import { sha256, verifySignature } from './signatures.ts'
import { readHead, readPlaces, readTile, readTilesAt } from './store.ts'
import { nodeReader, TileMissing } from './tree.ts'
import type { Head } from './verify-head.ts'

/** `isOverdue`: more than 10 s after the receipt. `missing` then means that a recorded act is gone from the ledger. */
export type ReceiptStatus =
  | { readonly state: 'in-tree'; readonly index: number }
  | { readonly state: 'pending' | 'missing'; readonly isOverdue: boolean }

/** The head as the database has it now, its signatures checked. */
export async function currentHead(context: LedgerContext): Promise<Head> {
  const known = context.head
  const row = await readHead(context.database)
  if (row === null) throw disagreement('read', 'not-founded')
  if (row.note === known.note) return known
  const keys = [context.signer.ed25519.key, context.signer.p256.key]
  const checkpoint = await verifyCheckpoint(row.note, context.origin, keys, verifySignature)
  if (checkpoint === null) throw disagreement('read', 'head-signature')
  if (checkpoint.size !== row.size || !equalBytes(checkpoint.root, row.root)) throw disagreement('read', 'head-row')
  refuseOlder(known, checkpoint)
  return { ...checkpoint, note: row.note }
}

/**
 * Whoever reads is told of no tree that is older or other than what this process has told before (I7). `known` is the head
 * from before the checkpoint was read: a later one may have come while it was read, and it is no older for that.
 */
export function refuseOlder(known: Checkpoint, checkpoint: Checkpoint): void {
  if (checkpoint.size < known.size)
    throw disagreement('read', 'head-moved-back', `${known.size} entries before, ${checkpoint.size} now`)
  if (checkpoint.size === known.size && !equalBytes(checkpoint.root, known.root))
    throw disagreement('read', 'head-forked')
}

export async function inclusionProof(
  context: LedgerContext,
  index: number,
  size: number,
): Promise<readonly Uint8Array[]> {
  await refuseOutside(context, index, size)
  return fromTiles(context, (read) => proveInclusion(sha256, read, index, size))
}

export async function consistencyProof(
  context: LedgerContext,
  first: number,
  size: number,
): Promise<readonly Uint8Array[]> {
  await refuseOutside(context, first - 1, size)
  return fromTiles(context, (read) => proveConsistency(sha256, read, first, size))
}

export async function receiptStatus(context: LedgerContext, receipt: Receipt): Promise<ReceiptStatus> {
  const leaf = fromBase64(receipt.leafHash)
  const isOurs = await verifyReceipt(sha256, receipt, context.receiptSigner.key, verifySignature)
  if (leaf === null || !isOurs) {
    throw new Problem('invalid-request', 'cannot look up receipt: it is not signed by this ledger, want one that is')
  }
  const { indexes, pending, nowMs } = await readPlaces(context.database, receipt.entryId)
  for (const index of indexes) {
    const tile = await readTile(context.database, 0, Math.floor(index / tileWidth))
    if (tile !== null && equalBytes(hashAt(tile, index % tileWidth), leaf)) return { state: 'in-tree', index }
  }
  const isOverdue = nowMs - Date.parse(receipt.at) > overdueMs
  return { state: pending !== null && equalBytes(pending, leaf) ? 'pending' : 'missing', isOverdue }
}

async function refuseOutside(context: LedgerContext, index: number, size: number): Promise<void> {
  const head = await currentHead(context)
  const isInside = Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size
  if (isInside && size <= head.size) return
  throw new Problem('invalid-request', `cannot prove: outside the tree, want sizes from 1 to ${head.size}`)
}

async function fromTiles<T>(context: LedgerContext, prove: (read: NodeReader) => Promise<T>): Promise<T> {
  try {
    return await prove(nodeReader((wanted) => readTilesAt(context.database, wanted)))
  } catch (error) {
    if (error instanceof TileMissing) throw disagreement('prove from', 'tiles')
    throw error
  }
}
