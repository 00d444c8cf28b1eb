// SQL of evidence: which positions a period has, which entries hold a text, and their bytes.

import { utf8 } from '@sallyport/protocol'
import * as z from 'zod'
import type { Sql } from '../../base/index.ts'

const bytea = z.custom<Uint8Array>((value) => value instanceof Uint8Array)

/** Times of the database's clock, milliseconds since the Unix epoch; null where there is no bound. */
export interface Period {
  readonly fromMs: number | null
  /** The first moment that is no longer of it. */
  readonly toMs: number | null
}

// Entries stand in the order in which they were sequenced, which is nearly but not exactly that of their times.
const rangeText = `
WITH bounds AS (
  SELECT coalesce(to_timestamp($1::float8 / 1000), '-infinity') AS since,
         coalesce(to_timestamp($2::float8 / 1000), 'infinity') AS until
)
SELECT min(index) FILTER (WHERE at >= since AND at < until) AS first, max(index) FILTER (WHERE at >= since AND at < until) AS last,
       min(index) FILTER (WHERE at >= until) AS after
  FROM ledger_entries, bounds
 WHERE index < $3`

const range = z.object({ first: z.int().nullable(), last: z.int().nullable(), after: z.int().nullable() })

/** Find the fewest positions in a row that have every entry of a period, in the tree of `size`. `end` is not among them. */
export async function readRange(
  sql: Sql,
  { fromMs, toMs }: Period,
  size: number,
): Promise<{ readonly first: number; readonly end: number }> {
  const [row] = await sql.query({ name: 'ledger-range', text: rangeText }, [fromMs, toMs, size])
  const { first, last, after } = range.parse(row)
  if (first !== null && last !== null) return { first, end: last + 1 }
  return { first: after ?? size, end: after ?? size }
}

// The bytes themselves are looked through, not the columns for lookup, so that whoever has the entries can do the same.
const containingText = `
SELECT coalesce(array_agg(index ORDER BY index), '{}') AS indexes
  FROM ledger_entries
 WHERE index >= $1 AND index < $2 AND EXISTS (SELECT FROM unnest($3::bytea[]) AS wanted WHERE position(wanted IN bytes) > 0)`

const indexes = z.object({ indexes: z.array(z.coerce.number().int()) })

/** Find the entries between two positions whose bytes hold one of these texts. */
export async function readContaining(
  sql: Sql,
  between: { readonly first: number; readonly end: number },
  texts: readonly string[],
): Promise<readonly number[]> {
  const wanted = texts.map((text) => Buffer.from(utf8(text)))
  const [row] = await sql.query({ name: 'ledger-containing', text: containingText }, [
    between.first,
    between.end,
    wanted,
  ])
  return indexes.parse(row).indexes
}

// After its kind an entry has 40 bytes, and a decision's kind has 15 at most: what is found there stands in no body.
const changesText = `
SELECT coalesce(array_agg(index ORDER BY index), '{}') AS indexes
  FROM ledger_entries
 WHERE index >= $1 AND index < $2 AND position('"kind":"decision.'::bytea IN substring(bytes FROM greatest(1, length(bytes) - 79))) = 0`

/** Find the entries between two positions that are no decisions. */
export async function readChanges(
  sql: Sql,
  { first, end }: { readonly first: number; readonly end: number },
): Promise<readonly number[]> {
  const [row] = await sql.query({ name: 'ledger-changes', text: changesText }, [first, end])
  return indexes.parse(row).indexes
}

const entryBytes = z.array(z.object({ index: z.int(), bytes: bytea }))

/** Read the bytes of entries at these positions, in order. */
export async function readBytesAt(
  sql: Sql,
  positions: readonly number[],
): Promise<readonly { readonly index: number; readonly bytes: Uint8Array }[]> {
  const text = 'SELECT index, bytes FROM ledger_entries WHERE index = ANY ($1::bigint[]) ORDER BY index'
  return entryBytes.parse(await sql.query({ name: 'ledger-bytes-at', text }, [positions]))
}
