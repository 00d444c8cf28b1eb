// Tiles and entry bundles as outsiders fetch them. A piece is there once a checkpoint covers it, and from then on always the
// same bytes. SPEC: C2SP tlog-tiles. Partial tiles are kept for good: they are the beginning of the full one.
// INVARIANT: I7. Nothing is handed out that disagrees with the signed root: it would stay in the caches of others.

import { equalBytes, Problem } from '@sallyport/protocol'
import { hashAt, hashLength, leafHash, nodeInTile, tileWidth, type TileName } from '@sallyport/protocol/ledger'
import type { LedgerContext } from './context.ts'
import { disagreement } from './disagreement.ts'
import { refuseOlder } from './prove.ts'
import { sha256 } from './signatures.ts'
import { readBundle, readHeadState, readTile, type HeadState } from './store.ts'
import { verifyHead } from './verify-head.ts'

/**
 * Read the hashes of a tile, or of its beginning. Returns null for what no checkpoint covers. Throws Problem `unavailable`
 * that names the disagreement when what is stored does not lead to the signed root.
 */
export async function hashTile(
  context: LedgerContext,
  level: number,
  { n, width }: TileName,
): Promise<Uint8Array | null> {
  const known = context.head
  const state = await readHeadState(context.database)
  if (state === null) throw disagreement('serve', 'not-founded')
  refuseOlder(known, await verifyHead(state, context.origin, context.signer, 'serve', known))
  const tile = await tileUnderRoot(context, state, level, n)
  return tile === null || tile.length < width * hashLength ? null : tile.subarray(0, width * hashLength)
}

/** Read what a checkpoint covers of a tile, held against the tile above, and so on up to the edge, from which the root is. */
async function tileUnderRoot(
  context: LedgerContext,
  state: HeadState,
  level: number,
  n: number,
): Promise<Uint8Array | null> {
  const covered = Math.floor(state.size / tileWidth ** level) - n * tileWidth
  if (covered <= 0) return null
  if (covered < tileWidth) return state.partials[level]?.subarray(0, covered * hashLength) ?? null
  const [tile, above] = await Promise.all([
    readTile(context.database, level, n),
    tileUnderRoot(context, state, level + 1, Math.floor(n / tileWidth)),
  ])
  const root = tile === null ? null : nodeInTile(sha256, tile, 0, tileWidth)
  if (root === null || above === null || !equalBytes(root, hashAt(above, n % tileWidth))) {
    throw disagreement('serve', 'tiles')
  }
  return tile
}

/**
 * Read a bundle of entries, exactly the bytes whose hashes are in the tree. Returns null for what no checkpoint covers.
 * Throws Problem `unavailable` that names the first entry which is not the one of its leaf.
 */
export async function entryBundle(context: LedgerContext, name: TileName): Promise<Uint8Array | null> {
  const tile = await hashTile(context, 0, name)
  if (tile === null) return null
  const first = name.n * tileWidth
  const bundle = await readBundle(context.database, first, first + name.width)
  let at = 0
  for (let i = 0; i < name.width; i++) {
    const start = at + 2
    const end = start + ((bundle[at] ?? 0) << 8) + (bundle[at + 1] ?? 0)
    if (end > bundle.length || !equalBytes(leafHash(sha256, bundle.subarray(start, end)), hashAt(tile, i))) {
      throw alteredEntry(first + i)
    }
    at = end
  }
  if (at !== bundle.length) throw alteredEntry(first + name.width)
  return bundle
}

function alteredEntry(index: number): Problem {
  return new Problem('unavailable', `cannot serve entry ${index}: it is not the one of its leaf, want it as recorded`, {
    details: { index },
  })
}
