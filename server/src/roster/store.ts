// The roster's SQL over people as they are now.

import * as z from 'zod'
import { personStatuses, Problem, type Id, type PersonStatus } from '@sallyport/protocol'
import { violatedConstraint, type Row, type Sql, type Transaction } from '../base/index.ts'
import type { newPerson, Person } from './person.ts'
import { parsePerson, personId, timeMs } from './person-row.ts'
import { foldedName, lookOf, nameWords } from '@sallyport/protocol/names'

export const personColumns = `
  p.id, p.version, p.display_name, p.kind, p.external_id, p.mail, p.employer, p.is_regular_employee, p.regular_employee_basis,
  p.acts_for_foreign_employer, p.has_nda, p.nda_signed_on::text AS nda_signed_on, p.briefed_on::text AS briefed_on,
  p.reviewed_at, p.roles, p.status, p.basis, p.verified_by, p.verified_at, p.evidence_ref, p.sealed_ties, p.ended_kind, p.ended_by, p.ended_at,
  CASE WHEN p.ended_kind = 'merged' THEN (SELECT m.kept_id FROM person_merge m WHERE m.duplicate_id = p.id) END AS merged_into,
  coalesce((SELECT jsonb_agg(jsonb_build_object('program', a.program, 'purpose', a.purpose) ORDER BY a.program, a.purpose)
              FROM person_assignment a WHERE a.person_id = p.id), '[]') AS assignments`

/** People of one page of the roster. */
export const pageOfPeople = 1000

/** A page of people. `last` is the place in the list after which the next one begins; null on the last page. */
export interface PeoplePage {
  readonly people: readonly Person[]
  readonly last: readonly string[] | null
}

/** No id of ours is this one or before it. */
export const nobody = '00000000-0000-0000-0000-000000000000'

/** People by name, from a place in the list on. */
export async function peopleAfter(sql: Sql, after: readonly string[] | null): Promise<PeoplePage> {
  const [name, id] = after ?? ['', nobody]
  const rows = await sql.query(
    {
      name: 'roster-page',
      text: `SELECT ${personColumns}, lower(p.display_name) AS sorted_by FROM person p
              WHERE (lower(p.display_name), p.id) > ($1, $2::uuid)
              ORDER BY lower(p.display_name), p.id LIMIT ${pageOfPeople}`,
    },
    [name, id],
  )
  return pageOf(rows)
}

function pageOf(rows: readonly Row[]): PeoplePage {
  const last = rows.length < pageOfPeople ? undefined : rows.at(-1)
  const place = last === undefined ? null : placeRow.parse(last)
  return { people: rows.map(parsePerson), last: place === null ? null : [place.sorted_by, place.id] }
}

/** The first of those whose names look so, as many as a page has. */
export async function peopleThatLook(sql: Sql, look: string): Promise<readonly Person[]> {
  const rows = await sql.query(
    {
      name: 'roster-look',
      text: `SELECT ${personColumns} FROM person p WHERE p.name_look = $1 ORDER BY p.id LIMIT ${pageOfPeople}`,
    },
    [look],
  )
  return rows.map(parsePerson)
}

/** Those whose names have all of these words (`nameWords`), or words that begin as they do; by name, from a place in the list on. */
export async function peopleNamedAfter(
  sql: Sql,
  words: readonly string[],
  after: readonly string[] | null,
): Promise<PeoplePage> {
  const [name, id] = after ?? ['', nobody]
  // A single letter begins half of all names: it is a whole word, such as an initial.
  const wanted = words.map((word) => `'${word}'${Array.from(word).length > 1 ? ':*' : ''}`).join(' & ')
  const rows = await sql.query(
    {
      name: 'roster-named',
      // However many have the name, whole rows are read of the page alone.
      text: `WITH named AS MATERIALIZED (SELECT p.id, lower(p.display_name) AS sorted_by FROM person p
                                          WHERE p.name_words @@ $3::tsquery),
                  page AS (SELECT id, sorted_by FROM named WHERE (sorted_by, id) > ($1, $2::uuid)
                            ORDER BY sorted_by, id LIMIT ${pageOfPeople})
             SELECT ${personColumns}, page.sorted_by FROM page JOIN person p ON p.id = page.id ORDER BY page.sorted_by, p.id`,
    },
    [name, id, wanted],
  )
  return pageOf(rows)
}

const placeRow = z.object({ sorted_by: z.string(), id: z.string() })

export async function personById(sql: Sql, id: Id<'person'>): Promise<Person | null> {
  const [row] = await sql.query({ name: 'roster-one', text: `SELECT ${personColumns} FROM person p WHERE p.id = $1` }, [
    id,
  ])
  return row === undefined ? null : parsePerson(row)
}

/** Through identity's view of who is bound to which token subject. */
export async function personOfIdentity(sql: Sql, issuer: string, subject: string): Promise<Person | null> {
  const [row] = await sql.query(
    {
      name: 'roster-own',
      text: `SELECT ${personColumns} FROM person p JOIN identity_person i ON i.person_id = p.id
              WHERE i.issuer = $1 AND i.subject = $2`,
    },
    [issuer, subject],
  )
  return row === undefined ? null : parsePerson(row)
}

/** What a person signs in with, through identity's view. */
export async function identitiesBoundTo(
  sql: Sql,
  id: Id<'person'>,
): Promise<readonly { readonly issuer: string; readonly subject: string }[]> {
  const rows = await sql.query('SELECT issuer, subject FROM identity_person WHERE person_id = $1 ORDER BY 1, 2', [id])
  return z.array(z.object({ issuer: z.string(), subject: z.string() })).parse(rows)
}

export async function namesOf(sql: Sql, ids: readonly Id<'person'>[]): Promise<ReadonlyMap<Id<'person'>, string>> {
  const rows = await sql.query(
    { name: 'roster-names', text: 'SELECT id, display_name FROM person WHERE id = ANY ($1::uuid[])' },
    [ids],
  )
  const names = z.array(z.object({ id: personId, display_name: z.string() })).parse(rows)
  return new Map(names.map((one) => [one.id, one.display_name]))
}

/** How many people have which status. */
export async function statusCounts(sql: Sql): Promise<Readonly<Partial<Record<PersonStatus, number>>>> {
  const text = 'SELECT status, count(*)::int AS count FROM person GROUP BY status'
  const rows = await sql.query({ name: 'roster-counts', text })
  const counts = z.array(z.object({ status: z.enum(personStatuses), count: z.number() })).parse(rows)
  return Object.fromEntries(counts.map(({ status, count }) => [status, count]))
}

export async function personKeyOf(sql: Sql, id: Id<'person'>): Promise<Uint8Array | null> {
  const [row] = await sql.query({ name: 'roster-key', text: 'SELECT person_key FROM person WHERE id = $1' }, [id])
  return row === undefined ? null : z.object({ person_key: z.instanceof(Uint8Array) }).parse(row).person_key
}

/** The wrapped keys of these people, by person. */
export async function personKeysOf(sql: Sql, ids: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
  const rows = await sql.query(
    { name: 'roster-keys', text: 'SELECT id, person_key FROM person WHERE id = ANY ($1::uuid[])' },
    [ids],
  )
  const keys = z.array(z.object({ id: z.string(), person_key: z.instanceof(Uint8Array) })).parse(rows)
  return new Map(keys.map((one) => [one.id, one.person_key]))
}

/** Read the database's clock, in milliseconds. */
export async function readNow(sql: Sql): Promise<number> {
  const [row] = await sql.query({ name: 'roster-now', text: 'SELECT now() AS at' })
  return z.object({ at: timeMs }).parse(row).at
}

export interface LockedPerson {
  readonly person: Person
  readonly personKey: Uint8Array
  /** By the database's clock. */
  readonly atMs: number
}

/** Read a person for a change, and keep others from changing them until the transaction ends. */
export async function lockPerson(tx: Transaction, id: Id<'person'>): Promise<LockedPerson | null> {
  // Locked by itself: read with the lock, a person whom another transaction just changed would come with their new row and
  // their old assignments.
  await tx.query({ name: 'roster-lock', text: 'SELECT FROM person WHERE id = $1 FOR UPDATE' }, [id])
  const [row] = await tx.query(
    {
      name: 'roster-locked',
      text: `SELECT ${personColumns}, p.person_key, now() AS at FROM person p WHERE p.id = $1`,
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
  readonly entryId: Id<'entry'>
}

/** Throws Problem `conflict` when the id is taken. */
export async function insertPerson(
  tx: Transaction,
  { id, fields, sealedTies, personKey, entryId }: PersonToInsert,
): Promise<void> {
  const verification = fields.status === 'unverified' ? null : fields.verification
  const rows = await tx.query(
    `INSERT INTO person (id, display_name, name_look, name_words, employer, is_regular_employee, has_nda, roles, status, basis,
                         verified_by, verified_at, evidence_ref, sealed_ties, person_key, change_entry)
     VALUES ($1, $2, $14, $15, $3, $4, $5, $6, $7, $8, $9, CASE WHEN $10::text IS NULL THEN NULL ELSE now() END, $10, $11, $12, $13)
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
      entryId,
      ...Object.values(nameColumns(fields.displayName)),
    ],
  )
  if (rows.length === 0) throw new Problem('conflict', 'cannot add person: the id is taken, want a fresh one')
  await tx.query(
    'INSERT INTO person_assignment (person_id, program, purpose) SELECT $1, * FROM unnest($2::text[], $3::text[])',
    [id, fields.assignments.map((one) => one.program), fields.assignments.map((one) => one.purpose)],
  )
}

/** How a version came about. */
export interface VersionOrigin {
  readonly change: string
  readonly by: Id<'person'>
  readonly approvedBy: readonly Id<'person'>[]
  readonly sealedReason: Uint8Array | null
  readonly entryId: Id<'entry'>
}

/** Insert a person with their key. Throws Problem `conflict` when the external id is somebody else's. */
export async function insertVersion(
  tx: Transaction,
  person: Person,
  personKey: Uint8Array,
  origin: VersionOrigin,
): Promise<void> {
  const columns = { id: person.id, person_key: personKey, ...versionColumns(person, origin) }
  const places = Object.keys(columns).map((_, at) => `$${at + 1}`)
  const text = `INSERT INTO person (${Object.keys(columns).join(', ')}) VALUES (${places.join(', ')})`
  await withOwnExternalId(tx.query(text, Object.values(columns)))
}

/** Write a person's next version, all of it. Throws Problem `conflict` when the external id is somebody else's. */
export async function writeVersion(tx: Transaction, person: Person, origin: VersionOrigin): Promise<void> {
  const columns = versionColumns(person, origin)
  const sets = Object.keys(columns).map((name, at) =>
    // The reason of an ending stays while the person is ended.
    name === 'ended_reason' && person.status === 'ended'
      ? `${name} = coalesce(${name}, $${at + 2})`
      : `${name} = $${at + 2}`,
  )
  const text = `UPDATE person SET ${sets.join(', ')} WHERE id = $1`
  await withOwnExternalId(tx.query(text, [person.id, ...Object.values(columns)]))
  await tx.query('DELETE FROM person_assignment WHERE person_id = $1', [person.id])
  await tx.query(
    'INSERT INTO person_assignment (person_id, program, purpose) SELECT $1, * FROM unnest($2::text[], $3::text[])',
    [person.id, person.assignments.map((one) => one.program), person.assignments.map((one) => one.purpose)],
  )
}

/** Make the next version of a person whose columns stay as they are. Returns its number; null where there is nobody. */
export async function countVersion(
  tx: Transaction,
  id: Id<'person'>,
  { change, by, entryId }: { readonly change: string; readonly by: Id<'person'>; readonly entryId: Id<'entry'> },
): Promise<number | null> {
  const [row] = await tx.query(
    `UPDATE person SET version = version + 1, change = $2, changed_by = $3, approved_by = '{}', change_reason = NULL,
                       change_entry = $4
      WHERE id = $1 RETURNING version`,
    [id, change, by, entryId],
  )
  return row === undefined ? null : z.object({ version: z.number() }).parse(row).version
}

async function withOwnExternalId(writing: Promise<unknown>): Promise<void> {
  try {
    await writing
  } catch (error) {
    if (violatedConstraint(error) !== 'person_external_id_key_key') throw error
    throw new Problem('conflict', "cannot record person: the external id is somebody else's, want one of their own")
  }
}

export function versionColumns(person: Person, { change, by, approvedBy, sealedReason, entryId }: VersionOrigin) {
  const { verification, basis, sealedTies, ending } = ofArm(person)
  return {
    version: person.version,
    display_name: person.displayName,
    ...nameColumns(person.displayName),
    kind: person.kind,
    external_id: person.externalId,
    external_id_key: person.externalId === null ? null : foldedName(person.externalId),
    external_id_look: person.externalId === null ? null : lookOf(person.externalId),
    mail: person.mail,
    employer: person.employer,
    is_regular_employee: person.isRegularEmployee,
    regular_employee_basis: person.regularEmployeeBasis,
    acts_for_foreign_employer: person.actsForForeignEmployer,
    has_nda: person.hasNda,
    nda_signed_on: person.ndaSignedOn,
    briefed_on: person.briefedOn,
    reviewed_at: instant(person.reviewedAtMs),
    roles: person.roles,
    status: person.status,
    verified_by: verification?.by ?? null,
    verified_at: instant(verification?.atMs ?? null),
    evidence_ref: verification?.evidenceRef ?? null,
    ended_kind: ending?.ending ?? null,
    ended_by: ending?.endedBy ?? null,
    ended_at: instant(ending?.endedAtMs ?? null),
    ended_reason: ending === null ? null : sealedReason,
    change,
    changed_by: by,
    approved_by: approvedBy,
    change_reason: sealedReason,
    change_entry: entryId,
    // What an ended person was stays in the record.
    ...(person.status === 'ended' ? {} : { basis, sealed_ties: sealedTies }),
  }
}

/** By what a name is found, written wherever it is. */
export function nameColumns(displayName: string) {
  return { name_look: lookOf(displayName), name_words: nameWords(displayName).join(' ') }
}

function instant(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms)
}

function ofArm(person: Person) {
  const none = { verification: null, basis: null, sealedTies: null, ending: null }
  if (person.status === 'unverified') return none
  const { verification } = person
  if (person.status === 'us-person') return { ...none, verification, basis: person.basis }
  if (person.status === 'foreign-person') return { ...none, verification, sealedTies: person.sealedTies }
  return { ...none, verification, ending: person }
}

/** Whose names look like one of these, ended people's too, to compare new ones with; at most `limit` for each. */
export async function namesThatLook(
  sql: Sql,
  looks: readonly string[],
  limit: number,
): Promise<readonly { id: Id<'person'>; displayName: string }[]> {
  const rows = await sql.query(
    {
      name: 'roster-look-alikes',
      text: `SELECT alike.id, alike.display_name FROM unnest($1::text[]) AS wanted(look)
              CROSS JOIN LATERAL (SELECT p.id, p.display_name FROM person p WHERE p.name_look = wanted.look
                                   ORDER BY p.id LIMIT $2) alike`,
    },
    [looks, limit],
  )
  return z
    .array(z.object({ id: personId, display_name: z.string() }))
    .parse(rows)
    .map((row) => ({ id: row.id, displayName: row.display_name }))
}
