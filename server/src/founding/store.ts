// All SQL of founding.

import * as z from 'zod'
import { usPersonBases, type Id, type UsPersonBasis } from '@sallyport/protocol'
import type { Sql, Transaction } from '../base/index.ts'

export type FounderRole = 'officer' | 'administrator'

export interface Identity {
  readonly issuer: string
  readonly subject: string
}

export interface Founder {
  readonly id: Id<'person'>
  readonly displayName: string
  readonly basis: UsPersonBasis
  readonly evidenceRef: string
  readonly role: FounderRole
  /** An empowered official besides. */
  readonly isOfficial: boolean
  /** Null until the keystore is there. */
  readonly personKey: Uint8Array | null
  readonly codeDigest: Uint8Array | null
  /** By the database's clock; null without a code. */
  readonly codeUntilMs: number | null
  readonly isCodeOver: boolean
  /** Null until the founder has enrolled. */
  readonly identity: Identity | null
  readonly enrolledAtMs: number | null
  /** Who has attested, first to last. */
  readonly attestedBy: readonly Id<'person'>[]
}

export interface FoundingRow {
  readonly digest: string
  readonly absenceRule: string
  readonly isOpen: boolean
}

const id = z.string().transform((text) => text as Id<'person'>)
const bytes = z.instanceof(Uint8Array)
const time = z
  .date()
  .nullable()
  .transform((at) => at?.getTime() ?? null)

const foundingRow = z
  .object({ digest: z.string(), absence_rule: z.string(), is_open: z.boolean() })
  .transform((row): FoundingRow => ({ digest: row.digest, absenceRule: row.absence_rule, isOpen: row.is_open }))

const founderRow = z
  .object({
    id,
    display_name: z.string(),
    basis: z.enum(usPersonBases),
    evidence_ref: z.string(),
    role: z.enum(['officer', 'administrator']),
    is_official: z.boolean(),
    person_key: bytes.nullable(),
    code_digest: bytes.nullable(),
    code_until: time,
    is_code_over: z.boolean().nullable(),
    issuer: z.string().nullable(),
    subject: z.string().nullable(),
    enrolled_at: time,
    attested_by: z.array(id),
  })
  .transform((row): Founder => ({
    id: row.id,
    displayName: row.display_name,
    basis: row.basis,
    evidenceRef: row.evidence_ref,
    role: row.role,
    isOfficial: row.is_official,
    personKey: row.person_key,
    codeDigest: row.code_digest,
    codeUntilMs: row.code_until,
    isCodeOver: row.is_code_over ?? false,
    identity: row.issuer === null || row.subject === null ? null : { issuer: row.issuer, subject: row.subject },
    enrolledAtMs: row.enrolled_at,
    attestedBy: row.attested_by,
  }))

export async function insertFounding(tx: Transaction, digest: string, absenceRule: string): Promise<void> {
  await tx.query('INSERT INTO founding (digest, absence_rule) VALUES ($1, $2)', [digest, absenceRule])
}

/** Read the founding; null when nobody has begun one. */
export async function foundingOf(sql: Sql): Promise<FoundingRow | null> {
  const [row] = await sql.query('SELECT digest, absence_rule, opened_at IS NOT NULL AS is_open FROM founding')
  return row === undefined ? null : foundingRow.parse(row)
}

/** As `foundingOf`, and let nobody else act on it until the transaction ends: acts of founders come one after the other. */
export async function lockFounding(tx: Transaction): Promise<FoundingRow | null> {
  await tx.query('SELECT digest FROM founding FOR UPDATE')
  return await foundingOf(tx)
}

export async function markOpen(tx: Transaction): Promise<void> {
  await tx.query('UPDATE founding SET opened_at = now() WHERE opened_at IS NULL')
}

export async function insertFounder(
  tx: Transaction,
  founder: Pick<Founder, 'id' | 'displayName' | 'basis' | 'evidenceRef' | 'role' | 'isOfficial'> & {
    readonly nameKey: string
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO founder (id, display_name, name_key, basis, evidence_ref, role, is_official)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      founder.id,
      founder.displayName,
      founder.nameKey,
      founder.basis,
      founder.evidenceRef,
      founder.role,
      founder.isOfficial,
    ],
  )
}

/** Everybody, officers first, each group by name. */
export async function allFounders(sql: Sql): Promise<readonly Founder[]> {
  const rows = await sql.query(
    `SELECT f.id, f.display_name, f.basis, f.evidence_ref, f.role, f.is_official, f.person_key, f.code_digest, f.code_until,
            f.code_until <= now() AS is_code_over, f.issuer, f.subject, f.enrolled_at,
            ARRAY(SELECT a.by::text FROM founder_attestation a WHERE a.about = f.id ORDER BY a.attested_at, a.by)
              AS attested_by
       FROM founder f ORDER BY f.role DESC, f.name_key`,
  )
  return rows.map((row) => founderRow.parse(row))
}

/** The wrapped keys of these founders, by person; those of before the keystore was there are not among them. */
export async function founderKeysOf(sql: Sql, ids: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
  const rows = await sql.query(
    'SELECT id, person_key FROM founder WHERE id = ANY ($1::uuid[]) AND person_key IS NOT NULL',
    [ids],
  )
  const keys = z.array(z.object({ id: z.string(), person_key: z.instanceof(Uint8Array) })).parse(rows)
  return new Map(keys.map((one) => [one.id, one.person_key]))
}

export async function setPersonKey(tx: Transaction, founder: Id<'person'>, personKey: Uint8Array): Promise<void> {
  await tx.query('UPDATE founder SET person_key = $2 WHERE id = $1 AND person_key IS NULL', [founder, personKey])
}

export async function setCode(
  tx: Transaction,
  founder: Id<'person'>,
  digest: Uint8Array,
  hours: number,
): Promise<void> {
  await tx.query('UPDATE founder SET code_digest = $2, code_until = now() + make_interval(hours => $3) WHERE id = $1', [
    founder,
    digest,
    hours,
  ])
}

export async function setIdentity(tx: Transaction, founder: Id<'person'>, identity: Identity): Promise<void> {
  await tx.query('UPDATE founder SET issuer = $2, subject = $3, enrolled_at = now() WHERE id = $1', [
    founder,
    identity.issuer,
    identity.subject,
  ])
}

/** Take a founder's identity away, and with it what was attested about them or by them. */
export async function clearIdentity(tx: Transaction, founder: Id<'person'>): Promise<void> {
  await tx.query('UPDATE founder SET issuer = NULL, subject = NULL, enrolled_at = NULL WHERE id = $1', [founder])
  await tx.query('DELETE FROM founder_attestation WHERE about = $1 OR by = $1', [founder])
}

/** Returns false when this founder has attested for that one already. */
export async function insertAttestation(tx: Transaction, by: Id<'person'>, about: Id<'person'>): Promise<boolean> {
  const rows = await tx.query(
    'INSERT INTO founder_attestation (about, by) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING about',
    [about, by],
  )
  return rows.length === 1
}

/** Count one more wrong code of an identity. Yields how many there are now. */
export async function countWrongCode(tx: Transaction, { issuer, subject }: Identity): Promise<number> {
  const [row] = await tx.query(
    `INSERT INTO founding_wrong_code (issuer, subject, tries) VALUES ($1, $2, 1)
     ON CONFLICT (issuer, subject) DO UPDATE SET tries = founding_wrong_code.tries + 1 RETURNING tries`,
    [issuer, subject],
  )
  return z.object({ tries: z.number() }).parse(row).tries
}

export async function wrongCodesOf(sql: Sql, { issuer, subject }: Identity): Promise<number> {
  const [row] = await sql.query('SELECT tries FROM founding_wrong_code WHERE issuer = $1 AND subject = $2', [
    issuer,
    subject,
  ])
  return row === undefined ? 0 : z.object({ tries: z.number() }).parse(row).tries
}

export async function forgetWrongCodes(tx: Transaction): Promise<void> {
  await tx.query('DELETE FROM founding_wrong_code')
}
