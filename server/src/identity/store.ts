// All of identity's SQL.

import type { Id } from '@sallyport/protocol'
import * as z from 'zod'
import type { Sql, Transaction } from '../base/index.ts'

export interface IdentityBinding {
  readonly issuer: string
  readonly subject: string
  readonly personId: Id<'person'>
}

/** Returns false when the subject is bound already. */
export async function insertBinding(tx: Transaction, { issuer, subject, personId }: IdentityBinding): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO identity_binding (issuer, subject, person_id) VALUES ($1, $2, $3)
     ON CONFLICT (issuer, subject) DO NOTHING RETURNING person_id`,
    [issuer, subject, personId],
  )
  return rows.length === 1
}

/** Returns false when the person has no such identity. */
export async function deleteBinding(tx: Transaction, { issuer, subject, personId }: IdentityBinding): Promise<boolean> {
  const rows = await tx.query(
    'DELETE FROM identity_binding WHERE issuer = $1 AND subject = $2 AND person_id = $3 RETURNING person_id',
    [issuer, subject, personId],
  )
  return rows.length === 1
}

/** Whose identity it is; null for nobody's. */
export async function personOfIdentity(
  sql: Sql,
  { issuer, subject }: Pick<IdentityBinding, 'issuer' | 'subject'>,
): Promise<Id<'person'> | null> {
  const text = 'SELECT person_id FROM identity_binding WHERE issuer = $1 AND subject = $2'
  const [row] = await sql.query(text, [issuer, subject])
  return row === undefined ? null : (z.object({ person_id: z.string() }).parse(row).person_id as Id<'person'>)
}

/** Read a person's status through the roster's view, and keep it as it is until the transaction ends; null for nobody. */
export async function holdStatus(tx: Transaction, personId: Id<'person'>): Promise<string | null> {
  const [row] = await tx.query('SELECT status FROM roster_subject WHERE person_id = $1 FOR SHARE', [personId])
  return row === undefined ? null : z.object({ status: z.string() }).parse(row).status
}

/** A person's status and version, and nobody else changes them until the transaction ends; null for nobody. */
export async function holdVersion(
  tx: Transaction,
  personId: Id<'person'>,
): Promise<{ readonly status: string; readonly version: number } | null> {
  const [row] = await tx.query('SELECT status, version FROM roster_subject WHERE person_id = $1 FOR UPDATE', [personId])
  return row === undefined ? null : z.object({ status: z.string(), version: z.int() }).parse(row)
}

/** What a person signs in with, in the order of their names. */
export async function identitiesOf(sql: Sql, personId: Id<'person'>): Promise<readonly IdentityBinding[]> {
  const rows = await sql.query('SELECT issuer, subject FROM identity_binding WHERE person_id = $1 ORDER BY 1, 2', [
    personId,
  ])
  return rows.map((row) => ({ ...identityRow.parse(row), personId }))
}

const identityRow = z.object({ issuer: z.string(), subject: z.string() })

// In one order everywhere, so that two processes with the same proofs wait for each other and never in a circle.
const insertProofsText = `
INSERT INTO identity_proof (digest, until)
SELECT digest, statement_timestamp() + make_interval(secs => $2::float8 / 1000)
FROM unnest($1::text[]) AS digest ORDER BY digest
ON CONFLICT DO NOTHING RETURNING digest`

/** Insert digests of proofs, no two alike. Returns those that were not there. */
export async function insertProofs(sql: Sql, digests: readonly string[], retainedMs: number): Promise<Set<string>> {
  const rows = await sql.query({ name: 'identity-proofs', text: insertProofsText }, [digests, retainedMs])
  return new Set(rows.map((row) => digestOf.parse(row).digest))
}

const digestOf = z.object({ digest: z.string() })

/** Delete the proofs that are too old to be believed again. */
export async function forgetProofs(sql: Sql): Promise<void> {
  await sql.query({ name: 'identity-forget', text: 'DELETE FROM identity_proof WHERE until < statement_timestamp()' })
}
