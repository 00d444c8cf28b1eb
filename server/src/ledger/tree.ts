// The stored tree: how it grows by a batch of leaves, and how a node is found in it. Only the last, partial tile of each
// level is needed to grow and to compute the root.

import {
  hashLength,
  nodeInTile,
  partialWidth,
  placeOfNode,
  rootFromPartials,
  tileWidth,
  type NodeReader,
} from '@sallyport/protocol/ledger'
import { sha256 } from './signatures.ts'

export interface Tile {
  readonly level: number
  readonly n: number
  readonly hashes: Uint8Array
}

/** A tree as its size, root and last partial tiles by level. */
export interface Tree {
  readonly size: number
  readonly root: Uint8Array
  readonly partials: readonly Uint8Array[]
}

/** Add leaf hashes, 32 bytes each. Returns the grown tree and every tile that is new or longer than before. */
export function growTree(tree: Tree, leaves: Uint8Array): { readonly tree: Tree; readonly tiles: readonly Tile[] } {
  const tiles: Tile[] = []
  const partials = [...tree.partials]
  let added = leaves
  for (let level = 0; added.length > 0; level++) {
    const kept = (partials[level] ?? new Uint8Array(0)).subarray(0, partialWidth(level, tree.size) * hashLength)
    const hashes = Buffer.concat([kept, added])
    const above: Uint8Array[] = []
    partials[level] = new Uint8Array(0)
    for (let at = 0, n = Math.floor(tree.size / tileWidth ** (level + 1)); at < hashes.length; n++) {
      const tile = hashes.subarray(at, at + tileWidth * hashLength)
      tiles.push({ level, n, hashes: tile })
      const root = nodeInTile(sha256, tile, 0, tileWidth)
      if (root === null) partials[level] = tile
      else above.push(root)
      at += tile.length
    }
    added = Buffer.concat(above)
  }
  const size = tree.size + leaves.length / hashLength
  const root = rootFromPartials(sha256, size, partials)
  if (root === null) throw new Error('cannot grow the tree: a partial tile is short, want the width that the size says')
  return { tree: { size, root, partials }, tiles }
}

/** A stored tile that proofs need is not there or too short. */
export class TileMissing extends Error {}

/** The tiles that are there of those asked for, by `tileKey`. */
export type ReadTiles = (wanted: readonly Omit<Tile, 'hashes'>[]) => Promise<ReadonlyMap<string, Uint8Array>>

export function tileKey({ level, n }: Omit<Tile, 'hashes'>): string {
  return `${level}/${n}`
}

/**
 * Read nodes out of tiles, each tile once, and those that are asked for at the same moment together. The reader is for one proof: it
 * keeps the tiles it has read.
 */
export function nodeReader(readTiles: ReadTiles): NodeReader {
  const tiles = new Map<string, Promise<Uint8Array | null>>()
  let wanted: Omit<Tile, 'hashes'>[] = []
  let coming: ReturnType<ReadTiles> | null = null
  const readNow = (): ReturnType<ReadTiles> => {
    const together = wanted
    wanted = []
    coming = null
    return readTiles(together)
  }
  const tileOf = (place: Omit<Tile, 'hashes'>): Promise<Uint8Array | null> => {
    wanted.push(place)
    coming ??= Promise.resolve().then(readNow)
    return coming.then((found) => found.get(tileKey(place)) ?? null)
  }
  return async (level, index) => {
    const place = placeOfNode(level, index)
    const key = tileKey(place)
    const reading = tiles.get(key) ?? tileOf({ level: place.level, n: place.n })
    tiles.set(key, reading)
    const node = nodeInTile(sha256, (await reading) ?? new Uint8Array(0), place.from, place.count)
    if (node === null) throw new TileMissing(`tile ${place.n} of level ${place.level} is missing or too short`)
    return node
  }
}
