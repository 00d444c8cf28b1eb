// An inclusion proof in a file of its own: index, path and checkpoint, and beside them the receipt that it is about.
// SPEC: C2SP tlog-proof, `c2sp.org/tlog-proof@v1`. What stands behind `extra` is vouched for by nothing here.

import { fromBase64, toBase64 } from '../bytes.ts'
import { verifyCheckpoint, type Checkpoint } from './checkpoint.ts'
import { hashLength, type Sha256 } from './merkle.ts'
import type { VerifyKey, VerifySignature } from './note.ts'
import { verifyInclusion } from './proofs.ts'

const title = 'c2sp.org/tlog-proof@v1'
const maxProofLength = 1024 * 1024

export interface TlogProof {
  readonly index: number
  /** From the leaf's sibling up, 32 bytes each. */
  readonly proof: readonly Uint8Array[]
  /** The checkpoint as a signed note. */
  readonly note: string
  /** Anything; null where there is nothing. Nothing vouches for it. */
  readonly extra: Uint8Array | null
}

/** Write a proof as the text of a `.tlog-proof` file. */
export function formatTlogProof({ index, proof, note, extra }: TlogProof): string {
  const lines = [
    title,
    ...(extra === null ? [] : [`extra ${toBase64(extra)}`]),
    `index ${index}`,
    ...proof.map((hash) => toBase64(hash)),
  ]
  return `${lines.join('\n')}\n\n${note}`
}

/** Read a `.tlog-proof` file; nothing of it is checked by that. Returns null for any other text. ATTACKER: anybody. */
export function parseTlogProof(text: string): TlogProof | null {
  const split = text.indexOf('\n\n')
  if (split < 0 || text.length > maxProofLength) return null
  const [first, ...lines] = text.slice(0, split).split('\n')
  if (first !== title) return null
  const extra = lines[0]?.startsWith('extra ') === true ? fromBase64(lines.shift()?.slice('extra '.length) ?? '') : null
  const [, indexText] = /^index (0|[1-9][0-9]{0,15})$/.exec(lines.shift() ?? '') ?? []
  const index = Number(indexText ?? NaN)
  const proof = lines.flatMap((line) => fromBase64(line) ?? [])
  const areHashes = proof.length === lines.length && proof.every((hash) => hash.length === hashLength)
  if (!Number.isSafeInteger(index) || !areHashes) return null
  const read = { index, proof, note: text.slice(split + 2), extra }
  return formatTlogProof(read) === text ? read : null
}

/**
 * Check that a leaf is where a proof says, in a tree that every one of `keys` signed for the log `origin`. Returns the
 * checkpoint; null when anything is amiss. ATTACKER: all of the proof.
 */
export async function verifyTlogProof(
  { index, proof, note }: TlogProof,
  leafHash: Uint8Array,
  origin: string,
  keys: readonly VerifyKey[],
  { sha256, verify }: { readonly sha256: Sha256; readonly verify: VerifySignature },
): Promise<Checkpoint | null> {
  const checkpoint = await verifyCheckpoint(note, origin, keys, verify)
  if (checkpoint === null) return null
  const { size, root } = checkpoint
  return verifyInclusion(sha256, { index, size, leafHash, proof, root }) ? checkpoint : null
}
