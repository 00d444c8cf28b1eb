// The SQL of sessions. Every time is the database's, so that all processes of a gate agree on what has ended.

import type { Id } from '@sallyport/protocol'
import * as z from 'zod'
import type { Sql, Transaction } from '../../base/index.ts'
import type { Session, SessionRules } from './session.ts'

export interface SessionToInsert extends Omit<Session, 'startedAtMs' | 'expiresAtMs' | 'idleExpiresAtMs'> {
  readonly secretSha256: Uint8Array
}

const columns = `id, channel, issuer, subject, method, is_device_bound, key_thumbprint, place, started_at, expires_at,
  used_at + make_interval(secs => $1::float8 / 1000) AS idle_expires_at`

const row = z
  .object({
    id: z.custom<Id<'session'>>((value) => typeof value === 'string'),
    channel: z.enum(['browser', 'program']),
    issuer: z.string(),
    subject: z.string(),
    method: z.enum(['passkey', 'oidc', 'certificate']),
    is_device_bound: z.boolean().nullable(),
    key_thumbprint: z.string(),
    place: z.string().nullable(),
    started_at: z.date(),
    expires_at: z.date(),
    idle_expires_at: z.date(),
  })
  .transform((one): Session => ({
    id: one.id,
    channel: one.channel,
    issuer: one.issuer,
    subject: one.subject,
    method: one.method,
    isDeviceBound: one.is_device_bound,
    keyThumbprint: one.key_thumbprint,
    place: one.place,
    startedAtMs: one.started_at.getTime(),
    expiresAtMs: one.expires_at.getTime(),
    idleExpiresAtMs: one.idle_expires_at.getTime(),
  }))

/** Insert a session that begins now. */
export async function insertSession(tx: Transaction, one: SessionToInsert, rules: SessionRules): Promise<Session> {
  const [inserted] = await tx.query(
    `INSERT INTO identity_session (id, secret_sha256, channel, issuer, subject, method, is_device_bound, key_thumbprint, place,
                                   expires_at)
     VALUES ($2, $3, $4, $5, $6, $7, $8, $9, $10, now() + make_interval(secs => $11::float8 / 1000))
     RETURNING ${columns}`,
    [
      rules.idleMs,
      one.id,
      one.secretSha256,
      one.channel,
      one.issuer,
      one.subject,
      one.method,
      one.isDeviceBound,
      one.keyThumbprint,
      one.place,
      rules.lifetimeMs,
    ],
  )
  return row.parse(inserted)
}

const live = `expires_at > statement_timestamp()
  AND used_at > statement_timestamp() - make_interval(secs => $1::float8 / 1000)`

/** The session of a secret that has not ended; null for any other. */
export async function liveSession(
  sql: Sql,
  secretSha256: Uint8Array,
  { idleMs }: SessionRules,
): Promise<Session | null> {
  const text = `SELECT ${columns} FROM identity_session WHERE secret_sha256 = $2 AND ${live}`
  const [found] = await sql.query({ name: 'session-live', text }, [idleMs, secretSha256])
  return found === undefined ? null : row.parse(found)
}

/** Say that a session is used now, unless that was said within `everyMs`. */
export async function touchSession(sql: Sql, id: Id<'session'>, everyMs: number): Promise<void> {
  const text = `UPDATE identity_session SET used_at = statement_timestamp()
    WHERE id = $1 AND used_at < statement_timestamp() - make_interval(secs => $2::float8 / 1000)`
  await sql.query({ name: 'session-touch', text }, [id, everyMs])
}

/** Whose sessions: those of one identity, or of every identity that a person has. */
export type SessionsOf = { readonly issuer: string; readonly subject: string } | { readonly personId: Id<'person'> }

const ofPerson = `(issuer, subject) IN (SELECT b.issuer, b.subject FROM identity_binding b WHERE b.person_id = $2)`
const ofIdentity = 'issuer = $2 AND subject = $3'

function narrowed(of: SessionsOf): { readonly text: string; readonly values: readonly string[] } {
  return 'personId' in of
    ? { text: ofPerson, values: [of.personId] }
    : { text: ofIdentity, values: [of.issuer, of.subject] }
}

/** Sessions that have not ended, the newest first. */
export async function liveSessions(sql: Sql, of: SessionsOf, { idleMs }: SessionRules): Promise<readonly Session[]> {
  const { text, values } = narrowed(of)
  const rows = await sql.query(
    `SELECT ${columns} FROM identity_session WHERE ${text} AND ${live} ORDER BY started_at DESC, id LIMIT 1000`,
    [idleMs, ...values],
  )
  return rows.map((one) => row.parse(one))
}

/** Delete all sessions of somebody, also those whose time is over. Returns them. */
export async function deleteSessionsOf(
  tx: Transaction,
  of: SessionsOf,
  rules: SessionRules,
): Promise<readonly Session[]> {
  const { text, values } = narrowed(of)
  const rows = await tx.query(`DELETE FROM identity_session WHERE ${text} RETURNING ${columns}`, [
    rules.idleMs,
    ...values,
  ])
  return rows.map((one) => row.parse(one))
}

/** Delete one session, of somebody where that is said. Returns it; null where there is none such. */
export async function deleteSession(
  tx: Transaction,
  id: Id<'session'>,
  of: SessionsOf | null,
  rules: SessionRules,
): Promise<Session | null> {
  const { text, values } = of === null ? { text: 'true', values: [] } : narrowed(of)
  const [deleted] = await tx.query(
    `DELETE FROM identity_session WHERE ${text} AND id = $${values.length + 2} RETURNING ${columns}`,
    [rules.idleMs, ...values, id],
  )
  return deleted === undefined ? null : row.parse(deleted)
}

/** Delete the sessions of a key: it signs in anew. Returns them. */
export async function deleteSessionsOfKey(
  tx: Transaction,
  keyThumbprint: string,
  rules: SessionRules,
): Promise<readonly Session[]> {
  const rows = await tx.query(`DELETE FROM identity_session WHERE key_thumbprint = $2 RETURNING ${columns}`, [
    rules.idleMs,
    keyThumbprint,
  ])
  return rows.map((one) => row.parse(one))
}

/** Delete some of the sessions whose time is over. Returns them, and whether it was their whole lifetime. */
export async function deleteOver(
  tx: Transaction,
  { idleMs }: SessionRules,
  limit: number,
): Promise<readonly { readonly session: Session; readonly isExpired: boolean }[]> {
  const rows = await tx.query(
    `DELETE FROM identity_session WHERE id IN (
       (SELECT id FROM identity_session WHERE expires_at <= statement_timestamp() LIMIT $2)
       UNION
       (SELECT id FROM identity_session WHERE used_at <= statement_timestamp() - make_interval(secs => $1::float8 / 1000) LIMIT $2))
     RETURNING ${columns}, expires_at <= statement_timestamp() AS is_expired`,
    [idleMs, limit],
  )
  return rows.map((one) => ({ session: row.parse(one), isExpired: one['is_expired'] === true }))
}
