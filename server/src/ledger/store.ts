// All of the ledger's SQL. Bytes of entries move from the pending table into the log inside the database; this process
// sees only their leaf hashes.

import { Problem, parseId, type Id } from '@sallyport/protocol'
import * as z from 'zod'
import type { Row, Sql, Transaction } from '../base/index.ts'
import { tileKey, type Tile } from './tree.ts'

/** Means nothing; it only has to be the same everywhere. */
const turnLock = 6_021_959_012
const tileLevels = 7

// ---- Pending entries

export async function readTime(sql: Sql): Promise<number> {
  const text = 'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS at_ms'
  const [row] = await sql.query({ name: 'ledger-time', text })
  return z.object({ at_ms: z.int() }).parse(row).at_ms
}

/** Count pending entries that are older than `ageMs` by the database's clock. */
export async function countOverdue(sql: Sql, ageMs: number): Promise<number> {
  const text = `SELECT count(*) AS count FROM ledger_pending
                WHERE at < clock_timestamp() - make_interval(secs => $1::float8 / 1000)`
  const [row] = await sql.query({ name: 'ledger-overdue', text }, [ageMs])
  return z.object({ count: z.int() }).parse(row).count
}

/** Take back the room of entries that moved on. Left out without harm where the engine or the role does not allow it. */
export async function vacuumPending(sql: Sql): Promise<void> {
  await sql.query('VACUUM (TRUNCATE false, SKIP_LOCKED) ledger_pending')
}

// ---- Head and sequencing

const bytea = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const hash = bytea.refine((bytes) => bytes.length === 32)
const head = z.object({ origin: z.string(), size: z.int().min(0), root: hash, note: z.string() })
const headWithTree = head.extend({ entry_count: z.int(), partials: z.array(bytea) })

export type HeadRow = z.infer<typeof head>
export interface HeadState extends HeadRow {
  /** One past the last index in the log. */
  readonly entryCount: number
  /** The last, partial tile of every level. */
  readonly partials: readonly Uint8Array[]
}

/** Try to be the one who sequences until the transaction ends. Only saves work: the fence is in advanceHead. */
export async function takeTurn(tx: Transaction): Promise<boolean> {
  const [row] = await tx.query({ name: 'ledger-turn', text: 'SELECT pg_try_advisory_xact_lock($1) AS taken' }, [
    turnLock,
  ])
  return row?.['taken'] === true
}

export async function readHead(sql: Sql): Promise<HeadRow | null> {
  const [row] = await sql.query({ name: 'ledger-head', text: 'SELECT origin, size, root, note FROM ledger_head' })
  return row === undefined ? null : parse(head, row, 'head')
}

// One statement is one snapshot: head, tiles and entries belong together.
const headStateText = `
SELECT h.origin, h.size, h.root, h.note,
  (SELECT coalesce(max(e.index), -1) + 1 FROM ledger_entries e) AS entry_count,
  ARRAY(
    SELECT coalesce(t.hashes, ''::bytea)
    FROM generate_series(0, ${tileLevels - 1}) AS l (level)
    LEFT JOIN ledger_tile t ON t.level = l.level AND t.n = h.size >> (8 * (l.level + 1))
    ORDER BY l.level
  ) AS partials
FROM ledger_head h`

/** Read the head with all that is needed to grow the tree. */
export async function readHeadState(sql: Sql): Promise<HeadState | null> {
  const [row] = await sql.query({ name: 'ledger-head-state', text: headStateText })
  if (row === undefined) return null
  const { entry_count: entryCount, ...rest } = parse(headWithTree, row, 'head')
  return { ...rest, entryCount }
}

export async function insertHead(tx: Transaction, row: HeadRow): Promise<boolean> {
  const text = `INSERT INTO ledger_head (origin, size, root, note) VALUES ($1, $2, $3, $4)
                ON CONFLICT DO NOTHING RETURNING size`
  return (await tx.query(text, [row.origin, row.size, row.root, row.note])).length === 1
}

/** INVARIANT: I7. The size is the fence: of two that extended the same tree, one finds no row and must roll back. */
export async function advanceHead(tx: Transaction, from: number, row: Omit<HeadRow, 'origin'>): Promise<boolean> {
  const text = 'UPDATE ledger_head SET size = $2, root = $3, note = $4 WHERE size = $1 RETURNING size'
  return (await tx.query({ name: 'ledger-advance', text }, [from, row.size, row.root, row.note])).length === 1
}

// Up to the last of the oldest, found once. Joined with them row by row it would take minutes: the table is empty most of the
// time, and a plan made for few rows compares each of thousands with each.
const moveText = `
WITH taken AS (
  DELETE FROM ledger_pending
   WHERE (at, id) <= (SELECT at, id FROM (SELECT at, id FROM ledger_pending ORDER BY at, id LIMIT $2) oldest
                       ORDER BY at DESC, id DESC LIMIT 1)
  RETURNING *
), numbered AS (
  SELECT taken.*, $1::bigint + row_number() OVER (ORDER BY at, id) - 1 AS index FROM taken
), moved AS (
  INSERT INTO ledger_entries (index, id, kind, actor, about_kind, about_id, at, bytes)
  SELECT index, id, kind, actor, about_kind, about_id, at, bytes FROM numbered
)
SELECT coalesce(string_agg(leaf_hash, ''::bytea ORDER BY index), ''::bytea) AS leaves FROM numbered`

/** Move the oldest pending entries to the end of the log, from index `size` on. Returns their leaf hashes joined. */
export async function movePending(tx: Transaction, size: number, limit: number): Promise<Uint8Array> {
  const [row] = await tx.query({ name: 'ledger-move', text: moveText }, [size, limit])
  return z.object({ leaves: bytea }).parse(row).leaves
}

export async function writeTiles(tx: Transaction, tiles: readonly Tile[]): Promise<void> {
  const text = `
    INSERT INTO ledger_tile (level, n, hashes)
    SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[])
    ON CONFLICT (level, n) DO UPDATE SET hashes = EXCLUDED.hashes`
  await tx.query({ name: 'ledger-tiles', text }, [
    tiles.map(({ level }) => level),
    tiles.map(({ n }) => n),
    tiles.map(({ hashes }) => hashes),
  ])
}

// ---- Reading

export async function readTile(sql: Sql, level: number, n: number): Promise<Uint8Array | null> {
  const text = 'SELECT hashes FROM ledger_tile WHERE level = $1 AND n = $2'
  const [row] = await sql.query({ name: 'ledger-tile', text }, [level, n])
  return row === undefined ? null : z.object({ hashes: bytea }).parse(row).hashes
}

/** Read the tiles of a level from `first` up to and without `end`, by their number; those that are not there are left out. */
export async function readTiles(
  sql: Sql,
  level: number,
  first: number,
  end: number,
): Promise<ReadonlyMap<number, Uint8Array>> {
  const text = 'SELECT n, hashes FROM ledger_tile WHERE level = $1 AND n >= $2 AND n < $3 ORDER BY n'
  const rows = await sql.query({ name: 'ledger-tile-run', text }, [level, first, end])
  const tiles = z.array(z.object({ n: z.int(), hashes: bytea })).parse(rows)
  return new Map(tiles.map(({ n, hashes }) => [n, hashes]))
}

const tilesAtText = `
SELECT t.level, t.n, t.hashes
  FROM unnest($1::smallint[], $2::bigint[]) AS wanted (level, n) JOIN ledger_tile t USING (level, n)
 ORDER BY t.level, t.n`

/** Read tiles by their places, as `readTiles` of a node reader; those that are not there are left out. */
export async function readTilesAt(
  sql: Sql,
  wanted: readonly Omit<Tile, 'hashes'>[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const places = [wanted.map(({ level }) => level), wanted.map(({ n }) => n)]
  const rows = await sql.query({ name: 'ledger-tiles-at', text: tilesAtText }, places)
  const tiles = z.array(z.object({ level: z.int(), n: z.int(), hashes: bytea })).parse(rows)
  return new Map(tiles.map((tile) => [tileKey(tile), tile.hashes]))
}

const bundleText = `
SELECT coalesce(string_agg(substring(int4send(octet_length(bytes)) FROM 3) || bytes, ''::bytea ORDER BY index), ''::bytea)
  AS bundle
FROM ledger_entries WHERE index >= $1 AND index < $2`

/** Read entries as an entry bundle: a length of two bytes, big-endian, before each. */
export async function readBundle(sql: Sql, first: number, end: number): Promise<Uint8Array> {
  const [row] = await sql.query({ name: 'ledger-bundle', text: bundleText }, [first, end])
  return z.object({ bundle: bytea }).parse(row).bundle
}

const entryRow = z.object({
  index: z.int().nullable(),
  id: z.string(),
  kind: z.string(),
  actor: z.string().nullable(),
  about_kind: z.string().nullable(),
  about_id: z.string().nullable(),
  at_ms: z.int(),
  bytes: bytea,
})

/** An entry with the columns that lookups go by, which are not themselves in the tree. */
export interface EntryRow {
  /** Null while it is pending. */
  readonly index: number | null
  readonly id: Id<'entry'>
  readonly kind: string
  readonly actor: Id<'person'> | null
  readonly about: { readonly kind: string; readonly id: string } | null
  readonly atMs: number
  readonly bytes: Uint8Array
}

const columns = `id, kind, actor, about_kind, about_id, round(extract(epoch FROM at) * 1000)::bigint AS at_ms, bytes`

export async function readEntry(sql: Sql, id: Id<'entry'>): Promise<EntryRow | null> {
  const text = `
    SELECT index, ${columns} FROM ledger_entries WHERE id = $1
    UNION ALL SELECT NULL::bigint, ${columns} FROM ledger_pending WHERE id = $1
    ORDER BY index NULLS LAST LIMIT 1`
  const [row] = await sql.query({ name: 'ledger-entry', text }, [id])
  return row === undefined ? null : entryOf(row)
}

export async function readPage(sql: Sql, first: number, end: number, limit: number): Promise<readonly EntryRow[]> {
  const text = `SELECT index, ${columns} FROM ledger_entries WHERE index >= $1 AND index < $2 ORDER BY index LIMIT $3`
  return (await sql.query({ name: 'ledger-page', text }, [first, end, limit])).map(entryOf)
}

const leavesText = `
SELECT index, id, kind, actor, about_kind, about_id, (extract(epoch FROM at) * 1000)::bigint AS at_ms, bytes
  FROM ledger_entries WHERE index >= $1 AND index < $2 ORDER BY index`

/** Read entries from `first` up to and without `end`, in order, for whoever reads them all: nothing is compared. */
export async function readLeaves(sql: Sql, first: number, end: number): Promise<readonly EntryRow[]> {
  return (await sql.query({ name: 'ledger-leaves', text: leavesText }, [first, end])).map(leafOf)
}

// By hand: a parser of shapes would cost as much as hashing the entry.
function leafOf(row: Row): EntryRow {
  const { index, id, kind, actor, about_kind: aboutKind, about_id: aboutId, at_ms: atMs, bytes } = row
  if (
    typeof index !== 'number' ||
    typeof id !== 'string' ||
    typeof kind !== 'string' ||
    typeof atMs !== 'number' ||
    !(bytes instanceof Uint8Array) ||
    !isTextOrNull(actor) ||
    !isTextOrNull(aboutKind) ||
    !isTextOrNull(aboutId)
  ) {
    throw unreadable('entry')
  }
  return {
    index,
    id: id as Id<'entry'>,
    kind,
    actor: actor as Id<'person'> | null,
    about: aboutKind === null || aboutId === null ? null : { kind: aboutKind, id: aboutId },
    atMs,
    bytes,
  }
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string'
}

const bytesText = `SELECT bytes FROM ledger_entries WHERE index >= $1 AND index < $2 ORDER BY index`

/** Read what was hashed of entries `first` up to and without `end`, in order; fewer where some are missing. */
export async function readBytes(sql: Sql, first: number, end: number): Promise<readonly Uint8Array[]> {
  const rows = await sql.query({ name: 'ledger-bytes', text: bytesText }, [first, end])
  return rows.map(({ bytes }) => {
    if (bytes instanceof Uint8Array) return bytes
    throw unreadable('entry')
  })
}

/** Read what was hashed of entries that wait for the tree, oldest first, after one of them; `last` is null on the last page. */
export async function readPendingBytes(
  sql: Sql,
  after: readonly string[] | null,
  limit: number,
): Promise<{ readonly entries: readonly Uint8Array[]; readonly last: readonly string[] | null }> {
  const [at, id] = after ?? ['-infinity', '00000000-0000-0000-0000-000000000000']
  const rows = await sql.query(
    {
      name: 'ledger-pending-bytes',
      text: `SELECT at::text AS at, id, bytes FROM ledger_pending WHERE (at, id) > ($1::timestamptz, $2::uuid)
              ORDER BY at, id LIMIT $3`,
    },
    [at, id, limit],
  )
  const found = z.array(z.object({ at: z.string(), id: z.string(), bytes: bytea })).parse(rows)
  const last = found.length < limit ? undefined : found.at(-1)
  return { entries: found.map(({ bytes }) => bytes), last: last === undefined ? null : [last.at, last.id] }
}

export interface EntryQuery {
  readonly kind?: string
  readonly actor?: Id<'person'>
  readonly about?: { readonly kind: string; readonly id: string }
  /** At most 1,000. */
  readonly limit: number
  /** Only entries with a lower index. */
  readonly before?: number
  /** Only entries with a higher index, and these oldest first. */
  readonly after?: number
}

export async function searchEntries(sql: Sql, query: EntryQuery): Promise<readonly EntryRow[]> {
  const { kind, after, actor, about, before } = query
  if (kind !== undefined && after !== undefined && (actor ?? about ?? before) === undefined) {
    return (await sql.query(kindAfterText, [kind, after, Math.min(query.limit, 1000)])).map(entryOf)
  }
  if (kind !== undefined && before !== undefined && (actor ?? about ?? after) === undefined) {
    return (await sql.query(kindBeforeText, [kind, before, Math.min(query.limit, 1000)])).map(entryOf)
  }
  const values: unknown[] = []
  const terms: string[] = []
  const where = (term: string, value: unknown): void => {
    values.push(value)
    terms.push(`${term} $${values.length}`)
  }
  if (query.kind !== undefined) where('kind =', query.kind)
  if (query.actor !== undefined) where('actor =', query.actor)
  if (query.about !== undefined) where('about_kind =', query.about.kind)
  if (query.about !== undefined) where('about_id =', query.about.id)
  if (query.before !== undefined) where('index <', query.before)
  if (query.after !== undefined) where('index >', query.after)
  values.push(Math.min(query.limit, 1000))
  const text = `SELECT index, ${columns} FROM ledger_entries ${terms.length === 0 ? '' : `WHERE ${terms.join(' AND ')}`}
                ORDER BY index ${query.after === undefined ? 'DESC' : 'ASC'} LIMIT $${values.length}`
  return (await sql.query(text, values)).map(entryOf)
}

// In the order of the index by kind, whatever share of the log is of that kind.
const kindAfterText = {
  name: 'ledger-kind-after',
  text: `SELECT index, ${columns} FROM ledger_entries
          WHERE (kind, index) > ($1, $2) AND (kind, index) <= ($1, 9223372036854775807) ORDER BY kind, index LIMIT $3`,
}

const kindBeforeText = {
  name: 'ledger-kind-before',
  text: `SELECT index, ${columns} FROM ledger_entries
          WHERE (kind, index) < ($1, $2) AND (kind, index) >= ($1, 0) ORDER BY kind DESC, index DESC LIMIT $3`,
}

/** Where an entry stands: all its places in the log, and the leaf hash it waits with. */
export async function readPlaces(
  sql: Sql,
  id: Id<'entry'>,
): Promise<{ readonly indexes: readonly number[]; readonly pending: Uint8Array | null; readonly nowMs: number }> {
  const text = `
    SELECT ARRAY(SELECT index FROM ledger_entries WHERE id = $1 ORDER BY index) AS indexes,
           (SELECT leaf_hash FROM ledger_pending WHERE id = $1) AS pending,
           floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms`
  const [row] = await sql.query({ name: 'ledger-places', text }, [id])
  const read = z.object({ indexes: z.array(z.int()), pending: hash.nullable(), now_ms: z.int() }).parse(row)
  return { indexes: read.indexes, pending: read.pending, nowMs: read.now_ms }
}

function entryOf(row: Row): EntryRow {
  const read = parse(entryRow, row, 'entry')
  const id = parseId<'entry'>(read.id)
  if (id === null) throw unreadable('entry')
  const { index, kind, bytes, about_kind: aboutKind, about_id: aboutId, at_ms: atMs } = read
  const about = aboutKind === null || aboutId === null ? null : { kind: aboutKind, id: aboutId }
  return { index, id, kind, actor: parseId<'person'>(read.actor), about, atMs, bytes }
}

function parse<T>(shape: z.ZodType<T>, row: Row, what: string): T {
  const read = shape.safeParse(row)
  if (!read.success) throw unreadable(what)
  return read.data
}

function unreadable(what: string): Problem {
  return new Problem('unavailable', `cannot read the ledger: ${what} is not as written, want it unaltered`)
}
