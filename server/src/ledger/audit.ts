// Looking through everything that is stored: does each entry have the hash that its tile says, each tile the hash that the
// tile above says, each row the columns that its bytes say? Start-up looks at the edge of the tree only; this reads it all.

import { equalBytes } from '@sallyport/protocol'
import { hashAt, leafHash, nodeInTile, parseEntry, tileWidth } from '@sallyport/protocol/ledger'
import type { LedgerContext } from './context.ts'
import { disagreement } from './disagreement.ts'
import { isSameEntry } from './read-entries.ts'
import { sha256 } from './signatures.ts'
import { readHeadState, readPage, readTile } from './store.ts'
import { verifyHead } from './verify-head.ts'

/** The first thing found wrong. `index` is that of the entry; `tile` names a hash tile. */
export type AuditFinding =
  | { readonly what: 'entry-altered' | 'entry-missing' | 'columns-altered'; readonly index: number }
  | { readonly what: 'tile-altered'; readonly tile: { readonly level: number; readonly n: number } }

/**
 * Read the whole ledger and return the first finding, or null when all agrees with the signed checkpoint. Throws the
 * disagreement when the head itself is not to be believed.
 */
export async function auditLedger(context: LedgerContext): Promise<AuditFinding | null> {
  const state = await readHeadState(context.database)
  if (state === null) throw disagreement('audit', 'not-founded')
  const head = await verifyHead(state, context.origin, context.signer, 'audit', context.head)
  for (let level = 0; tileWidth ** level <= head.size; level++) {
    const width = Math.floor(head.size / tileWidth ** level)
    for (let n = 0; n * tileWidth < width; n++) {
      const count = Math.min(tileWidth, width - n * tileWidth)
      const tile = await readTile(context.database, level, n)
      if (tile === null || !(await isTileTrue(context, level, n, tile, count))) {
        return { what: 'tile-altered', tile: { level, n } }
      }
      const finding = level === 0 ? await lookAtEntries(context, n * tileWidth, count, tile) : null
      if (finding !== null) return finding
    }
  }
  return null
}

/** A partial tile was checked with the head: the root is made of it. A full one is a hash in the tile above. */
async function isTileTrue(
  context: LedgerContext,
  level: number,
  n: number,
  tile: Uint8Array,
  count: number,
): Promise<boolean> {
  if (count < tileWidth) return true
  const above = await readTile(context.database, level + 1, Math.floor(n / tileWidth))
  const root = nodeInTile(sha256, tile, 0, tileWidth)
  return root !== null && above !== null && equalBytes(root, hashAt(above, n % tileWidth))
}

async function lookAtEntries(
  context: LedgerContext,
  first: number,
  count: number,
  tile: Uint8Array,
): Promise<AuditFinding | null> {
  const rows = await readPage(context.database, first, first + count, count)
  for (let i = 0; i < count; i++) {
    const index = first + i
    const row = rows[i]
    if (row?.index !== index) return { what: 'entry-missing', index }
    if (!equalBytes(leafHash(sha256, row.bytes), hashAt(tile, i))) return { what: 'entry-altered', index }
    const entry = parseEntry(row.bytes)
    if (entry === null || !isSameEntry(row, entry)) return { what: 'columns-altered', index }
  }
  return null
}
