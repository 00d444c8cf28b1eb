// All SQL of the comparison of tables with the ledger. What entries say is kept in a table of the session while it lasts: in
// bounded memory, and gone with the connection.

import type { Json, JsonObject } from '@sallyport/protocol'
import * as z from 'zod'
import type { Sql, Transaction } from '../../base/index.ts'
import { recordedKinds, type Columns, type ColumnKind, type LedgerTable, type RowKey } from './table.ts'

/** Between the parts of a key; no key of ours has it. */
export const keySeparator = '\x1f'

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`

const expressions: Record<ColumnKind, (column: string) => string> = {
  value: (column) => `to_jsonb(${column})`,
  fact: (column) => `to_jsonb(${column})`,
  'fact-or-null': (column) => `to_jsonb(${column})`,
  time: millisecondsOf,
  'time-said': millisecondsOf,
  set: (column) =>
    `CASE WHEN ${column} IS NOT NULL THEN (SELECT coalesce(jsonb_agg(x ORDER BY x::text COLLATE "C"), '[]') FROM unnest(${column}) x) END`,
  'json-set': (column) =>
    `(SELECT coalesce(jsonb_agg(x ORDER BY x::text COLLATE "C"), '[]') FROM jsonb_array_elements(${column}) x)`,
  words: (column) =>
    `(SELECT coalesce(jsonb_agg(x ORDER BY x COLLATE "C"), '[]') FROM unnest(tsvector_to_array(${column})) x)`,
  hex: (column) => `to_jsonb(encode(${column}, 'hex'))`,
  sealed: digestOfBytes,
  'sealed-said': digestOfBytes,
  digest: (column) => `to_jsonb(encode(sha256(convert_to(${column}::text, 'UTF8')), 'hex'))`,
  canonical: () => 'NULL::jsonb',
  presence: (column) => `to_jsonb(${column} IS NOT NULL)`,
  'at-least': (column) => `to_jsonb(${column})`,
}

function millisecondsOf(column: string): string {
  return `to_jsonb(floor(extract(epoch FROM ${column}) * 1000))`
}

function digestOfBytes(column: string): string {
  return `to_jsonb(encode(sha256(${column}), 'hex'))`
}

function sourceOf({ name, source }: LedgerTable): string {
  return source === undefined ? quoted(name) : `(${source})`
}

function keyText({ key }: LedgerTable): string {
  return `concat_ws(E'\\x1f', ${Object.keys(key)
    .map((column) => `t.${quoted(column)}::text`)
    .join(', ')}) COLLATE "C"`
}

function imageOf(columns: readonly (readonly [string, ColumnKind])[]): string {
  const parts = columns.map(([name, kind]) => `${literal(name)}, ${expressions[kind](`t.${quoted(name)}`)}`)
  return `jsonb_build_object(${parts.join(', ')})`
}

// ---- When an entry is written

/** Read of rows what their entries do not say by themselves, by their keys. */
export async function readRecorded(
  tx: Transaction,
  table: LedgerTable,
  keys: readonly RowKey[],
): Promise<ReadonlyMap<string, JsonObject>> {
  const recorded = Object.entries(table.columns).filter(([, kind]) => recordedKinds.has(kind))
  const types = Object.entries(table.key)
  const columns = types.map(([name]) => `t.${quoted(name)}`)
  const asked = types.map(([, type], at) => `$${at + 1}::${type}[]`)
  const [before, after] = table.settle ?? []
  if (before !== undefined) await tx.query(before)
  const rows = await tx.query(
    `SELECT ${keyText(table)} AS key, ${imageOf(recorded)} AS columns
       FROM ${sourceOf(table)} t WHERE (${columns.join(', ')}) IN (SELECT * FROM unnest(${asked.join(', ')}))`,
    types.map((_, at) => keys.map((key) => key[at] ?? '')),
  )
  if (after !== undefined) await tx.query(after)
  const shape = z.array(z.object({ key: z.string(), columns: z.record(z.string(), z.json()) }))
  return new Map(shape.parse(rows).map((row) => [row.key, row.columns]))
}

/** The newest row of which a column has a value: what it holds besides that, by its key. */
export async function readNewest(
  tx: Transaction,
  table: LedgerTable,
  by: string,
  is: string,
): Promise<readonly { readonly table: string; readonly key: RowKey; readonly columns: JsonObject }[]> {
  const columns = Object.entries(table.columns)
  const keys = Object.keys(table.key).map((name) => `t.${quoted(name)}::text`)
  const rows = await tx.query(
    `SELECT ARRAY[${keys.join(', ')}] AS key, ${imageOf(columns)} AS columns
       FROM ${sourceOf(table)} t WHERE t.${quoted(by)} = $1 ORDER BY ${table.order ?? '1'} DESC LIMIT 1`,
    [is],
  )
  const shape = z.array(z.object({ key: z.array(z.string()), columns: z.record(z.string(), z.json()) }))
  return shape.parse(rows).map((row) => ({ table: table.name, ...row }))
}

// ---- What entries say

/** Make the session's table, and let the transaction write nothing else from here on. */
export async function openSaid(tx: Sql): Promise<void> {
  await tx.query(`CREATE TEMPORARY TABLE ledger_said (
    table_name text NOT NULL,
    key text COLLATE "C" NOT NULL,
    -- Null where the row is to be gone.
    columns jsonb,
    -- By column, the entry that says so; under the empty name, the one that said that the row is there or gone.
    said_by jsonb NOT NULL,
    PRIMARY KEY (table_name, key)
  ) ON COMMIT DROP`)
  await tx.query('SET TRANSACTION READ ONLY')
}

export interface SaidRow {
  readonly table: string
  readonly key: string
  readonly columns: Columns | null
  readonly saidBy: Readonly<Record<string, number | null>>
}

const saidRow = z.object({
  table: z.string(),
  key: z.string(),
  columns: z.record(z.string(), z.json()).nullable(),
  saidBy: z.record(z.string(), z.number().nullable()),
})

export async function readSaid(
  sql: Sql,
  keys: readonly { readonly table: string; readonly key: string }[],
): Promise<readonly SaidRow[]> {
  const rows = await sql.query(
    {
      name: 'tables-said',
      text: `SELECT s.table_name AS table, s.key, s.columns, s.said_by AS "saidBy"
               FROM unnest($1::text[], $2::text[]) AS asked (table_name, key) JOIN ledger_said s USING (table_name, key)`,
    },
    [keys.map(({ table }) => table), keys.map(({ key }) => key)],
  )
  return z.array(saidRow).parse(rows)
}

export async function writeSaid(sql: Sql, rows: readonly SaidRow[]): Promise<void> {
  await sql.query(
    {
      name: 'tables-say',
      text: `INSERT INTO ledger_said AS s (table_name, key, columns, said_by)
             SELECT * FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::jsonb[])
             ON CONFLICT (table_name, key) DO UPDATE SET columns = excluded.columns, said_by = excluded.said_by`,
    },
    [
      rows.map(({ table }) => table),
      rows.map(({ key }) => key),
      rows.map(({ columns }) => (columns === null ? null : JSON.stringify(columns))),
      rows.map(({ saidBy }) => JSON.stringify(saidBy)),
    ],
  )
}

/** Say something of every row of a table that is there by now. */
export async function sayOfAll(
  sql: Sql,
  table: string,
  columns: Columns,
  saidBy: Readonly<Record<string, number | null>>,
): Promise<void> {
  await sql.query(
    `UPDATE ledger_said SET columns = columns || $2::jsonb, said_by = said_by || $3::jsonb
      WHERE table_name = $1 AND columns IS NOT NULL`,
    [table, JSON.stringify(columns), JSON.stringify(saidBy)],
  )
}

/** Say that every row of a table is gone, or every one of which the part of the key of this number, from 1, has a value. */
export async function sayGone(
  sql: Sql,
  table: string,
  where: { readonly part: number; readonly is: string } | null,
  index: number | null,
): Promise<void> {
  await sql.query(
    `UPDATE ledger_said SET columns = NULL, said_by = jsonb_build_object('', $4::bigint)
      WHERE table_name = $1 AND columns IS NOT NULL AND ($2::int IS NULL OR split_part(key, E'\\x1f', $2) = $3)`,
    [table, where?.part ?? null, where?.is ?? null, index],
  )
}

// ---- The comparison

/** Rows of a table beside what entries say of them. */
function besides(table: LedgerTable): string {
  const compared = Object.entries(table.columns).filter(([, kind]) => kind !== 'canonical')
  const canonical = Object.entries(table.columns).flatMap(([name, kind]) => (kind === 'canonical' ? [name] : []))
  const mark =
    table.markedBy === undefined
      ? 'false'
      : `EXISTS (SELECT FROM ledger_said m WHERE m.table_name = ${literal(table.name)} AND m.key = '~' || t.${quoted(table.markedBy)}::text)`
  return `
WITH is_there AS (
  SELECT ${keyText(table)} AS key, ${imageOf(compared)} AS columns,
         ${table.mayStand === undefined ? 'false' : `(${table.mayStand})`} OR ${mark} AS may_stand
    FROM ${sourceOf(table)} t
), said AS (
  SELECT key, columns - ${literal(`{${canonical.join(',')}}`)}::text[] AS columns, said_by
    FROM ledger_said WHERE table_name = ${literal(table.name)} AND NOT starts_with(key, '~')
), besides AS (
  SELECT coalesce(i.key, s.key) AS key, i.columns AS is_columns, s.columns AS said_columns, s.said_by,
         i.key IS NOT NULL AS is_there,
         i.key IS NOT NULL AND s.columns IS NULL AND i.may_stand AS is_not_covered,
         CASE
           WHEN i.key IS NULL THEN CASE WHEN s.columns IS NOT NULL THEN 'missing' END
           WHEN s.columns IS NULL THEN CASE WHEN NOT i.may_stand THEN 'extra' END
           WHEN i.columns = s.columns THEN NULL
           ELSE (SELECT 'different' FROM jsonb_each(s.columns) c WHERE ${differsText(table, 'i.columns')} LIMIT 1)
         END AS fault
    FROM is_there i FULL JOIN said s ON s.key = i.key
)`
}

/** SQL that is true where the value `c` that entries say of a column is not what these columns of the row have. */
function differsText(table: LedgerTable, columns: string): string {
  const special: Partial<Record<ColumnKind, string>> = {
    'at-least': `(${columns} ->> c.key)::numeric < (c.value #>> '{}')::numeric`,
    'fact-or-null': `${columns} -> c.key NOT IN (c.value, 'null')`,
  }
  return Object.entries(table.columns).reduce((rest, [name, kind]) => {
    const text = special[kind]
    return text === undefined ? rest : `CASE WHEN c.key = ${literal(name)} THEN ${text} ELSE ${rest} END`
  }, `${columns} -> c.key IS DISTINCT FROM c.value`)
}

export interface TableCounts {
  readonly rows: number
  readonly missing: number
  readonly extra: number
  readonly different: number
  /** Rows of which no entry says anything, and need not. */
  readonly notCovered: number
  /** Key of the first row at fault. */
  readonly first: string | null
  /** Whether there are columns of which no entry says anything. */
  readonly isPartly: boolean
}

export async function countFaults(sql: Sql, table: LedgerTable): Promise<TableCounts> {
  const compared = Object.values(table.columns).filter((kind) => kind !== 'canonical').length
  const [row] = await sql.query(`${besides(table)}
SELECT count(*) FILTER (WHERE is_there) AS rows,
       count(*) FILTER (WHERE fault = 'missing') AS missing,
       count(*) FILTER (WHERE fault = 'extra') AS extra,
       count(*) FILTER (WHERE fault = 'different') AS different,
       count(*) FILTER (WHERE is_not_covered) AS "notCovered",
       min(key) FILTER (WHERE fault IS NOT NULL) AS first,
       coalesce(bool_or(is_there AND said_columns IS NOT NULL
                        AND (SELECT count(*) FROM jsonb_object_keys(said_columns)) < ${compared}), false) AS "isPartly"
  FROM besides`)
  return z
    .object({
      rows: z.int(),
      missing: z.int(),
      extra: z.int(),
      different: z.int(),
      notCovered: z.int(),
      first: z.string().nullable(),
      isPartly: z.boolean(),
    })
    .parse(row)
}

export interface RowFault {
  readonly fault: 'missing' | 'extra' | 'different'
  /** Columns that differ. */
  readonly columns: readonly string[]
  readonly saidBy: Readonly<Record<string, number | null>>
}

export async function readFault(sql: Sql, table: LedgerTable, key: string): Promise<RowFault> {
  const [row] = await sql.query(
    `${besides(table)}
SELECT fault, coalesce(said_by, '{}') AS "saidBy",
       ARRAY(SELECT c.key FROM jsonb_each(said_columns) c
              WHERE fault = 'different' AND ${differsText(table, 'is_columns')}) AS columns
  FROM besides WHERE key = $1 AND fault IS NOT NULL`,
    [key],
  )
  return z
    .object({
      fault: z.enum(['missing', 'extra', 'different']),
      columns: z.array(z.string()),
      saidBy: z.record(z.string(), z.number().nullable()),
    })
    .parse(row)
}

/** Count by column the rows of which entries say something, but nothing of that column. */
export async function countNotCovered(
  sql: Sql,
  table: LedgerTable,
): Promise<readonly { readonly column: string; readonly rows: number }[]> {
  const rows = await sql.query(`${besides(table)}
SELECT c.key AS column, count(*) AS rows
  FROM besides, jsonb_object_keys(is_columns) c (key)
 WHERE is_there AND said_columns IS NOT NULL AND NOT said_columns ? c.key
 GROUP BY 1 ORDER BY 1`)
  return z.array(z.object({ column: z.string(), rows: z.int() })).parse(rows)
}

/** A page of values whose canonical form is compared, in the order of their keys. */
export async function readCanonical(
  sql: Sql,
  table: LedgerTable,
  column: string,
  after: string,
  limit: number,
): Promise<
  readonly { readonly key: string; readonly value: Json; readonly digest: Json; readonly index: number | null }[]
> {
  const joined = Object.entries(table.key).map(
    ([name, type], at) => `t.${quoted(name)} = split_part(s.key, E'\\x1f', ${at + 1})::${type}`,
  )
  const rows = await sql.query(
    `SELECT s.key, to_jsonb(t.${quoted(column)}) AS value, s.columns -> $1 AS digest, s.said_by -> $1 AS index
       FROM ledger_said s JOIN ${sourceOf(table)} t ON ${joined.join(' AND ')}
      WHERE s.table_name = $2 AND s.columns ? $1 AND s.key > $3 ORDER BY s.key LIMIT ${limit}`,
    [column, table.name, after],
  )
  return z
    .array(z.object({ key: z.string(), value: z.json(), digest: z.json(), index: z.number().nullable() }))
    .parse(rows)
}
