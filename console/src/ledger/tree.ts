// Nodes of the ledger's tree, hashed from the tiles that the gate serves to anybody. Nothing of them is believed: a proof made of them
// is checked against a signed root.

import {
  formatTileName,
  hashAt,
  partialWidth,
  placeOfNode,
  tileWidth,
  type NodeReader,
} from '@sallyport/protocol/ledger'
import { fetchTile } from '../api/index.ts'
import { digest } from './digest.ts'

/** Read nodes of the tree of `size`, each tile once. */
export function nodesOf(size: number): NodeReader {
  const tiles = new Map<string, Promise<Uint8Array>>()
  const nodes = new Map<string, Promise<Uint8Array>>()
  const tileOf = async (level: number, n: number): Promise<Uint8Array> => {
    const isLast = n === Math.floor(size / tileWidth ** (level + 1))
    const name = formatTileName({ n, width: isLast ? partialWidth(level, size) : tileWidth })
    return await once(tiles, `${level} ${name}`, () => fetchTile(level, name))
  }
  return async (level, index) =>
    await once(nodes, `${level} ${index}`, async () => {
      const { level: tileLevel, n, from, count } = placeOfNode(level, index)
      return await nodeIn(await tileOf(tileLevel, n), from, count)
    })
}

async function once<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const found = known.get(key) ?? make()
  known.set(key, found)
  return await found
}

async function nodeIn(tile: Uint8Array, from: number, count: number): Promise<Uint8Array> {
  let row = Array.from({ length: count }, (_, n) => hashAt(tile, from + n))
  while (row.length > 1) {
    const pairs = Array.from({ length: row.length / 2 }, (_, n) => [row[2 * n], row[2 * n + 1]] as const)
    // SPEC: RFC 6962 section 2.1: a node is the hash of an octet of one and both below it.
    row = await Promise.all(pairs.map(([left = tile, right = tile]) => digest(Uint8Array.of(1, ...left, ...right))))
  }
  return row[0] ?? tile
}
