// SQL over the versions that people have had.

import * as z from 'zod'
import { usPersonBases, type Id, type UsPersonBasis } from '@sallyport/protocol'
import type { Row, Sql } from '../../base/index.ts'
import type { Person } from '../person.ts'
import { parsePerson, personId, timeMs } from '../person-row.ts'

const columns = `
  v.person_id AS id, v.version, v.display_name, v.kind, v.external_id, v.mail, v.employer, v.is_regular_employee,
  v.regular_employee_basis, v.acts_for_foreign_employer, v.has_nda, v.nda_signed_on::text AS nda_signed_on,
  v.briefed_on::text AS briefed_on, v.reviewed_at, v.roles, v.assignments, v.status, v.basis, v.verified_by,
  v.verified_at, v.evidence_ref, v.ended_kind, v.ended_by, v.ended_at,
  CASE WHEN v.ended_kind = 'merged' THEN (SELECT m.kept_id FROM person_merge m WHERE m.duplicate_id = v.person_id)
       END AS merged_into`

/** One version of a person, without countries, and how it came about. */
export interface PersonVersion {
  readonly person: Person
  readonly fromMs: number
  readonly change: string
  /** Null at founding. */
  readonly by: Id<'person'> | null
  readonly approvedBy: readonly Id<'person'>[]
  readonly sealedReason: Uint8Array | null
  readonly entryId: Id<'entry'> | null
}

/** All versions of one person, oldest first. */
export async function versionsOf(sql: Sql, id: Id<'person'>): Promise<readonly PersonVersion[]> {
  const rows = await sql.query(
    {
      name: 'roster-versions',
      text: `SELECT ${columns}, v.valid_from, v.change, v.changed_by, v.approved_by, v.change_reason, v.change_entry
               FROM person_version v WHERE v.person_id = $1 ORDER BY v.valid_from`,
    },
    [id],
  )
  return rows.map(parseVersion)
}

/** How a verification came about. */
export interface Verifying {
  /** Null for a foreign person, who needs no ground. */
  readonly ground: UsPersonBasis | null
  readonly approvedBy: readonly Id<'person'>[]
}

/** The version with which a person was verified at that moment; null for none. */
export async function verifyingVersion(sql: Sql, id: Id<'person'>, atMs: number): Promise<Verifying | null> {
  const [row] = await sql.query(
    `SELECT v.basis, v.approved_by FROM person_version v
      WHERE v.person_id = $1 AND date_trunc('milliseconds', v.verified_at) = $2 ORDER BY v.valid_from LIMIT 1`,
    [id, new Date(atMs)],
  )
  if (row === undefined) return null
  const { basis, approved_by } = verifyingRow.parse(row)
  return { ground: basis, approvedBy: approved_by }
}
const verifyingRow = z.object({ basis: z.enum(usPersonBases).nullable(), approved_by: z.array(personId) })

/** One person as they were at a moment; null for somebody who was not there. */
export async function personAsOf(sql: Sql, id: Id<'person'>, atMs: number): Promise<Person | null> {
  const [row] = await sql.query(
    {
      name: 'roster-one-as-of',
      text: `SELECT ${columns} FROM person_version v
              WHERE v.person_id = $1 AND v.valid_from <= $2 ORDER BY v.valid_from DESC LIMIT 1`,
    },
    [id, new Date(atMs)],
  )
  return row === undefined ? null : parsePerson(withoutTies(row))
}

// One step into the index (person_id, valid_from) for each person, however many versions there are.
const asOfText = `
  SELECT ${columns}
    FROM unnest($2::uuid[]) AS asked (id)
   CROSS JOIN LATERAL (SELECT * FROM person_version w
                        WHERE w.person_id = asked.id AND w.valid_from <= $1
                        ORDER BY w.valid_from DESC LIMIT 1) v
   ORDER BY lower(v.display_name), v.person_id`

/** Those of these people who were on the roster at a moment, as they were then, by the names that they had. */
export async function peopleAsOf(sql: Sql, atMs: number, ids: readonly Id<'person'>[]): Promise<readonly Person[]> {
  const rows = await sql.query({ name: 'roster-as-of', text: asOfText }, [new Date(atMs), ids])
  return rows.map((row) => parsePerson(withoutTies(row)))
}

/** Ids of everybody who is or was on the roster, in their order, which is that of their coming; a page of them. */
export async function idsAfter(sql: Sql, after: string, limit: number): Promise<readonly Id<'person'>[]> {
  const rows = await sql.query(
    { name: 'roster-ids', text: 'SELECT id FROM person WHERE id > $1::uuid ORDER BY id LIMIT $2' },
    [after, limit],
  )
  return rows.map((row) => z.object({ id: personId }).parse(row).id)
}

/** Ids of people of whom a version began between two moments, whichever is the earlier; a page of them. */
export async function changedBetween(
  sql: Sql,
  [oneMs, otherMs]: readonly [number, number],
  after: string,
  limit: number,
): Promise<readonly Id<'person'>[]> {
  const rows = await sql.query(
    {
      name: 'roster-changed-between',
      text: `SELECT DISTINCT person_id AS id FROM person_version
              WHERE valid_from > $1 AND valid_from <= $2 AND person_id > $3::uuid ORDER BY person_id LIMIT $4`,
    },
    [new Date(Math.min(oneMs, otherMs)), new Date(Math.max(oneMs, otherMs)), after, limit],
  )
  return rows.map((row) => z.object({ id: personId }).parse(row).id)
}

const origin = z.object({
  valid_from: timeMs,
  change: z.string(),
  changed_by: personId.nullable(),
  approved_by: z.array(personId),
  change_reason: z.instanceof(Uint8Array).nullable(),
  change_entry: z
    .string()
    .transform((text) => text as Id<'entry'>)
    .nullable(),
})

function parseVersion(row: Row): PersonVersion {
  const { valid_from, change, changed_by, approved_by, change_reason, change_entry } = origin.parse(row)
  return {
    person: parsePerson(withoutTies(row)),
    fromMs: valid_from,
    change,
    by: changed_by,
    approvedBy: approved_by,
    sealedReason: change_reason,
    entryId: change_entry,
  }
}

// Questions about the past never bring countries along.
function withoutTies(row: Row): Row {
  return { ...row, sealed_ties: null }
}
