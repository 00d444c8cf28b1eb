// For tests only: logs as somebody outside sees them, by path.

import { createHash } from 'node:crypto'
import { foldRoots, formatVerifyKey, parseTileLevel, parseTileName, type VerifyKey } from '@sallyport/protocol/ledger'
import { sha256, signCheckpoint } from '../../server/src/ledger/signatures.ts'
import type { Ledger } from '../../server/src/ledger/index.ts'
import { testCheckpointSigner } from '../../server/src/ledger/testing.ts'
import { growTree } from '../../server/src/ledger/tree.ts'
import type { Asked } from './outside-verifier.ts'

type Log = Pick<Asked, 'get' | 'origin' | 'keys'>

/** A ledger by its paths, as the routes answer. With `note`, the checkpoint is that one. */
export function served(ledger: Ledger, keys: readonly VerifyKey[], note?: string): Log {
  const get = async (path: string) => {
    if (path === 'checkpoint') return Buffer.from(note ?? (await ledger.checkpoint()))
    const [, level = '', tile = ''] = /^tile\/(\d+|entries)\/(.*)$/.exec(path) ?? []
    const name = parseTileName(tile)
    if (name === null) return null
    return level === 'entries'
      ? await ledger.entryBundle(name)
      : await ledger.hashTile(parseTileLevel(level) ?? -1, name)
  }
  return { get, origin: ledger.origin, keys: keys.map(formatVerifyKey) }
}

/** A log in memory whose tiles the sequencer's own code has grown, in uneven steps, over made-up leaves. */
export async function syntheticLog(size: number): Promise<Log> {
  const origin = 'ledger.example.com/synthetic'
  const signer = testCheckpointSigner(origin)
  let tree = { size: 0, root: foldRoots(sha256, []), partials: [] as readonly Uint8Array[] }
  const tiles = new Map<string, Uint8Array>()
  for (let step = 1; tree.size < size; step = (step * 7 + 3) % 4096) {
    const count = Math.min(step + 1, size - tree.size)
    const leaves = Buffer.concat(Array.from({ length: count }, (_, i) => leafOf(tree.size + i)))
    const grown = growTree(tree, leaves)
    for (const { level, n, hashes } of grown.tiles) tiles.set(`${level}/${n}`, hashes)
    tree = grown.tree
  }
  const note = await signCheckpoint(signer, { origin, size, root: tree.root })
  const get = async (path: string) => {
    if (path === 'checkpoint') return Buffer.from(note)
    const [, level = '', tile = ''] = /^tile\/(\d+)\/(.*)$/.exec(path) ?? []
    const name = parseTileName(tile)
    const hashes = tiles.get(`${level}/${name?.n}`)
    return hashes === undefined || name === null ? null : hashes.subarray(0, name.width * 32)
  }
  return { get, origin, keys: [signer.ed25519, signer.p256].map(({ key }) => formatVerifyKey(key)) }
}

function leafOf(n: number): Buffer {
  return createHash('sha256').update(`leaf ${n}`).digest()
}
