// Proving one entry, in this browser: its bytes are hashed here, and the proof is made of the tree's tiles and checked here against a
// checkpoint that this browser believes.

import { formatTlogProof, proveInclusion, verifyInclusion } from '@sallyport/protocol/ledger'
import { seeCheckpoint, type Seen } from './checkpoint.ts'
import { digest, withDigests } from './digest.ts'
import { nodesOf } from './tree.ts'

export type EntryProof =
  | { readonly state: 'proven'; readonly seen: Seen; readonly text: string }
  | { readonly state: 'waiting' | 'broken'; readonly seen: Seen }

/** Prove that an entry is in the ledger at this place. Throws LedgerDoubt, and whatever the gate says. */
export async function proveEntry({
  index,
  bytes,
}: {
  readonly index: number | null
  readonly bytes: Uint8Array
}): Promise<EntryProof> {
  const seen = await seeCheckpoint()
  const { size, root, note } = seen
  if (index === null || index >= size) return { state: 'waiting', seen }
  // SPEC: RFC 6962 section 2.1: a leaf is the hash of an octet of zero and the entry.
  const leafHash = await digest(Uint8Array.of(0, ...bytes))
  const read = nodesOf(size)
  return await withDigests(async (sha256) => {
    const proof = await proveInclusion(sha256, read, index, size)
    if (!verifyInclusion(sha256, { index, size, leafHash, root, proof })) return { state: 'broken', seen }
    return { state: 'proven', seen, text: formatTlogProof({ index, proof, note, extra: null }) }
  })
}
