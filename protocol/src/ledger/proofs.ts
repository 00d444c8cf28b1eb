// Inclusion and consistency proofs: which subtrees they name, how they are made from stored nodes, how they are checked.
// SPEC: RFC 6962 section 2.1.1 (audit path) and 2.1.2 (consistency), RFC 9162 section 2.1.3 and 2.1.4 (checking).

import { equalBytes } from '../bytes.ts'
import { foldRoots, hashLength, nodeHash, type Sha256 } from './merkle.ts'

/** Leaves `start` up to and without `end`. */
interface LeafRange {
  readonly start: number
  readonly end: number
}

/** Read the node over leaves `index * 2^level` up to `(index + 1) * 2^level`, 32 bytes. */
export type NodeReader = (level: number, index: number) => Promise<Uint8Array>

/** Make the proof that the entry at `index` is in the tree of `size`. Throws RangeError unless 0 <= index < size. */
export async function proveInclusion(
  sha256: Sha256,
  read: NodeReader,
  index: number,
  size: number,
): Promise<readonly Uint8Array[]> {
  if (!isInside(index, size)) throw new RangeError('cannot prove inclusion: index is outside the tree')
  return readRanges(sha256, read, inclusionRanges(index, size))
}

/** Make the proof that the tree of `first` is a prefix of the tree of `size`. Throws RangeError unless 0 < first <= size. */
export async function proveConsistency(
  sha256: Sha256,
  read: NodeReader,
  first: number,
  size: number,
): Promise<readonly Uint8Array[]> {
  if (!isInside(first - 1, size)) throw new RangeError('cannot prove consistency: sizes are not in order')
  const { seed, siblings } = consistencyRanges(first, size)
  return readRanges(sha256, read, seed === null ? siblings : [seed, ...siblings])
}

export interface InclusionClaim {
  readonly index: number
  readonly size: number
  readonly leafHash: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/** Compute the root that an inclusion proof leads to. Returns null for a proof of the wrong shape. ATTACKER: all of it. */
export function rootFromInclusion(sha256: Sha256, claim: InclusionClaim): Uint8Array | null {
  if (!isInside(claim.index, claim.size) || !areHashes([claim.leafHash, ...claim.proof])) return null
  const ranges = inclusionRanges(claim.index, claim.size)
  if (ranges.length !== claim.proof.length) return null
  let hash = claim.leafHash
  for (const [i, sibling] of claim.proof.entries()) {
    const isLeft = (ranges[i]?.start ?? 0) <= claim.index
    hash = isLeft ? nodeHash(sha256, sibling, hash) : nodeHash(sha256, hash, sibling)
  }
  return hash
}

/** Check that an entry is in the tree of a root that the caller trusts. Any malformed claim is false. */
export function verifyInclusion(sha256: Sha256, claim: InclusionClaim & { readonly root: Uint8Array }): boolean {
  const root = rootFromInclusion(sha256, claim)
  return root !== null && equalBytes(root, claim.root)
}

export interface ConsistencyClaim {
  readonly first: number
  readonly firstRoot: Uint8Array
  readonly size: number
  readonly root: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/**
 * Check that the tree of `first` is a prefix of the tree of `size`. Any malformed claim is false. The empty tree is a
 * prefix of every tree and needs no proof; asking for one is false, as in other verifiers.
 */
export function verifyConsistency(sha256: Sha256, claim: ConsistencyClaim): boolean {
  const { first, size, proof } = claim
  if (!isInside(first - 1, size) || !areHashes(proof)) return false
  if (first === size) return proof.length === 0 && equalBytes(claim.firstRoot, claim.root)
  const { seed, siblings } = consistencyRanges(first, size)
  const rest = seed === null ? proof : proof.slice(1)
  const known = seed === null ? claim.firstRoot : proof[0]
  if (known === undefined || known.length !== hashLength || rest.length !== siblings.length) return false
  let before = known
  let after = known
  for (const [i, sibling] of rest.entries()) {
    const isLeft = (siblings[i]?.start ?? 0) < first
    if (isLeft) before = nodeHash(sha256, sibling, before)
    after = isLeft ? nodeHash(sha256, sibling, after) : nodeHash(sha256, after, sibling)
  }
  return equalBytes(before, claim.firstRoot) && equalBytes(after, claim.root)
}

/** Siblings on the way from the leaf up to the root. */
function inclusionRanges(index: number, size: number): LeafRange[] {
  const siblings: LeafRange[] = []
  let start = 0
  let end = size
  while (end - start > 1) {
    const middle = start + powerBelow(end - start)
    if (index < middle) {
      siblings.push({ start: middle, end })
      end = middle
    } else {
      siblings.push({ start, end: middle })
      start = middle
    }
  }
  return siblings.reverse()
}

/** The subtree that both trees share at the cut (null when it is the whole first tree) and its siblings up to the root. */
function consistencyRanges(first: number, size: number): { seed: LeafRange | null; siblings: LeafRange[] } {
  const siblings: LeafRange[] = []
  let start = 0
  let end = size
  while (end !== first) {
    const middle = start + powerBelow(end - start)
    if (first <= middle) {
      siblings.push({ start: middle, end })
      end = middle
    } else {
      siblings.push({ start, end: middle })
      start = middle
    }
  }
  return { seed: start === 0 ? null : { start, end }, siblings: siblings.reverse() }
}

// All nodes are asked for at once, so that whoever reads them can read them together.
function readRanges(sha256: Sha256, read: NodeReader, ranges: readonly LeafRange[]): Promise<Uint8Array[]> {
  return Promise.all(ranges.map((range) => rangeHash(sha256, read, range)))
}

async function rangeHash(sha256: Sha256, read: NodeReader, range: LeafRange): Promise<Uint8Array> {
  const roots: Promise<Uint8Array>[] = []
  for (let at = range.start; at < range.end;) {
    let level = 0
    while (2 ** (level + 1) <= range.end - at) level++
    roots.push(read(level, at / 2 ** level))
    at += 2 ** level
  }
  return foldRoots(sha256, await Promise.all(roots))
}

/** Largest power of two below `count`, which is at least 2. */
function powerBelow(count: number): number {
  let power = 1
  while (power * 2 < count) power *= 2
  return power
}

function isSize(size: number): boolean {
  return Number.isSafeInteger(size) && size >= 0
}

function isInside(index: number, size: number): boolean {
  return isSize(index) && isSize(size) && index < size
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.every((hash) => hash.length === hashLength)
}
