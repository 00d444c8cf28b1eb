// Edits of tables beside the ledger, by the owner of the database: no trigger and no constraint is in the way of one.

import type { Database } from '../../../server/src/base/index.ts'

export interface EditableColumn {
  readonly table: string
  readonly column: string
  readonly type: string
}

/** Lift whatever keeps rows in order. Nothing but edits is done to this database afterwards. */
export async function liftRules(database: Database): Promise<void> {
  const constraints = await database.query(
    `SELECT c.conrelid::regclass::text AS table, quote_ident(c.conname) AS name FROM pg_constraint c
      WHERE c.connamespace = current_schema()::regnamespace AND c.contype IN ('c', 'f') ORDER BY c.contype DESC`,
  )
  for (const { table, name } of constraints) {
    await database.query(`ALTER TABLE ${String(table)} DROP CONSTRAINT ${String(name)}`)
  }
  const unique = await database.query(
    `SELECT CASE WHEN c.conname IS NULL THEN format('DROP INDEX %s', i.indexrelid::regclass)
                 ELSE format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', c.conrelid::regclass, c.conname) END AS text
       FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid
      WHERE i.indisunique AND i.indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace)`,
  )
  for (const { text } of unique) await database.query(String(text))
  for (const { table, column } of await editableColumns(database)) {
    await database.query(`ALTER TABLE "${table}" ALTER COLUMN "${column}" DROP NOT NULL`)
  }
  const tables = new Set((await editableColumns(database)).map(({ table }) => table))
  for (const table of tables) await database.query(`ALTER TABLE "${table}" DISABLE TRIGGER USER`)
}

export async function editableColumns(database: Database): Promise<readonly EditableColumn[]> {
  const rows = await database.query(
    `SELECT c.relname::text AS table, a.attname::text AS column, format_type(a.atttypid, NULL) AS type
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY 1, a.attnum`,
  )
  return rows.map((row) => ({
    table: String(row['table']),
    column: String(row['column']),
    type: String(row['type']),
  }))
}

/** Another value of a type than the one that is there. */
const others: Readonly<Record<string, (column: string) => string>> = {
  text: (column) => `coalesce(${column}, '') || 'x'`,
  tsvector: (column) => `coalesce(${column}, '') || 'x'::tsvector`,
  uuid: () => 'gen_random_uuid()',
  boolean: (column) => `NOT coalesce(${column}, false)`,
  integer: (column) => `coalesce(${column}, 0) + 1`,
  bigint: (column) => `coalesce(${column}, 0) + 1`,
  smallint: (column) => `coalesce(${column}, 0) + 1`,
  date: (column) => `coalesce(${column}, '2026-01-01') + 1`,
  'timestamp with time zone': (column) => `coalesce(${column}, now()) + interval '1 second'`,
  bytea: (column) => `coalesce(${column}, '') || '\\x00'`,
  jsonb: (column) =>
    `CASE jsonb_typeof(${column}) WHEN 'array' THEN ${column} || '[{"program": "x", "purpose": "y"}]' ELSE ${column} || '{"x": 1}' END`,
  'text[]': (column) => `array_append(${column}, 'x')`,
  'uuid[]': (column) => `array_append(${column}, gen_random_uuid())`,
}

export function otherValue({ column, type }: Pick<EditableColumn, 'column' | 'type'>): string {
  const other = others[type]
  if (other === undefined) throw new Error(`cannot edit ${column}: no other value of ${type} is known, want one`)
  return other(`"${column}"`)
}

/** Keep a copy of every table, to put back what was edited. */
export async function keepCopies(database: Database, tables: readonly string[]): Promise<void> {
  await database.query('CREATE SCHEMA kept')
  for (const table of tables) await database.query(`CREATE TABLE kept."${table}" AS TABLE "${table}"`)
}

export async function putBack(database: Database, table: string): Promise<void> {
  await database.query(`DELETE FROM "${table}"`)
  await database.query(`INSERT INTO "${table}" SELECT * FROM kept."${table}"`)
}
