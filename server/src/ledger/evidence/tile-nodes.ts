// Nodes for many proofs over one tree: every tile is read and hashed through once, while the proofs go from left to right.

import { hashAt, hashLength, nodeHash, placeOfNode, type NodeReader } from '@sallyport/protocol/ledger'
import { sha256 } from '../signatures.ts'
import { TileMissing } from '../tree.ts'

/** Tiles that are kept, with all the nodes in them: 16 KiB each. A proof touches two on each of at most 7 levels. */
const keptTiles = 64

/** A tile and the rows of nodes above its hashes, whole pairs alone. */
type Pyramid = readonly Uint8Array[]

export function tileNodes(readTile: (level: number, n: number) => Promise<Uint8Array | null>): NodeReader {
  const kept = new Map<string, Promise<Pyramid>>()
  const pyramidOf = (level: number, n: number): Promise<Pyramid> => {
    const key = `${level}/${n}`
    const known = kept.get(key) ?? readTile(level, n).then(pyramid)
    // The one that was used last is at the end; the one at the front goes.
    kept.delete(key)
    kept.set(key, known)
    const [oldest] = kept.keys()
    if (kept.size > keptTiles && oldest !== undefined) kept.delete(oldest)
    return known
  }
  return async (level, index) => {
    const { level: tileLevel, n, from, count } = placeOfNode(level, index)
    const row = (await pyramidOf(tileLevel, n))[Math.log2(count)]
    const at = from / count
    if (row === undefined || row.length < (at + 1) * hashLength) {
      throw new TileMissing(`tile ${n} of level ${tileLevel} is missing or too short`)
    }
    return hashAt(row, at)
  }
}

function pyramid(tile: Uint8Array | null): Pyramid {
  const rows = [tile ?? new Uint8Array(0)]
  for (let row = rows[0] ?? new Uint8Array(0); row.length >= 2 * hashLength;) {
    const pairs = Math.floor(row.length / (2 * hashLength))
    const above = new Uint8Array(pairs * hashLength)
    for (let i = 0; i < pairs; i++)
      above.set(nodeHash(sha256, hashAt(row, 2 * i), hashAt(row, 2 * i + 1)), i * hashLength)
    rows.push(above)
    row = above
  }
  return rows
}
