// Receipts for what was recorded: made after the commit, many under one signature.

import { utf8 } from '@sallyport/protocol'
import { foldRoots, nodeHash, receiptLeaf, receiptText, type Receipt } from '@sallyport/protocol/ledger'
import type { Appended } from './entry.ts'
import { sha256, type LedgerSigner } from './signatures.ts'

/** Sign receipts for entries whose transaction is durable; the caller must have seen its commit. Same order as given. */
export async function signReceipts(
  signer: LedgerSigner,
  origin: string,
  appended: readonly Appended[],
): Promise<readonly Receipt[]> {
  const size = appended.length
  if (size === 0) return []
  const times = new Map<number, string>()
  const matters = appended.map(({ id, atMs, leafHash }) => ({
    entryId: id,
    at: times.get(atMs) ?? isoTime(times, atMs),
    leafHash: toBase64(leafHash),
  }))
  const batch = new Batch(matters.map((matter) => receiptLeaf(sha256, matter)))
  const signature = toBase64(await signer.sign(utf8(receiptText(origin, size, batch.root))))
  const root = toBase64(batch.root)
  return matters.map((matter, index) => ({
    origin,
    ...matter,
    batch: { size, index, proof: batch.path(index), root },
    signature,
    keyId: signer.key.keyId,
  }))
}

/** Write a time once for a whole batch, which mostly has but one. */
function isoTime(times: Map<number, string>, atMs: number): string {
  const text = new Date(atMs).toISOString()
  times.set(atMs, text)
  return text
}

/** Buffer's own base64 takes a tenth of the time of a loop, and every receipt has several hashes in it. */
function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
}

/** The tree over one batch, all of it in memory: row upon row, a node without a sibling moving up as it is. */
class Batch {
  readonly root: Uint8Array
  readonly #rows: (readonly string[])[] = []

  constructor(leaves: readonly Uint8Array[]) {
    let row = leaves
    while (row.length > 1) {
      this.#rows.push(row.map(toBase64))
      const above: Uint8Array[] = []
      for (let i = 0; i < row.length; i += 2) {
        const [left, right] = row.slice(i, i + 2)
        if (left !== undefined) above.push(right === undefined ? left : nodeHash(sha256, left, right))
      }
      row = above
    }
    this.root = foldRoots(sha256, row)
  }

  /** Siblings on the way up. SPEC: RFC 6962 section 2.1.1; a lone node moving up gives the same tree as its recursion. */
  path(index: number): readonly string[] {
    const path: string[] = []
    for (const [level, row] of this.#rows.entries()) {
      const sibling = row[Math.floor(index / 2 ** level) ^ 1]
      if (sibling !== undefined) path.push(sibling)
    }
    return path
  }
}
