// Receipts: the ledger's signed word that an act was recorded, given before the act is in a checkpoint. Receipts made
// together share one signature: it covers the root of a small Merkle tree over all of them, and each carries its path.

import * as z from 'zod'
import { equalBytes, fromBase64, toBase64, utf8 } from '../bytes.ts'
import { parseId, type Id } from '../ids.ts'
import { leafHash, type Sha256 } from './merkle.ts'
import type { VerifyKey, VerifySignature } from './note.ts'
import { rootFromInclusion } from './proofs.ts'

/** Hashes, proof and signature are standard base64. */
export interface Receipt {
  /** Schema-less URL that names the log. */
  readonly origin: string
  readonly entryId: Id<'entry'>
  readonly leafHash: string
  /** RFC 3339, milliseconds, UTC, by the database's clock. */
  readonly at: string
  readonly batch: {
    readonly size: number
    readonly index: number
    readonly proof: readonly string[]
    readonly root: string
  }
  readonly signature: string
  /** Id of the key that signed, eight hex digits. */
  readonly keyId: string
}

/** What a receipt vouches for, as a leaf of its batch. */
export interface ReceiptMatter {
  readonly entryId: Id<'entry'>
  readonly at: string
  readonly leafHash: string
}

/** Hash what a receipt vouches for into its leaf of the batch. */
export function receiptLeaf(sha256: Sha256, matter: ReceiptMatter): Uint8Array {
  return leafHash(sha256, utf8(`${matter.entryId}\n${matter.at}\n${matter.leafHash}\n`))
}

/** Write the text that is signed. Its first line has spaces in it, so that it cannot be taken for a checkpoint. */
export function receiptText(origin: string, size: number, root: Uint8Array): string {
  return `sallyport ledger receipt v1\n${origin}\n${size}\n${toBase64(root)}\n`
}

const base64 = z.string().max(200)
/** The wire form. A receipt of this form is not verified by that. */
export const receiptShape = z.strictObject({
  origin: z.string().regex(/^[^\s+]{1,300}$/u),
  entryId: z.string().transform((text, context) => {
    const id = parseId<'entry'>(text)
    if (id !== text) context.addIssue('want a UUID in lower case')
    return id ?? z.NEVER
  }),
  leafHash: base64,
  at: z.iso.datetime({ precision: 3 }),
  batch: z.strictObject({
    size: z.int().min(1),
    index: z.int().min(0),
    proof: z.array(base64).max(53),
    root: base64,
  }),
  signature: base64,
  keyId: z.string().regex(/^[0-9a-f]{8}$/),
})

/** Read a receipt from outside. Returns null when it has not the form of one; it is not checked by that. */
export function parseReceipt(value: unknown): Receipt | null {
  const read = receiptShape.safeParse(value)
  return read.success ? read.data : null
}

/**
 * Check that the holder of `key` vouched for a receipt: path, root and signature. `key` must be named as the log that the
 * caller trusts. It says that the entry was recorded; that it is in the tree is for an inclusion proof to show.
 */
export async function verifyReceipt(
  sha256: Sha256,
  receipt: Receipt,
  key: VerifyKey,
  verify: VerifySignature,
): Promise<boolean> {
  const { batch, origin } = receipt
  const root = fromBase64(batch.root)
  const signature = fromBase64(receipt.signature)
  const proof = batch.proof.map(fromBase64)
  if (root === null || signature === null || fromBase64(receipt.leafHash)?.length !== 32) return false
  if (receipt.keyId !== key.keyId || origin !== key.name || !proof.every((hash) => hash !== null)) return false
  const claim = { index: batch.index, size: batch.size, leafHash: receiptLeaf(sha256, receipt), proof }
  const reached = rootFromInclusion(sha256, claim)
  if (reached === null || !equalBytes(reached, root)) return false
  return verify(key, utf8(receiptText(origin, batch.size, root)), signature)
}
