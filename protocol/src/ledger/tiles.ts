// Tiles: stored pieces of the tree, 256 hashes wide and 8 levels high, and bundles of 256 entries below them.
// SPEC: C2SP tlog-tiles. The hash at place i of tile n at tile level L is the node at tree level 8L and index 256n + i.

import { foldRoots, hashLength, nodeHash, type Sha256 } from './merkle.ts'

export const tileWidth = 256
const tileHeight = 8
/** Longest entry that a bundle can hold, in bytes. */
export const maxEntryBytes = 0xffff

/** Where a node lies: in tile `n` of tile level `level`, over the hashes from `from` on, `count` of them. */
export interface NodePlace {
  readonly level: number
  readonly n: number
  readonly from: number
  readonly count: number
}

/** Find the tile that holds the node at a tree level and index, or the hashes under it. */
export function placeOfNode(level: number, index: number): NodePlace {
  const tileLevel = Math.floor(level / tileHeight)
  const count = 2 ** (level % tileHeight)
  const first = index * count
  return { level: tileLevel, n: Math.floor(first / tileWidth), from: first % tileWidth, count }
}

/** Hash a perfect run of 1, 2, 4 ... 256 hashes of a tile into their node. Returns null when the tile is too short. */
export function nodeInTile(sha256: Sha256, hashes: Uint8Array, from: number, count: number): Uint8Array | null {
  if (hashes.length < (from + count) * hashLength) return null
  let row = Array.from({ length: count }, (_, i) => hashAt(hashes, from + i))
  while (row.length > 1) {
    const above: Uint8Array[] = []
    for (let i = 0; i + 1 < row.length; i += 2) {
      above.push(nodeHash(sha256, row[i] ?? hashes, row[i + 1] ?? hashes))
    }
    row = above
  }
  return row[0] ?? null
}

/** Count the hashes in the last, partial tile of a tile level in a tree of `size`; 0 when every tile there is full. */
export function partialWidth(level: number, size: number): number {
  return Math.floor(size / tileWidth ** level) % tileWidth
}

/**
 * Compute the root of a tree from its partial tiles alone, `partials[L]` being the one of tile level L.
 * Returns null when one of them is missing or shorter than the size says; longer ones are read up to their width.
 */
export function rootFromPartials(sha256: Sha256, size: number, partials: readonly Uint8Array[]): Uint8Array | null {
  const roots: Uint8Array[] = []
  for (let level = 0; tileWidth ** level <= size; level++) {
    const width = partialWidth(level, size)
    const ofLevel: Uint8Array[] = []
    for (let from = 0, run = tileWidth / 2; run >= 1; run /= 2) {
      if (Math.floor(width / run) % 2 === 0) continue
      const node = nodeInTile(sha256, partials[level] ?? new Uint8Array(0), from, run)
      if (node === null) return null
      ofLevel.push(node)
      from += run
    }
    roots.unshift(...ofLevel)
  }
  return foldRoots(sha256, roots)
}

export function hashAt(hashes: Uint8Array, at: number): Uint8Array {
  return hashes.subarray(at * hashLength, (at + 1) * hashLength)
}
