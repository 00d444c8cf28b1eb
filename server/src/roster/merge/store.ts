// SQL over records that belong together: merged into one another, or split from one another.

import * as z from 'zod'
import type { Id } from '@sallyport/protocol'
import type { Row, Sql, Transaction } from '../../base/index.ts'
import type { RelatedRecord } from '../history/related-records.ts'
import type { RecordsOfBoth, Statement } from './joined.ts'
import { personId, timeMs } from '../person-row.ts'

// A record and all that were merged into it, however long ago.
const recordsOf = `
  WITH RECURSIVE record AS (
    SELECT $1::uuid AS id
    UNION SELECT m.duplicate_id FROM person_merge m JOIN record r ON m.kept_id = r.id
  )`

/** A record and all that were merged into it. */
export async function allRecordsOf(sql: Sql, id: Id<'person'>): Promise<readonly Id<'person'>[]> {
  const rows = await sql.query(`${recordsOf} SELECT id FROM record ORDER BY id`, [id])
  return rows.map((row) => z.object({ id: personId }).parse(row).id)
}

/** A statement with its countries still sealed, under the key of the record that made it. */
export interface SealedStatement extends Omit<Statement, 'ties'> {
  readonly personId: Id<'person'>
  readonly personKey: Uint8Array
  readonly sealedTies: Uint8Array | null
}

const statementRow = z.object({
  person_id: personId,
  person_key: z.instanceof(Uint8Array),
  status: z.enum(['us-person', 'foreign-person']),
  employer: z.string().nullable(),
  is_regular_employee: z.boolean(),
  has_nda: z.boolean(),
  acts_for_foreign_employer: z.boolean(),
  sealed_ties: z.instanceof(Uint8Array).nullable(),
})

/** What these records were last verified as. */
export async function statementsOf(sql: Sql, records: readonly Id<'person'>[]): Promise<readonly SealedStatement[]> {
  const rows = await sql.query(
    `SELECT DISTINCT ON (v.person_id) v.person_id, p.person_key, v.status, v.employer, v.is_regular_employee, v.has_nda,
            v.acts_for_foreign_employer, v.sealed_ties
       FROM person_version v JOIN person p ON p.id = v.person_id
      WHERE v.person_id = ANY ($1::uuid[]) AND v.status IN ('us-person', 'foreign-person')
      ORDER BY v.person_id, v.version DESC`,
    [records],
  )
  return z
    .array(statementRow)
    .parse(rows)
    .map((row) => ({
      personId: row.person_id,
      personKey: row.person_key,
      status: row.status,
      employer: row.employer,
      isRegularEmployee: row.is_regular_employee,
      hasNda: row.has_nda,
      actsForForeignEmployer: row.acts_for_foreign_employer,
      sealedTies: row.sealed_ties,
    }))
}

/** Whether the status of one of these records had ended before it was merged. */
export async function didStatusEnd(sql: Sql, records: readonly Id<'person'>[]): Promise<boolean> {
  const rows = await sql.query(
    `SELECT FROM (SELECT DISTINCT ON (person_id) ended_kind FROM person_version
                   WHERE person_id = ANY ($1::uuid[]) AND ended_kind IS DISTINCT FROM 'merged'
                   ORDER BY person_id, version DESC) last
      WHERE last.ended_kind = 'status-ended'`,
    [records],
  )
  return rows.length > 0
}

// Who asked for or approved a version that took approval.
const hands = `array_append(v.approved_by, v.changed_by)`

/** Whether one of these records asked for, approved or verified what somebody has, or had. */
export async function hadAHand(
  sql: Sql,
  { of, records }: { readonly of: Id<'person'>; readonly records: readonly Id<'person'>[] },
): Promise<boolean> {
  const rows = await sql.query(
    `SELECT FROM person_version v
      WHERE v.person_id = $1
        AND (v.verified_by = ANY ($2::uuid[]) OR (cardinality(v.approved_by) > 0 AND ${hands} && $2::uuid[])) LIMIT 1`,
    [of, records],
  )
  return rows.length > 0
}

/** Other people of whom one change was asked for or approved by records of both: by one human being twice. */
export async function approvedTwice(sql: Sql, { kept, duplicate }: RecordsOfBoth): Promise<readonly Id<'person'>[]> {
  const rows = await sql.query(
    `SELECT DISTINCT v.person_id AS id FROM person_version v
      WHERE v.person_id <> ALL ($1::uuid[] || $2::uuid[]) AND cardinality(v.approved_by) > 0
        AND ${hands} && $1::uuid[] AND ${hands} && $2::uuid[]
      ORDER BY 1`,
    [kept, duplicate],
  )
  return rows.map((row) => z.object({ id: personId }).parse(row).id)
}

export async function insertMerge(
  tx: Transaction,
  { kept, duplicate, entryId }: { kept: Id<'person'>; duplicate: Id<'person'>; entryId: Id<'entry'> },
): Promise<void> {
  await tx.query('INSERT INTO person_merge (duplicate_id, kept_id, entry_id) VALUES ($1, $2, $3)', [
    duplicate,
    kept,
    entryId,
  ])
}

export async function insertSplit(
  tx: Transaction,
  { from, into, entryId }: { from: Id<'person'>; into: Id<'person'>; entryId: Id<'entry'> },
): Promise<void> {
  await tx.query('INSERT INTO person_split (new_id, old_id, entry_id) VALUES ($1, $2, $3)', [into, from, entryId])
}

/** In which record each of these goes on now; nothing for one that was not merged. */
export async function survivorsOf(
  sql: Sql,
  ids: readonly Id<'person'>[],
): Promise<ReadonlyMap<Id<'person'>, Id<'person'>>> {
  const rows = await sql.query(
    `WITH RECURSIVE next AS (
       SELECT m.duplicate_id AS id, m.kept_id FROM person_merge m WHERE m.duplicate_id = ANY ($1::uuid[])
       UNION ALL SELECT n.id, m.kept_id FROM next n JOIN person_merge m ON m.duplicate_id = n.kept_id
     )
     SELECT n.id, n.kept_id FROM next n WHERE NOT EXISTS (SELECT FROM person_merge m WHERE m.duplicate_id = n.kept_id)`,
    [ids],
  )
  return new Map(
    z
      .array(z.object({ id: personId, kept_id: personId }))
      .parse(rows)
      .map((row) => [row.id, row.kept_id]),
  )
}

const relatedRow = z.object({ id: personId, at: timeMs, entry_id: z.string().transform((text) => text as Id<'entry'>) })

function parseRelated(rows: readonly Row[]): readonly RelatedRecord[] {
  return rows.map((row) => {
    const { id, at, entry_id } = relatedRow.parse(row)
    return { personId: id, atMs: at, entryId: entry_id }
  })
}

/** Records that were merged into this one, oldest first. */
export async function mergesAround(sql: Sql, id: Id<'person'>): Promise<readonly RelatedRecord[]> {
  const text = 'SELECT duplicate_id AS id, at, entry_id FROM person_merge WHERE kept_id = $1 ORDER BY at, duplicate_id'
  return parseRelated(await sql.query(text, [id]))
}

/** The record from which this one was split, and those that were split from it, oldest first. */
export async function splitsAround(
  sql: Sql,
  id: Id<'person'>,
): Promise<{ readonly from: readonly RelatedRecord[]; readonly into: readonly RelatedRecord[] }> {
  const from = 'SELECT old_id AS id, at, entry_id FROM person_split WHERE new_id = $1'
  const into = 'SELECT new_id AS id, at, entry_id FROM person_split WHERE old_id = $1 ORDER BY at, new_id'
  return { from: parseRelated(await sql.query(from, [id])), into: parseRelated(await sql.query(into, [id])) }
}
