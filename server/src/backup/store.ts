// All SQL of backup and restore. It knows tables by the catalog alone: whatever a module's migrations make is taken along.

import { Problem } from '@sallyport/protocol'
import * as z from 'zod'
import type { BulkTransaction, Sql, Transaction } from '../base/index.ts'
import type { Manifest } from './manifest.ts'

export interface Table {
  readonly name: string
  /** Those that hold data of their own, in their order. */
  readonly columns: readonly string[]
  readonly key: readonly string[]
  /** What it holds is of the moment, such as sessions: a backup has the table and none of its rows, or a restore would bring them back. */
  readonly isUnlogged: boolean
}

// What an extension brought is not ours.
const ours = `c.relnamespace = current_schema()::regnamespace
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`

const tablesText = `
SELECT c.relname::text AS name, c.relpersistence = 'u' AS unlogged,
  ARRAY(SELECT a.attname::text FROM pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
         ORDER BY a.attnum) AS columns,
  ARRAY(SELECT a.attname::text
          FROM pg_index i
          CROSS JOIN unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, n)
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
         WHERE i.indrelid = c.oid AND i.indisprimary
         ORDER BY k.n) AS key,
  ARRAY(SELECT DISTINCT f.relname::text
          FROM pg_constraint k JOIN pg_class f ON f.oid = k.confrelid
         WHERE k.conrelid = c.oid AND k.contype = 'f' AND f.oid <> c.oid) AS needs
FROM pg_class c
WHERE ${ours} AND c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY c.relname`

const names = z.array(z.string())
const tableRow = z.object({ name: z.string(), unlogged: z.boolean(), columns: names, key: names, needs: names })

/** Read the tables, each after those that it refers to. */
export async function readTables(sql: Sql): Promise<readonly Table[]> {
  const waiting = new Map(
    z
      .array(tableRow)
      .parse(await sql.query(tablesText))
      .map((row) => [row.name, row]),
  )
  const ordered: Table[] = []
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter(({ needs }) => !needs.some((name) => waiting.has(name)))
    if (ready.length === 0)
      throw new Error(`cannot order tables: ${[...waiting.keys()].join(', ')} refer to each other`)
    for (const { name, columns, key, unlogged } of ready) {
      ordered.push({ name, columns, key, isUnlogged: unlogged })
      waiting.delete(name)
    }
  }
  return ordered
}

export async function countTable(sql: Sql, { name, isUnlogged }: Pick<Table, 'name' | 'isUnlogged'>): Promise<number> {
  if (isUnlogged) return 0
  const [row] = await sql.query(`SELECT count(*) AS count FROM ${quoted(name)}`)
  return z.object({ count: z.int() }).parse(row).count
}

/** Sequences that were used. They run ahead of the snapshot, never behind it. */
export async function readSequences(sql: Sql): Promise<Manifest['sequences']> {
  const rows = await sql.query(
    `SELECT sequencename::text AS name, last_value::text AS "lastValue" FROM pg_sequences
     WHERE schemaname = current_schema() AND last_value IS NOT NULL ORDER BY 1`,
  )
  return z.array(z.object({ name: z.string(), lastValue: z.string() })).parse(rows)
}

/** Read a table's rows as COPY text, in the order of its key. */
export function copyOut(tx: BulkTransaction, { name, columns, key, isUnlogged }: Table): AsyncIterable<Uint8Array> {
  const which = isUnlogged ? ' WHERE false' : ''
  const order = key.length === 0 ? '' : ` ORDER BY ${list(key)}`
  return tx.copyOut(`COPY (SELECT ${list(columns)} FROM ${quoted(name)}${which}${order}) TO STDOUT`)
}

/** Find something that is in the database already; null when it is empty. */
export async function firstRelation(sql: Sql): Promise<string | null> {
  const text = `SELECT c.relname::text AS name FROM pg_class c
                WHERE ${ours} AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') ORDER BY 1 LIMIT 1`
  const [row] = await sql.query(text)
  return row === undefined ? null : z.object({ name: z.string() }).parse(row).name
}

/**
 * Make freshly migrated tables ready to take a backup's rows as they are: no trigger does anything to them, and no row that a
 * migration brought is in their way.
 */
export async function prepareTables(tx: Transaction, tables: readonly Table[]): Promise<void> {
  for (const { name } of tables) await tx.query(`ALTER TABLE ${quoted(name)} DISABLE TRIGGER USER`)
  for (const { name } of tables.toReversed()) await tx.query(`DELETE FROM ${quoted(name)}`)
}

export async function finishTables(
  tx: Transaction,
  tables: readonly Table[],
  sequences: Manifest['sequences'],
): Promise<void> {
  for (const { name } of tables) await tx.query(`ALTER TABLE ${quoted(name)} ENABLE TRIGGER USER`)
  for (const { name, lastValue } of sequences) {
    const rows = await tx.query(
      `SELECT setval(c.oid::regclass, $2::bigint) FROM pg_class c
       WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'S' AND c.relname = $1`,
      [name, lastValue],
    )
    if (rows.length !== 1) throw new Problem('conflict', `cannot restore sequence ${name}: there is none, want it`)
  }
}

/** Load COPY text into a table and return how many rows it was. */
export async function copyIn(
  tx: BulkTransaction,
  { name, columns }: Pick<Table, 'name' | 'columns'>,
  content: AsyncIterable<Uint8Array>,
): Promise<number> {
  return await tx.copyIn(`COPY ${quoted(name)} (${list(columns)}) FROM STDIN`, content)
}

function list(columns: readonly string[]): string {
  return columns.map(quoted).join(', ')
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
