// Bulk work: one long transaction on a connection outside of the pool, so that neither takes from the other. Text comes out
// the same whatever the server's settings are.

import { pipeline } from 'node:stream/promises'
import { Client, type ClientBase, type ClientConfig } from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { Problem } from '@sallyport/protocol'
import type { BulkTransaction, Row } from './database.ts'
import { inPublic, reasonOf } from './postgres-errors.ts'

const begin = {
  snapshot: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
  scratch: 'BEGIN ISOLATION LEVEL REPEATABLE READ',
  load: 'BEGIN ISOLATION LEVEL READ COMMITTED',
} as const

const settings = `
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL bytea_output = 'hex';
SET LOCAL datestyle = 'ISO';
SET LOCAL intervalstyle = 'postgres';
SET LOCAL timezone = 'UTC';
SET LOCAL extra_float_digits = 3`

/** Run one bulk transaction; see Database.bulk. `refuseUnsafe` looks at the server before anything is asked. */
export async function bulkTransaction<T>(
  config: ClientConfig,
  refuseUnsafe: (client: ClientBase) => Promise<void>,
  mode: keyof typeof begin,
  work: (tx: BulkTransaction) => Promise<T>,
): Promise<T> {
  const client = new Client({ ...config, statement_timeout: 0, query_timeout: 0 })
  // What breaks the connection also fails the statement under way; unheard it would end the process.
  client.on('error', () => {})
  try {
    await connect(client, refuseUnsafe)
    await client.query(begin[mode])
    await client.query(settings)
    const result = await work(transactionOf(client))
    await commit(client)
    return result
  } catch (error) {
    throw inPublicOnce(error)
  } finally {
    // Whatever was not committed rolls back with the connection.
    await client.end().catch(() => {})
  }
}

async function connect(client: Client, refuseUnsafe: (client: ClientBase) => Promise<void>): Promise<void> {
  try {
    await client.connect()
  } catch (cause) {
    throw new Problem('unavailable', `cannot reach the database: ${reasonOf(cause)}, want a connection`, { cause })
  }
  await refuseUnsafe(client)
}

function transactionOf(client: Client): BulkTransaction {
  const tx: Omit<BulkTransaction, keyof { [brand: symbol]: true }> = {
    async query(statement, values) {
      const query = typeof statement === 'string' ? { text: statement } : statement
      try {
        return (await client.query<Row>(values === undefined ? query : { ...query, values: [...values] })).rows
      } catch (error) {
        throw inPublic(error)
      }
    },
    copyOut: (statement) => copyOut(client, statement),
    copyIn: async (statement, content) => {
      const stream = client.query(copyFrom(statement))
      await pipeline(content, stream)
      return stream.rowCount
    },
  }
  // The brand exists at compile time only.
  return tx as BulkTransaction
}

async function* copyOut(client: Client, statement: string): AsyncGenerator<Uint8Array> {
  for await (const chunk of client.query(copyTo(statement))) yield chunk as Uint8Array
}

async function commit(client: Client): Promise<void> {
  let command: string
  try {
    command = (await client.query('COMMIT')).command
  } catch (cause) {
    throw new Problem('unavailable', 'cannot commit: it failed or its outcome is unknown, want it whole', { cause })
  }
  // A failed transaction answers COMMIT with ROLLBACK, without an error.
  if (command !== 'COMMIT') throw new Error('cannot commit a transaction: one of its statements failed, want none')
}

/** What the work itself throws stays what it is. */
function inPublicOnce(error: unknown): unknown {
  return error instanceof Error && 'severity' in error ? inPublic(error) : error
}
