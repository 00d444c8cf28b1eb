// The SQL of passkeys and of what enrolls them.

import type { Id } from '@sallyport/protocol'
import * as z from 'zod'
import type { Sql, Transaction } from '../../base/index.ts'

export interface Passkey {
  /** The credential's id, base64url. It is the subject of its identity. */
  readonly credentialId: string
  readonly personId: Id<'person'>
  /** COSE key. */
  readonly publicKey: Uint8Array
  readonly counter: number
  /** The key cannot leave its authenticator, as that says (flag BE is off). */
  readonly isDeviceBound: boolean
  readonly transports: readonly string[]
  /** Model of the authenticator, as that says; zeros where it says none. */
  readonly aaguid: string
  readonly registeredAtMs: number
  readonly usedAtMs: number | null
}

const row = z
  .object({
    credential_id: z.string(),
    person_id: z.string(),
    public_key: z.instanceof(Uint8Array),
    counter: z.coerce.number(),
    is_device_bound: z.boolean(),
    transports: z.array(z.string()),
    aaguid: z.string(),
    registered_at: z.date(),
    used_at: z.date().nullable(),
  })
  .transform((one): Passkey => ({
    credentialId: one.credential_id,
    personId: one.person_id as Id<'person'>,
    publicKey: one.public_key,
    counter: one.counter,
    isDeviceBound: one.is_device_bound,
    transports: one.transports,
    aaguid: one.aaguid,
    registeredAtMs: one.registered_at.getTime(),
    usedAtMs: one.used_at?.getTime() ?? null,
  }))

const columns =
  'credential_id, person_id, public_key, counter, is_device_bound, transports, aaguid, registered_at, used_at'

export async function insertPasskey(
  tx: Transaction,
  one: Omit<Passkey, 'registeredAtMs' | 'usedAtMs'>,
): Promise<Passkey> {
  const [inserted] = await tx.query(
    `INSERT INTO identity_passkey (credential_id, person_id, public_key, counter, is_device_bound, transports, aaguid)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${columns}`,
    [one.credentialId, one.personId, one.publicKey, one.counter, one.isDeviceBound, one.transports, one.aaguid],
  )
  return row.parse(inserted)
}

/** A passkey by its id, that of a founder who waits for the roster too. */
export async function passkeyOf(sql: Sql, credentialId: string): Promise<Passkey | null> {
  const text = `SELECT ${columns} FROM identity_passkey WHERE credential_id = $1
    UNION ALL SELECT ${columns} FROM identity_waiting_passkey WHERE credential_id = $1`
  const [found] = await sql.query({ name: 'passkey-by-id', text }, [credentialId])
  return found === undefined ? null : row.parse(found)
}

/** Passkeys of a person, the newest first. */
export async function passkeysOf(sql: Sql, personId: Id<'person'>): Promise<readonly Passkey[]> {
  const rows = await sql.query(
    `SELECT ${columns} FROM identity_passkey WHERE person_id = $1 ORDER BY registered_at DESC, credential_id`,
    [personId],
  )
  return rows.map((one) => row.parse(one))
}

/** Count a use. False where another use has counted as far meanwhile: one of the two is a copy. */
export async function countUse(tx: Transaction, credentialId: string, counter: number): Promise<boolean> {
  const counted = (table: string) =>
    `UPDATE ${table} SET counter = $2, used_at = now()
      WHERE credential_id = $1 AND (counter < $2 OR (counter = 0 AND $2 = 0)) RETURNING credential_id`
  const rows = await tx.query(
    `WITH waiting AS (${counted('identity_waiting_passkey')}), bound AS (${counted('identity_passkey')})
     SELECT credential_id FROM waiting UNION ALL SELECT credential_id FROM bound`,
    [credentialId, counter],
  )
  return rows.length === 1
}

/** Keep the passkey of somebody who is on no roster yet. Returns false when they have one, or somebody else has this one. */
export async function insertWaitingPasskey(
  tx: Transaction,
  one: Omit<Passkey, 'registeredAtMs' | 'usedAtMs'>,
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO identity_waiting_passkey (credential_id, person_id, public_key, counter, is_device_bound, transports, aaguid)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING credential_id`,
    [one.credentialId, one.personId, one.publicKey, one.counter, one.isDeviceBound, one.transports, one.aaguid],
  )
  return rows.length === 1
}

/** Give a passkey that waited to its person, who has the identity already. Null where none waited. */
export async function bindWaitingPasskey(tx: Transaction, credentialId: string): Promise<Passkey | null> {
  const [moved] = await tx.query(
    `WITH waiting AS (DELETE FROM identity_waiting_passkey WHERE credential_id = $1 RETURNING ${columns})
     INSERT INTO identity_passkey (credential_id, person_id, public_key, counter, is_device_bound, transports, aaguid)
     SELECT credential_id, person_id, public_key, counter, is_device_bound, transports, aaguid FROM waiting RETURNING ${columns}`,
    [credentialId],
  )
  return moved === undefined ? null : row.parse(moved)
}

export async function deleteWaitingPasskey(tx: Transaction, personId: Id<'person'>): Promise<void> {
  await tx.query('DELETE FROM identity_waiting_passkey WHERE person_id = $1', [personId])
}

export interface Enrollment {
  readonly id: Id<'enrollment'>
  readonly personId: Id<'person'>
  readonly requestedBy: Id<'person'>
  /** Take away what passkeys they had. */
  readonly isRecovery: boolean
  readonly expiresAtMs: number
}

const enrollmentRow = z
  .object({
    id: z.string(),
    person_id: z.string(),
    requested_by: z.string(),
    is_recovery: z.boolean(),
    expires_at: z.date(),
  })
  .transform((one): Enrollment => ({
    id: one.id as Id<'enrollment'>,
    personId: one.person_id as Id<'person'>,
    requestedBy: one.requested_by as Id<'person'>,
    isRecovery: one.is_recovery,
    expiresAtMs: one.expires_at.getTime(),
  }))

const enrollmentColumns = 'id, person_id, requested_by, is_recovery, expires_at'

/** Insert what a link opens, and take away what earlier links of the same person opened. */
export async function insertEnrollment(
  tx: Transaction,
  one: Omit<Enrollment, 'expiresAtMs'> & {
    readonly linkSha256: Uint8Array
    readonly codeSha256: Uint8Array
    readonly lifetimeMs: number
  },
): Promise<Enrollment> {
  await tx.query('DELETE FROM identity_enrollment WHERE person_id = $1 OR expires_at <= now()', [one.personId])
  const [inserted] = await tx.query(
    `INSERT INTO identity_enrollment (id, person_id, requested_by, is_recovery, link_sha256, code_sha256, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7::float8 / 1000)) RETURNING ${enrollmentColumns}`,
    [one.id, one.personId, one.requestedBy, one.isRecovery, one.linkSha256, one.codeSha256, one.lifetimeMs],
  )
  return enrollmentRow.parse(inserted)
}

/** Both halves of what opens an enrollment, as digests. */
export interface EnrollmentKeys {
  readonly linkSha256: Uint8Array
  readonly codeSha256: Uint8Array
}

const live = 'link_sha256 = $1 AND code_sha256 = $2 AND expires_at > statement_timestamp()'

/** The enrollment that both halves open; null where there is none, or it is over. */
export async function enrollmentOf(sql: Sql, keys: EnrollmentKeys): Promise<Enrollment | null> {
  const [found] = await sql.query(`SELECT ${enrollmentColumns} FROM identity_enrollment WHERE ${live}`, [
    keys.linkSha256,
    keys.codeSha256,
  ])
  return found === undefined ? null : enrollmentRow.parse(found)
}

/** Take the enrollment that both halves open: nobody finds it again. */
export async function takeEnrollment(tx: Transaction, keys: EnrollmentKeys): Promise<Enrollment | null> {
  const [taken] = await tx.query(`DELETE FROM identity_enrollment WHERE ${live} RETURNING ${enrollmentColumns}`, [
    keys.linkSha256,
    keys.codeSha256,
  ])
  return taken === undefined ? null : enrollmentRow.parse(taken)
}
