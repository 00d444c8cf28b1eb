// All of the roster's SQL, and how its rows become people.

import * as z from 'zod'
import { Problem, roles, usPersonBases, type Id } from '@sallyport/protocol'
import type { Row, Sql, Transaction } from '../base/index.ts'
import { endings, type Ended, type newPerson, type Person } from './person.ts'

const id = z.string().transform((text) => text as Id<'person'>)
const atMs = z.date().transform((at) => at.getTime())

const columns = `
  p.id, p.version, p.display_name, p.employer, p.is_regular_employee, p.has_nda, p.roles, p.status, p.basis,
  p.verified_by, p.verified_at, p.evidence_ref, p.sealed_ties, p.ended_kind, p.ended_by, p.ended_at,
  coalesce((SELECT jsonb_agg(jsonb_build_object('program', a.program, 'purpose', a.purpose) ORDER BY a.program, a.purpose)
              FROM person_assignment a WHERE a.person_id = p.id), '[]') AS assignments`

export async function allPeople(sql: Sql): Promise<readonly Person[]> {
  const rows = await sql.query({
    name: 'roster-all',
    text: `SELECT ${columns} FROM person p ORDER BY lower(p.display_name), p.id`,
  })
  return rows.map(parsePerson)
}

export async function personById(sql: Sql, id: Id<'person'>): Promise<Person | null> {
  const [row] = await sql.query({ name: 'roster-one', text: `SELECT ${columns} FROM person p WHERE p.id = $1` }, [id])
  return row === undefined ? null : parsePerson(row)
}

/** Through identity's view of who is bound to which token subject. */
export async function personOfIdentity(sql: Sql, issuer: string, subject: string): Promise<Person | null> {
  const [row] = await sql.query(
    {
      name: 'roster-own',
      text: `SELECT ${columns} FROM person p JOIN identity_person i ON i.person_id = p.id
              WHERE i.issuer = $1 AND i.subject = $2`,
    },
    [issuer, subject],
  )
  return row === undefined ? null : parsePerson(row)
}

export async function namesOf(sql: Sql, ids: readonly Id<'person'>[]): Promise<ReadonlyMap<Id<'person'>, string>> {
  const rows = await sql.query(
    { name: 'roster-names', text: 'SELECT id, display_name FROM person WHERE id = ANY ($1::uuid[])' },
    [ids],
  )
  const names = z.array(z.object({ id, display_name: z.string() })).parse(rows)
  return new Map(names.map((one) => [one.id, one.display_name]))
}

export async function personKeyOf(sql: Sql, id: Id<'person'>): Promise<Uint8Array | null> {
  const [row] = await sql.query({ name: 'roster-key', text: 'SELECT person_key FROM person WHERE id = $1' }, [id])
  return row === undefined ? null : z.object({ person_key: z.instanceof(Uint8Array) }).parse(row).person_key
}

export interface LockedPerson {
  readonly person: Person
  readonly personKey: Uint8Array
  /** By the database's clock. */
  readonly atMs: number
}

/** Read a person for a change, and keep others from changing them until the transaction ends. */
export async function lockPerson(tx: Transaction, id: Id<'person'>): Promise<LockedPerson | null> {
  const [row] = await tx.query(
    {
      name: 'roster-lock',
      text: `SELECT ${columns}, p.person_key, now() AS at FROM person p WHERE p.id = $1 FOR UPDATE OF p`,
    },
    [id],
  )
  if (row === undefined) return null
  const { person_key, at } = z.object({ person_key: z.instanceof(Uint8Array), at: z.date() }).parse(row)
  return { person: parsePerson(row), personKey: person_key, atMs: at.getTime() }
}

export interface PersonToInsert {
  readonly id: Id<'person'>
  readonly fields: z.output<typeof newPerson>
  readonly sealedTies: Uint8Array | null
  readonly personKey: Uint8Array
}

/** Throws Problem `conflict` when the id is taken. */
export async function insertPerson(
  tx: Transaction,
  { id, fields, sealedTies, personKey }: PersonToInsert,
): Promise<void> {
  const verification = fields.status === 'unverified' ? null : fields.verification
  const rows = await tx.query(
    `INSERT INTO person (id, display_name, employer, is_regular_employee, has_nda, roles, status, basis,
                         verified_by, verified_at, evidence_ref, sealed_ties, person_key)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, CASE WHEN $10::text IS NULL THEN NULL ELSE now() END, $10, $11, $12)
     ON CONFLICT (id) DO NOTHING RETURNING id`,
    [
      id,
      fields.displayName,
      fields.employer,
      fields.isRegularEmployee,
      fields.hasNda,
      fields.roles,
      fields.status,
      fields.status === 'us-person' ? fields.basis : null,
      verification?.by ?? null,
      verification?.evidenceRef ?? null,
      sealedTies,
      personKey,
    ],
  )
  if (rows.length === 0) throw new Problem('conflict', 'cannot add person: the id is taken, want a fresh one')
  await tx.query(
    'INSERT INTO person_assignment (person_id, program, purpose) SELECT $1, * FROM unnest($2::text[], $3::text[])',
    [id, fields.assignments.map((one) => one.program), fields.assignments.map((one) => one.purpose)],
  )
}

export async function endPersonRow(tx: Transaction, person: Ended, sealedReason: Uint8Array): Promise<void> {
  await tx.query(
    {
      name: 'roster-end',
      text: `UPDATE person SET status = 'ended', version = $2, ended_kind = $3, ended_by = $4, ended_at = now(),
                               ended_reason = $5 WHERE id = $1`,
    },
    [person.id, person.version, person.ending, person.endedBy, sealedReason],
  )
}

const common = {
  id,
  version: z.number(),
  display_name: z.string(),
  employer: z.string().nullable(),
  is_regular_employee: z.boolean(),
  has_nda: z.boolean(),
  roles: z.array(z.enum(roles)),
  assignments: z.array(z.object({ program: z.string(), purpose: z.string() })),
}
const verified = { verified_by: id.nullable(), verified_at: atMs, evidence_ref: z.string() }

const personRow = z.discriminatedUnion('status', [
  z.object({ ...common, status: z.literal('unverified') }),
  z.object({
    ...common,
    ...verified,
    status: z.literal('us-person'),
    basis: z.enum(usPersonBases),
    sealed_ties: z.null(),
  }),
  z.object({
    ...common,
    ...verified,
    status: z.literal('foreign-person'),
    sealed_ties: z.instanceof(Uint8Array).nullable(),
  }),
  z.object({
    ...common,
    status: z.literal('ended'),
    verified_by: id.nullable(),
    verified_at: atMs.nullable(),
    evidence_ref: z.string().nullable(),
    ended_kind: z.enum(endings),
    ended_by: id.nullable(),
    ended_at: atMs,
  }),
])

/** Parse a row into the arm that its status says. Throws ZodError for a row that is none of them. */
function parsePerson(row: Row): Person {
  const parsed = personRow.parse(row)
  const base = {
    id: parsed.id,
    version: parsed.version,
    displayName: parsed.display_name,
    employer: parsed.employer,
    isRegularEmployee: parsed.is_regular_employee,
    hasNda: parsed.has_nda,
    roles: parsed.roles,
    assignments: parsed.assignments,
  }
  if (parsed.status === 'unverified') return { ...base, status: parsed.status }
  const verification =
    parsed.verified_at === null || parsed.evidence_ref === null
      ? null
      : { by: parsed.verified_by, atMs: parsed.verified_at, evidenceRef: parsed.evidence_ref }
  if (parsed.status === 'ended') {
    return {
      ...base,
      status: parsed.status,
      verification,
      ending: parsed.ended_kind,
      endedBy: parsed.ended_by,
      endedAtMs: parsed.ended_at,
    }
  }
  if (verification === null) throw new Problem('internal', 'cannot read person: verification is missing, want one')
  if (parsed.status === 'us-person') return { ...base, status: parsed.status, verification, basis: parsed.basis }
  return { ...base, status: parsed.status, verification, sealedTies: parsed.sealed_ties }
}
