// All SQL of what was approved about keys.

import * as z from 'zod'
import type { Sql, Transaction } from '../base/index.ts'
import type { NewKey, Settled } from '../keys/index.ts'

/** Which keystore the database knows: another number, another content. */
export async function readGeneration(sql: Sql): Promise<number> {
  return generationOf(await sql.query({ name: 'keys-generation', text: 'SELECT generation FROM keystore_generation' }))
}

/** Keep the keys as they are until the transaction ends. */
export async function holdGeneration(tx: Transaction): Promise<number> {
  const text = 'SELECT generation FROM keystore_generation FOR SHARE'
  return generationOf(await tx.query({ name: 'keys-hold-generation', text }))
}

/** Say that the keys change in this transaction, once nobody holds them any more. */
export async function moveGeneration(tx: Transaction): Promise<void> {
  await tx.query('UPDATE keystore_generation SET generation = generation + 1')
}

function generationOf([row]: readonly unknown[]): number {
  return z.object({ generation: z.number() }).parse(row).generation
}

const keystoreLock = 6_021_959_013

/** Be the only one who writes the keystore's file, until the transaction ends. */
export async function lockKeystore(tx: Transaction): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [keystoreLock])
}

/** What was approved, for the keystore to follow. */
export async function readSettled(sql: Sql): Promise<Settled> {
  const rows = z
    .array(z.object({ kid: z.string(), state: z.enum(['in-use', 'old', 'destroyed']) }))
    .parse(await sql.query('SELECT kid, state FROM keystore_key'))
  const of = (state: string) => rows.filter((row) => row.state === state).map(({ kid }) => kid)
  return { inUse: of('in-use'), destroyed: of('destroyed') }
}

/** The key that was last taken into use; null where none was since the founding. */
export async function kidInUse(sql: Sql, { door, algorithm }: NewKey): Promise<string | null> {
  const [row] = await sql.query(
    `SELECT kid FROM keystore_key WHERE door = $1 AND algorithm = $2 AND state = 'in-use'`,
    [door, algorithm],
  )
  return row === undefined ? null : z.object({ kid: z.string() }).parse(row).kid
}

/** Take a key into use, in place of the one that was. */
export async function takeIntoUse(
  tx: Transaction,
  { door, algorithm, kid, from }: NewKey & KeyExchange,
): Promise<void> {
  if (from !== null) await putState(tx, { door, algorithm, kid: from, state: 'old' })
  await putState(tx, { door, algorithm, kid, state: 'in-use' })
}

export interface KeyExchange {
  readonly kid: string
  /** Null where there was none. */
  readonly from: string | null
}

export async function putState(
  tx: Transaction,
  { kid, door, algorithm, state }: NewKey & { readonly kid: string; readonly state: 'in-use' | 'old' | 'destroyed' },
): Promise<void> {
  await tx.query(
    `INSERT INTO keystore_key (kid, door, algorithm, state) VALUES ($1, $2, $3, $4)
     ON CONFLICT (kid) DO UPDATE SET state = $4, changed_at = now()`,
    [kid, door, algorithm, state],
  )
}
