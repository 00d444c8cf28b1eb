// Migrations: SQL files that are applied once each, in order. What was applied is written down with its digest, so that
// start-up notices a file that was edited afterwards, one that is gone, and a database that newer code has been at.

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { Problem } from '@sallyport/protocol'
import type { Database, ModuleMigrations, Row, Sql, Transaction } from './database.ts'

export interface AppliedMigration {
  readonly module: string
  readonly name: string
}

/** An applied migration with the digest of its file (SHA-256, hex). */
export interface MigrationRecord extends AppliedMigration {
  readonly sha256: string
}

interface Migration extends MigrationRecord {
  readonly sql: string
  readonly fill: ((tx: Transaction) => Promise<void>) | null
}

/** Two of them at once: the second waits. The number means nothing; it only has to be the same everywhere. */
const migrationLock = 6_021_959_011

/**
 * Bring the database to this code's schema and return what was applied now, in order. All of it is one transaction under
 * a lock, so that it happens once and entirely. Throws Problem `conflict` when an applied file was changed or is missing,
 * or when the database holds migrations that this code does not know.
 */
export async function migrate(
  database: Database,
  modules: readonly ModuleMigrations[],
): Promise<readonly AppliedMigration[]> {
  // Without a limit of time: an index over millions of rows takes longer than any other statement may.
  return database.bulk('load', (tx) => migrateIn(tx, modules))
}

/** Do the same in the caller's transaction. With `upTo`, apply those alone: the schema as another database had it. */
export async function migrateIn(
  tx: Transaction,
  modules: readonly ModuleMigrations[],
  upTo?: readonly MigrationRecord[],
): Promise<readonly AppliedMigration[]> {
  const known = await readAll(modules)
  const wanted = upTo === undefined ? null : byKey(upTo)
  if (wanted !== null) refuseDisagreement(known, wanted)
  await takeLock(tx)
  const applied = byKey(await readApplied(tx))
  refuseDisagreement(known, applied)
  const pending = known.filter((migration) => !applied.has(keyOf(migration)) && wanted?.has(keyOf(migration)) !== false)
  for (const migration of pending) await apply(tx, migration)
  return pending.map(({ module, name }) => ({ module, name }))
}

/** Read what was applied to a migrated database, in the order in which it was. */
export async function readMigrations(sql: Sql): Promise<readonly MigrationRecord[]> {
  const rows = await sql.query('SELECT module, name, sha256 FROM schema_migration ORDER BY applied_at, module, name')
  return rows.map((row) => ({ module: text(row, 'module'), name: text(row, 'name'), sha256: text(row, 'sha256') }))
}

/** Throw as `migrate` does when a database with these migrations would be refused. */
export async function refuseOtherMigrations(
  modules: readonly ModuleMigrations[],
  records: readonly MigrationRecord[],
): Promise<void> {
  refuseDisagreement(await readAll(modules), byKey(records))
}

/** SPEC: PostgreSQL 13.3.5: a transaction-level lock, released with it. Asked again and again, as a statement may not wait long. */
async function takeLock(tx: Transaction): Promise<void> {
  for (let tried = 0; tried < 1200; tried++) {
    const [row] = await tx.query('SELECT pg_try_advisory_xact_lock($1) AS locked', [migrationLock])
    if (row?.['locked'] === true) return
    await setTimeout(50)
  }
  throw new Problem(
    'unavailable',
    'cannot migrate the database: another process has been at it for a minute, want its end',
  )
}

async function readAll(modules: readonly ModuleMigrations[]): Promise<readonly Migration[]> {
  const seen = new Set<string>()
  const migrations: Migration[] = []
  for (const { module, folder, fills = {} } of modules) {
    if (seen.has(module)) throw new Error(`cannot migrate module ${module}: it is listed twice, want once`)
    seen.add(module)
    const names = (await readdir(folder)).toSorted()
    const numbers = new Set<string>()
    for (const name of names) {
      const number = /^(\d{3})-[a-z0-9-]+\.sql$/.exec(name)?.[1]
      if (number === undefined || numbers.has(number)) {
        throw new Error(`cannot migrate module ${module}: found ${name}, want files NNN-name.sql with a number each`)
      }
      numbers.add(number)
      const sql = await readFile(new URL(name, folder.href.endsWith('/') ? folder : new URL(`${folder.href}/`)), 'utf8')
      const sha256 = createHash('sha256').update(sql).digest('hex')
      migrations.push({ module, name, sql, fill: fills[name] ?? null, sha256 })
    }
    const lone = Object.keys(fills).find((name) => !names.includes(name))
    if (lone !== undefined)
      throw new Error(`cannot migrate module ${module}: nothing is ${lone}, want a file for its fill`)
  }
  return migrations
}

async function readApplied(tx: Transaction): Promise<readonly MigrationRecord[]> {
  await tx.query(`
    CREATE TABLE IF NOT EXISTS schema_migration (
      module text NOT NULL,
      name text NOT NULL,
      sha256 text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (module, name)
    )`)
  return readMigrations(tx)
}

function byKey(records: readonly MigrationRecord[]): ReadonlyMap<string, string> {
  return new Map(records.map((record) => [keyOf(record), record.sha256]))
}

function refuseDisagreement(known: readonly Migration[], applied: ReadonlyMap<string, string>): void {
  const modules = new Set(known.map((migration) => migration.module))
  const files = new Map(known.map((migration) => [keyOf(migration), migration]))
  for (const [key, sha256] of applied) {
    const [module = '', name = ''] = key.split('/')
    const migration = files.get(key)
    if (migration === undefined) throw unknown(key, known, modules.has(module), name, module)
    if (migration.sha256 !== sha256)
      throw refused(`${key} was changed after it was applied`, 'the file that was applied')
  }
  for (const migration of known) {
    const later = [...applied.keys()].find((key) => key.startsWith(`${migration.module}/`) && key > keyOf(migration))
    if (later !== undefined && !applied.has(keyOf(migration))) {
      throw refused(`${keyOf(migration)} is new but stands before ${later}, which is applied`, 'a later number')
    }
  }
}

function unknown(key: string, known: readonly Migration[], isKnown: boolean, name: string, module: string): Problem {
  const last = known.findLast((migration) => migration.module === module)
  const isAhead = !isKnown || last === undefined || name > last.name
  return isAhead
    ? refused(`the database is ahead of this code, it has ${key}`, 'code that knows it')
    : refused(`${key} was applied and its file is missing`, 'every applied file')
}

async function apply(tx: Transaction, migration: Migration): Promise<void> {
  try {
    await tx.query(migration.sql)
    await migration.fill?.(tx)
  } catch (error) {
    if (error instanceof Problem) throw error
    const message = error instanceof Error ? error.message : 'unknown'
    throw new Error(`cannot apply migration ${keyOf(migration)}: ${message}`, { cause: error })
  }
  await tx.query('INSERT INTO schema_migration (module, name, sha256) VALUES ($1, $2, $3)', [
    migration.module,
    migration.name,
    migration.sha256,
  ])
}

function keyOf(migration: AppliedMigration): string {
  return `${migration.module}/${migration.name}`
}

function text(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string')
    throw new Error(`cannot read schema_migration: ${column} is ${typeof value}, want text`)
  return value
}

function refused(state: string, want: string): Problem {
  return new Problem('conflict', `cannot migrate the database: ${state}, want ${want}`)
}
