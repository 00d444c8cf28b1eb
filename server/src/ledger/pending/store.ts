// How entries come into the pending table: all of a batch in one statement, whole or, of those that rest on something, as many as
// still do.

import { Problem } from '@sallyport/protocol'
import * as z from 'zod'
import type { Sql } from '../../base/index.ts'
import type { WrittenEntry } from '../write-entry.ts'

/**
 * The value that a statement finds under `held`, a row of its own that is locked until the end, decides which entries are
 * inserted: those that rest on that value.
 */
const insertText = (held: string | null): string => `
WITH ${held === null ? '' : `held AS MATERIALIZED (${held}), `}inserted AS (
  INSERT INTO ledger_pending (id, kind, actor, about_kind, about_id, at, bytes, leaf_hash)
  SELECT d.id, d.kind, d.actor, d.about_kind, d.about_id, to_timestamp($8::float8 / 1000),
         substring($1::bytea FROM d.first + 1 FOR d.length), substring($2::bytea FROM (d.n::int - 1) * 32 + 1 FOR 32)
  FROM ${held === null ? '' : 'held, '}unnest($3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::text[], $9::int[], $10::int[]${held === null ? '' : ', $11::bigint[]'})
       WITH ORDINALITY AS d (id, kind, actor, about_kind, about_id, first, length${held === null ? '' : ', rests_on'}, n)
  ${held === null ? '' : 'WHERE d.rests_on = held.value'}
  ON CONFLICT (id) DO NOTHING
  RETURNING id
)
SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms,
       count(*) AS count,
       CASE WHEN count(*) < cardinality($3::uuid[]) THEN array_agg(id::text) END AS ids
       ${held === null ? '' : ', (SELECT value FROM held) AS held'}
FROM inserted`

export interface Inserted {
  /** Ids that were pending already and so were not inserted. */
  readonly refused: ReadonlySet<string>
  /** The database's clock at the end of the statement. */
  readonly nowMs: number
}

const inserted = z.object({ now_ms: z.int(), count: z.int(), ids: z.array(z.string()).nullable() })
const insertNow = { name: 'ledger-append', text: insertText(null) }

/** Insert at least one entry, all of one time, in one statement. */
export async function insertPending(sql: Sql, entries: readonly WrittenEntry[]): Promise<Inserted> {
  const [row] = await sql.query(insertNow, valuesOf(entries))
  const { now_ms: nowMs, count, ids } = inserted.parse(row)
  return { refused: count === entries.length ? new Set() : without(entries, new Set(ids)), nowMs }
}

/** Something that others change and that entries rest on: SQL of one row with a bigint `value`, locked against change. */
export interface Held {
  readonly name: string
  readonly text: string
}

export interface Resting {
  readonly entry: WrittenEntry
  /** The value that must still be the one that is held. */
  readonly restsOn: number
}

const heldBy = z.object({ held: z.int() })

/**
 * Insert those entries that rest on the value that is held while they are inserted. Returns that value. The entries that rest on
 * it and are not inserted were pending already.
 */
export async function insertWhile(
  sql: Sql,
  held: Held,
  resting: readonly Resting[],
): Promise<Pick<Inserted, 'refused'> & { readonly value: number }> {
  const statement = { name: `ledger-append-while-${held.name}`, text: insertText(held.text) }
  const values = [...valuesOf(resting.map(({ entry }) => entry)), resting.map(({ restsOn }) => restsOn)]
  const [row] = await sql.query(statement, values)
  const { count, ids } = inserted.parse(row)
  const value = heldBy.safeParse(row).data?.held
  if (value === undefined) {
    throw new Problem('unavailable', `cannot record: ${held.name} cannot be held, want one row of it`)
  }
  const current = resting.filter(({ restsOn }) => restsOn === value).map(({ entry }) => entry)
  return { refused: count === current.length ? new Set() : without(current, new Set(ids)), value }
}

function valuesOf(entries: readonly WrittenEntry[]): readonly unknown[] {
  let first = 0
  const starts = entries.map(({ bytes }) => (first += bytes.length) - bytes.length)
  return [
    Buffer.concat(entries.map(({ bytes }) => bytes)),
    Buffer.concat(entries.map(({ leafHash }) => leafHash)),
    entries.map(({ id }) => id),
    entries.map(({ draft }) => draft.kind),
    entries.map(({ draft }) => draft.actor),
    entries.map(({ draft }) => draft.about?.kind ?? null),
    entries.map(({ draft }) => draft.about?.id ?? null),
    entries[0]?.atMs,
    starts,
    entries.map(({ bytes }) => bytes.length),
  ]
}

/** Ids of the entries that are not among the inserted; the second of two with one id is not, either. */
function without(entries: readonly WrittenEntry[], ids: Set<string>): ReadonlySet<string> {
  const refused = new Set<string>()
  for (const { id } of entries) if (!ids.delete(id)) refused.add(id)
  return refused
}
