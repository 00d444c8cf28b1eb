// For tests only: real databases that come and go, and a clock that stands still. All test files of this machine's user
// share one embedded PostgreSQL under the folder for temporary files; the last to leave stops it, and its files stay, so
// that the next run need not make them again.

import { randomBytes } from 'node:crypto'
import { chmod, lstat, mkdir } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Clock } from './clock.ts'
import type { Database, ModuleMigrations } from './database.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts'
import { migrate } from './migrate.ts'
import { openDatabase, type DatabaseSocket } from './postgres.ts'
import { silentLogger, type Logger } from './telemetry.ts'

export interface TemporaryDatabase {
  readonly database: Database
  /** For a second pool or another process on the same database. */
  readonly connection: DatabaseSocket
  stop(): Promise<void>
}

export interface TemporaryDatabaseOptions {
  readonly poolSize?: number
  readonly log?: Logger
}

/** Make an empty database with the given migrations applied. `stop` drops it. */
export async function temporaryDatabase(
  migrations: readonly ModuleMigrations[],
  options: TemporaryDatabaseOptions = {},
): Promise<TemporaryDatabase> {
  const log = options.log ?? silentLogger
  const server = await sharedPostgres(log)
  const settings = { poolSize: 1, applicationName: 'sallyport-test', log }
  const admin = await openDatabase({ ...server.connection, database: 'postgres' }, settings)
  const name = `test_${Date.now()}_${randomBytes(6).toString('hex')}`
  const connection = { ...server.connection, database: name }
  await dropForgotten(admin)
  await admin.query(`CREATE DATABASE ${name} TEMPLATE template0`)
  const database = await openDatabase(connection, { ...settings, poolSize: options.poolSize ?? 8 })
  let isStopped = false
  const stop = async () => {
    if (isStopped) return
    isStopped = true
    await database.close()
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await admin.close()
    await server.stop()
  }
  try {
    await migrate(database, migrations)
  } catch (error) {
    await stop()
    throw error
  }
  return { database, connection, stop }
}

export interface ManualClock extends Clock {
  advance(ms: number): void
}

/** Make a clock that moves only when told; it starts on 2026-01-01 unless told. */
export function manualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  let passed = 0
  return {
    now: () => startMs + passed,
    monotonic: () => passed,
    advance(ms) {
      passed += ms
    },
  }
}

/** Join the server that the tests share, or start it. */
export async function sharedPostgres(log: Logger): Promise<EmbeddedPostgres> {
  return await startEmbeddedPostgres({ dataDirectory: await sharedFolder(), log, maxConnections: 200 })
}

async function sharedFolder(): Promise<string> {
  const folder = join(tmpdir(), `sallyport-test-postgres-${userInfo().uid}`)
  await mkdir(folder, { recursive: true, mode: 0o711 })
  const found = await lstat(folder)
  if (!found.isDirectory() || found.uid !== userInfo().uid) throw new Error(`cannot use ${folder}: it is not ours`)
  await chmod(folder, 0o711)
  return folder
}

/** Databases of test runs that were killed. */
async function dropForgotten(admin: Database): Promise<void> {
  const rows = await admin.query("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%'")
  for (const { datname } of rows) {
    const madeMs = Number(/^test_(\d+)_[0-9a-f]+$/.exec(String(datname))?.[1])
    if (Date.now() - madeMs > 3_600_000) await admin.query(`DROP DATABASE IF EXISTS ${String(datname)} WITH (FORCE)`)
  }
}
