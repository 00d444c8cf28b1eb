// Looking through everything that is stored: does each entry have the hash that its tile says, each tile the hash that the
// tile above says, each row the columns that its bytes say? Start-up looks at the edge of the tree only; this reads it all.

import { equalBytes, parseId, Problem } from '@sallyport/protocol'
import { entryFrame, hashAt, leafHash, nodeInTile, saltLength, tileWidth } from '@sallyport/protocol/ledger'
import * as z from 'zod'
import type { LedgerContext } from './context.ts'
import { disagreement } from './disagreement.ts'
import { forgetFinding, keepFinding, keptFinding } from './finding-file.ts'
import { isSameEntry } from './read-entries.ts'
import { sha256 } from './signatures.ts'
import { readHeadState, readLeaves, readTile, readTiles, type EntryRow } from './store.ts'
import { readNote, verifyHead, verifyPrefix, type Head } from './verify-head.ts'

/** The first thing found wrong. `index` is that of the entry; `tile` names a hash tile. */
export type AuditFinding =
  | { readonly what: 'entry-altered' | 'entry-missing' | 'columns-altered'; readonly index: number }
  | { readonly what: 'tile-altered'; readonly tile: { readonly level: number; readonly n: number } }

/** What one look found, and up to which signed checkpoint it looked. */
export interface Audited {
  readonly finding: AuditFinding | null
  readonly note: string
}

const tellEveryMs = 5000
/** Read in one statement: fewer turns to the server, and no more of it than a batch of entries takes. */
const tilesAtOnce = 4

/** The problem that names a finding; `verb` is what cannot be done. */
export function findingProblem(verb: string, finding: AuditFinding): Problem {
  const where = 'tile' in finding ? `tile ${finding.tile.level}/${finding.tile.n}` : `entry ${finding.index}`
  return new Problem(
    'unavailable',
    `cannot ${verb} the ledger: ${where}: ${finding.what}, want it as it was recorded`,
    {
      details: { finding },
    },
  )
}

/** How much a look reads. */
export interface AuditExtent {
  /** The note of a checkpoint up to which another look of this start found nothing; it must be a prefix. */
  readonly since: string | null
  /** At least so many of the newest entries. */
  readonly newest: number
}

export const wholeLedger: AuditExtent = { since: null, newest: Infinity }

/**
 * Read the ledger and return the first finding, or null when all that was read agrees with the signed checkpoint. Throws the
 * disagreement when the head itself is not to be believed.
 */
export async function auditLedger(
  context: LedgerContext,
  { since, newest }: AuditExtent = wholeLedger,
): Promise<Audited> {
  const { database, origin, signer } = context
  const state = await readHeadState(database)
  if (state === null) throw disagreement('audit', 'not-founded')
  const head = await verifyHead(state, origin, signer, 'audit', context.head)
  const from = since === null ? Math.max(0, head.size - newest) : await sizeOfPrefix(context, since, head)
  const tell = progress(context, from, head.size)
  const finding = await lookAtPart(context, { from, to: head.size, size: head.size }, tell)
  if (finding !== null) return { finding, note: head.note }
  context.auditedFrom = Math.min(context.auditedFrom, from)
  context.log.info({ from, size: head.size }, 'the ledger is as it was recorded')
  return { finding: null, note: head.note }
}

/**
 * Read as much of the ledger as a start does before it serves, and all of it where a finding was kept. What is found is kept,
 * outside of the database, until all of it is as it was recorded.
 */
export async function auditAtStart(context: LedgerContext, extent: AuditExtent): Promise<Audited> {
  const isDoubted = (await keptFinding(context.checkpointFile)) !== null
  const audited = await auditLedger(context, isDoubted ? wholeLedger : extent)
  if (audited.finding !== null) await keepFinding(context.checkpointFile, audited.finding)
  else if (isDoubted) await forgetFinding(context.checkpointFile)
  return audited
}

async function sizeOfPrefix({ database, origin, signer }: LedgerContext, note: string, head: Head): Promise<number> {
  const since = await readNote(note, origin, signer)
  if (since === null) throw disagreement('audit', 'head-signature')
  await verifyPrefix(database, since, head, 'audit', { ahead: 'head-moved-back', fork: 'head-forked' })
  return since.size
}

/** Entries from `from` up to and without `to`, of a tree of `size` of which the head was checked. */
export interface AuditPart {
  readonly from: number
  readonly to: number
  readonly size: number
}

/** Look at a part. After each tile of entries `takeTurn` is told how far it is, and says whether to go on. */
export async function lookAtPart(
  context: LedgerContext,
  part: AuditPart,
  takeTurn: (index: number) => boolean | Promise<boolean>,
): Promise<AuditFinding | null> {
  for (let level = 0; tileWidth ** level <= part.size; level++) {
    const finding = await lookAtLevel(context, level, part, takeTurn)
    if (finding !== null) return finding
  }
  return null
}

/** Look at the tiles of a level that have an entry of the part, and on the lowest level at the entries under them. */
async function lookAtLevel(
  context: LedgerContext,
  level: number,
  { from, to, size }: AuditPart,
  takeTurn: (index: number) => boolean | Promise<boolean>,
): Promise<AuditFinding | null> {
  const { database } = context
  const width = Math.floor(size / tileWidth ** level)
  const tiles = Math.ceil(Math.min(width, to / tileWidth ** level) / tileWidth)
  const read = (n: number): Promise<readonly [ReadonlyMap<number, Uint8Array>, readonly EntryRow[]]> => {
    const end = Math.min(tiles, n + tilesAtOnce)
    const entries = level === 0 ? readLeaves(database, n * tileWidth, Math.min(width, end * tileWidth)) : []
    return Promise.all([readTiles(database, level, n, end), entries])
  }
  let above: { readonly n: number; readonly hashes: Uint8Array | null } | null = null
  const begin = Math.floor(from / tileWidth ** (level + 1))
  let coming = begin < tiles ? read(begin) : null
  for (let first = begin; coming !== null; first += tilesAtOnce) {
    const [hashes, entries] = await coming
    // The next ones are on their way while these are looked at.
    coming = first + tilesAtOnce < tiles ? read(first + tilesAtOnce) : null
    coming?.catch(() => {})
    for (let n = first; n < Math.min(tiles, first + tilesAtOnce); n++) {
      const tile = hashes.get(n) ?? null
      const count = Math.min(tileWidth, width - n * tileWidth)
      if (count === tileWidth && above?.n !== Math.floor(n / tileWidth)) {
        const at = Math.floor(n / tileWidth)
        above = { n: at, hashes: await readTile(database, level + 1, at) }
      }
      if (tile === null || !isTileTrue(tile, count, n, above?.hashes ?? null)) {
        return { what: 'tile-altered', tile: { level, n } }
      }
      if (level > 0) continue
      const under = entries.slice((n - first) * tileWidth, (n - first) * tileWidth + count)
      const finding = lookAtEntries(under, n * tileWidth, count, tile)
      if (finding !== null) return finding
      if (!(await takeTurn(n * tileWidth + count))) return null
    }
  }
  return null
}

/** A partial tile was checked with the head: the root is made of it. A full one is a hash in the tile above. */
function isTileTrue(tile: Uint8Array, count: number, n: number, above: Uint8Array | null): boolean {
  if (count < tileWidth) return true
  const root = nodeInTile(sha256, tile, 0, tileWidth)
  return root !== null && above !== null && equalBytes(root, hashAt(above, n % tileWidth))
}

function lookAtEntries(rows: readonly EntryRow[], first: number, count: number, tile: Uint8Array): AuditFinding | null {
  for (let i = 0; i < count; i++) {
    const index = first + i
    const row = rows[i]
    if (row?.index !== index) return { what: 'entry-missing', index }
    if (!equalBytes(leafHash(sha256, row.bytes), hashAt(tile, i))) return { what: 'entry-altered', index }
    if (!isOfColumns(row)) return { what: 'columns-altered', index }
  }
  return null
}

const written = z.object({
  id: z.string(),
  at: z.string(),
  kind: z.string(),
  actor: z.string().nullable(),
  about: z.object({ kind: z.string(), id: z.string() }).nullable(),
})

/**
 * Tell whether the columns for lookup say what the bytes say. The tree holds the hash of the bytes, so that they are as this
 * ledger wrote them and need no second look at their form: they begin and end as an entry of these columns does. What does not is
 * read before it counts as altered.
 */
function isOfColumns(row: EntryRow): boolean {
  const bytes = Buffer.from(row.bytes.buffer, row.bytes.byteOffset, row.bytes.length)
  const { beforeBody, afterBody, afterSalt } = entryFrame(row)
  const saltAt = bytes.length - afterSalt.length - saltLength
  if (
    saltAt - afterBody.length >= beforeBody.length &&
    bytes.toString('latin1', 0, beforeBody.length) === beforeBody &&
    bytes.toString('latin1', saltAt - afterBody.length, saltAt) === afterBody &&
    bytes.toString('latin1', saltAt + saltLength) === afterSalt
  ) {
    return true
  }
  try {
    const entry = written.parse(JSON.parse(bytes.toString()))
    const { id, actor } = { id: parseId<'entry'>(entry.id), actor: parseId<'person'>(entry.actor) }
    return id !== null && isSameEntry(row, { ...entry, id, actor, atMs: Date.parse(entry.at) })
  } catch {
    return false
  }
}

/** Say how far it is every few seconds, so that nobody takes a long look for a gate that hangs. */
function progress({ clock, log }: LedgerContext, from: number, size: number): (index: number) => true {
  let toldAt = clock.monotonic()
  return (index) => {
    if (clock.monotonic() - toldAt < tellEveryMs) return true
    toldAt = clock.monotonic()
    log.info({ from, index, size }, 'looking through the ledger')
    return true
  }
}
