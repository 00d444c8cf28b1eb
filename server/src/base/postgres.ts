// PostgreSQL over a pool of connections. Whatever cannot be answered (no server, no connection, no time, an unknown
// outcome) is Problem `unavailable`; the pool mends itself once the server is back. Every new connection is looked at
// before its first use: a server that would forget what it acknowledged is refused, also when it only became one later.

import { callbackify } from 'node:util'
import { DatabaseError, Pool, types, type ClientBase, type PoolClient, type PoolConfig } from 'pg'
import { Problem } from '@sallyport/protocol'
import { bulkTransaction } from './bulk.ts'
import type { Database, Row, Sql, Statement, Transaction } from './database.ts'
import { inPublic, isLoss, leavesBroken, reasonOf } from './postgres-errors.ts'
import type { Logger } from './telemetry.ts'

/** Where a database is: a `postgres://` URL, or a unix socket in a directory. */
export type DatabaseLocation = string | DatabaseSocket

export interface DatabaseSocket {
  readonly socketDirectory: string
  readonly port: number
  readonly database: string
  readonly user: string
}

export interface DatabaseOptions {
  readonly poolSize: number
  /** Shown in the server's list of sessions. */
  readonly applicationName: string
  readonly log: Logger
  /** How long to wait for a connection; 5 s unless told. */
  readonly connectTimeoutMs?: number
  /** How long the server may work on one statement; 15 s unless told. */
  readonly statementTimeoutMs?: number
}

const attempts = 5

/**
 * Open a database and look at its server once. Throws Problem `unavailable` that names the reason when it cannot be
 * reached, is not PostgreSQL 15 or later, or runs with fsync, synchronous_commit or full_page_writes off.
 *
 * Rows: bigint and its arrays are numbers where safe, else BigInt; bytea is Uint8Array; timestamptz is Date; date,
 * timestamp and numeric stay text. A statement that loses to another transaction (SQLSTATE 40001, 40P01) runs again, a
 * transaction with the whole of its work, which therefore has no effects outside of it.
 */
export async function openDatabase(location: DatabaseLocation, options: DatabaseOptions): Promise<Database> {
  const settings = poolSettings(location, options)
  const pool = new Pool(settings)
  let isClosed = false
  // Idle connections break when the server goes; the pool drops them and opens others when asked. Once closed, none is asked.
  pool.on('error', (error) => {
    if (!isClosed) options.log.warn({ error }, 'lost an idle database connection')
  })
  // The pool stops listening to a connection while somebody uses it, and an unheard error would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  const close = async () => {
    if (isClosed) return
    isClosed = true
    await pool.end()
  }
  try {
    const client = await checkOut(pool)
    client.release()
  } catch (error) {
    await close()
    throw error
  }
  return {
    query: (statement, values) => again(() => queryOnce(pool, statement, values)),
    transaction: (work) => again(() => transactionOnce(pool, work)),
    bulk: (mode, work) => bulkTransaction(settings, refuseUnsafeServer, mode, work),
    close,
  }
}

/** Name the constraint that a statement violated, or null when `error` is something else. */
export function violatedConstraint(error: unknown): string | null {
  return error instanceof DatabaseError && error.code?.startsWith('23') === true ? (error.constraint ?? '') : null
}

/** Tell whether the database refused values for what they are: of no such type, out of range, against a constraint. */
export function isRefusedValue(error: unknown): boolean {
  return error instanceof DatabaseError && /^2[23]/.test(error.code ?? '')
}

function poolSettings(location: DatabaseLocation, options: DatabaseOptions): PoolConfig {
  const connectTimeoutMs = options.connectTimeoutMs ?? 5000
  const statementTimeoutMs = options.statementTimeoutMs ?? 15_000
  const where =
    typeof location === 'string'
      ? { connectionString: location }
      : // Nobody is between the ends of a unix socket, whatever PGSSLMODE asks for elsewhere.
        {
          host: location.socketDirectory,
          port: location.port,
          database: location.database,
          user: location.user,
          ssl: false,
        }
  return {
    ...where,
    max: options.poolSize,
    application_name: options.applicationName,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    statement_timeout: statementTimeoutMs,
    // The client's own limit, for a network that swallows packets. Later than the server's, which tells the outcome.
    query_timeout: statementTimeoutMs + 5000,
    idle_in_transaction_session_timeout: 30_000,
    types: { getTypeParser: parserOf },
    verify: callbackify(refuseUnsafeServer),
  }
}

// ---- One attempt

/** A loss against another transaction: nothing was done, the same may succeed now. */
class Lost extends Error {}

async function again<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof Lost)) throw error
      if (tried === attempts) {
        throw new Problem(
          'unavailable',
          `cannot run the transaction: lost to others ${attempts} times, want a quiet moment`,
          {
            cause: error.cause,
          },
        )
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** tried))
    }
  }
}

async function queryOnce(pool: Pool, statement: Statement, values?: readonly unknown[]): Promise<readonly Row[]> {
  const client = await checkOut(pool)
  let isBroken = false
  try {
    return (await send(client, statement, values)).rows
  } catch (error) {
    isBroken = leavesBroken(error)
    throw isLoss(error) ? new Lost('', { cause: error }) : inPublic(error)
  } finally {
    client.release(isBroken)
  }
}

async function transactionOnce<T>(pool: Pool, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const client = await checkOut(pool)
  const state = { isOpen: true, isBroken: false, lost: null as unknown }
  const sql: Sql = {
    async query(statement, values) {
      if (!state.isOpen) throw new Error('cannot query a transaction: it has ended, want it open')
      try {
        return (await send(client, statement, values)).rows
      } catch (error) {
        state.isBroken ||= leavesBroken(error)
        if (isLoss(error)) state.lost = error
        throw inPublic(error)
      }
    },
  }
  try {
    await sql.query('BEGIN ISOLATION LEVEL READ COMMITTED')
    // The brand exists at compile time only.
    const result = await work(sql as Transaction)
    state.isOpen = false
    await commit(client, state)
    return result
  } catch (error) {
    state.isOpen = false
    if (!state.isBroken) await rollBack(client, state)
    if (state.lost !== null) throw new Lost('', { cause: state.lost })
    throw error
  } finally {
    client.release(state.isBroken)
  }
}

async function commit(client: PoolClient, state: { isBroken: boolean; lost: unknown }): Promise<void> {
  let command: string
  try {
    command = (await send(client, 'COMMIT')).command
  } catch (error) {
    state.isBroken ||= leavesBroken(error)
    if (isLoss(error)) state.lost = error
    if (!state.isBroken) throw inPublic(error)
    throw new Problem('unavailable', 'cannot commit: the connection broke and the outcome is unknown, want it whole', {
      cause: error,
    })
  }
  // A failed transaction answers COMMIT with ROLLBACK, without an error.
  if (command !== 'COMMIT') throw new Error('cannot commit a transaction: one of its statements failed, want none')
}

async function rollBack(client: PoolClient, state: { isBroken: boolean }): Promise<void> {
  try {
    await send(client, 'ROLLBACK')
  } catch {
    state.isBroken = true
  }
}

async function checkOut(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    if (error instanceof Problem) throw error
    throw new Problem('unavailable', `cannot reach the database: ${reasonOf(error)}, want a connection`, {
      cause: error,
    })
  }
}

async function send(client: ClientBase, statement: Statement, values?: readonly unknown[]) {
  const query = typeof statement === 'string' ? { text: statement } : statement
  return client.query<Row>(values === undefined ? query : { ...query, values: [...values] })
}

// ---- The server and its types

// Plans are made once for a statement, not again for its values: planning the decision's snapshot takes three times as long as
// running it, and left alone PostgreSQL plans it every time. So no statement may need another plan for other values.
async function refuseUnsafeServer(client: ClientBase): Promise<void> {
  const { rows } = await client.query<Record<string, string>>(
    `SELECT set_config('plan_cache_mode', 'force_generic_plan', false), version() AS version, current_setting('fsync') AS fsync,
            current_setting('synchronous_commit') AS synchronous_commit,
            current_setting('full_page_writes') AS full_page_writes`,
  )
  const server = rows[0] ?? {}
  const version = server['version'] ?? ''
  // Engines that only speak the protocol name themselves before or inside the version (PostgreSQL 15.2-YB-2.25).
  const major = /^PostgreSQL (\d+)(\.\d+|devel|beta\d+|rc\d+)?[ ,]/.exec(version)?.[1]
  if (major === undefined) {
    throw refused(`it calls itself ${version.slice(0, 40).trim()}`, 'PostgreSQL')
  }
  if (Number(major) < 15) throw refused(`it is PostgreSQL ${major}`, 'PostgreSQL 15 or later')
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    if (server[setting] === 'off' || server[setting] === undefined) throw refused(`${setting} is off`, `${setting} on`)
  }
}

function refused(state: string, want: string): Problem {
  return new Problem('unavailable', `cannot use the database: ${state}, want ${want}`)
}

const oid = { bytea: 17, int8: 20, date: 1082, timestamp: 1114, byteaArray: 1001, int8Array: 1016 }

const parsers = new Map<number, (text: string) => unknown>([
  [oid.int8, integer],
  [oid.bytea, bytes],
  [oid.date, (text) => text],
  [oid.timestamp, (text) => text],
  [oid.int8Array, (text) => nested(parseByDefault(oid.int8Array, text), (item) => integer(item as string))],
  [oid.byteaArray, (text) => nested(parseByDefault(oid.byteaArray, text), (item) => plainBytes(item as Uint8Array))],
])

const parserOf: typeof types.getTypeParser = (id: number, format?: 'text' | 'binary') =>
  (format === 'binary' ? undefined : parsers.get(id)) ?? types.getTypeParser(id, format)

function parseByDefault(id: number, text: string): unknown {
  const parse = types.getTypeParser(id, 'text') as (text: string) => unknown
  return parse(text)
}

function integer(text: string): number | bigint {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : BigInt(text)
}

// A view of what was decoded: a copy of it would cost as much again.
function bytes(text: string): Uint8Array {
  // The other form is what a server writes whose `bytea_output` is `escape`.
  const decoded = text.startsWith('\\x')
    ? Buffer.from(text.slice(2), 'hex')
    : (parseByDefault(oid.bytea, text) as Buffer)
  return new Uint8Array(decoded.buffer, decoded.byteOffset, decoded.length)
}

function plainBytes(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer)
}

function nested(value: unknown, parse: (item: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => nested(item, parse))
  return value === null ? null : parse(value)
}
