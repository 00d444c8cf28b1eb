// SQL over many people at once. Rows travel as JSON and take the types of their columns in the database.

import * as z from 'zod'
import { Problem, type Id } from '@sallyport/protocol'
import { violatedConstraint, type Row, type Sql, type Transaction } from '../../base/index.ts'
import type { Person } from '../person.ts'
import { parsePerson, personId } from '../person-row.ts'
import { nobody, personColumns, versionColumns, type LockedPerson, type VersionOrigin } from '../store.ts'

/** People of one statement. */
const batch = 1000

/** Read people with their keys; nobody is locked. */
export async function peopleOf(sql: Sql, ids: readonly Id<'person'>[]): Promise<readonly LockedPerson[]> {
  return await withKeys(sql, 'p.id = ANY ($1::uuid[])', ids)
}

/** The same by external ids, folded. */
export async function peopleOfExternalIds(sql: Sql, keys: readonly string[]): Promise<readonly LockedPerson[]> {
  return await withKeys(sql, 'p.external_id_key = ANY ($1::text[])', keys)
}

async function withKeys(sql: Sql, which: string, wanted: readonly string[]): Promise<readonly LockedPerson[]> {
  const text = `SELECT ${personColumns}, p.person_key, now() AS at FROM person p WHERE ${which}`
  const people: LockedPerson[] = []
  for (let at = 0; at < wanted.length; at += batch) {
    const rows = await sql.query(text, [wanted.slice(at, at + batch)])
    people.push(...rows.map(parseLocked))
  }
  return people
}

/** Whose external ids look like one of these; at most `limit` for each. */
export async function externalIdsThatLook(
  sql: Sql,
  looks: readonly string[],
  limit: number,
): Promise<readonly { readonly id: Id<'person'>; readonly externalId: string }[]> {
  const rows = await sql.query(
    `SELECT alike.id, alike.external_id FROM unnest($1::text[]) AS wanted(look)
      CROSS JOIN LATERAL (SELECT p.id, p.external_id FROM person p WHERE p.external_id_look = wanted.look
                           ORDER BY p.id LIMIT $2) alike`,
    [looks, limit],
  )
  return z
    .array(z.object({ id: personId, external_id: z.string() }))
    .parse(rows)
    .map((row) => ({ id: row.id, externalId: row.external_id }))
}

/** Somebody whom a table does not name. */
export interface MissingPerson {
  readonly id: Id<'person'>
  readonly displayName: string
  readonly externalId: string | null
}

/** Whoever has not ended and is none of these, by name: the first `limit`. */
export async function peopleBut(
  sql: Sql,
  named: ReadonlySet<string>,
  limit: number,
): Promise<readonly MissingPerson[]> {
  const missing: MissingPerson[] = []
  for (let after: readonly string[] | null = ['', nobody]; after !== null && missing.length < limit;) {
    const rows = await sql.query(
      `SELECT p.id, p.display_name, p.external_id, lower(p.display_name) AS sorted_by FROM person p
        WHERE p.status <> 'ended' AND (lower(p.display_name), p.id) > ($1, $2::uuid)
        ORDER BY lower(p.display_name), p.id LIMIT ${batch}`,
      [...after],
    )
    const people = missingRows.parse(rows)
    const last = people.length < batch ? undefined : people.at(-1)
    after = last === undefined ? null : [last.sorted_by, last.id]
    for (const { id, display_name, external_id } of people) {
      if (!named.has(id)) missing.push({ id, displayName: display_name, externalId: external_id })
    }
  }
  return missing.slice(0, limit)
}

const missingRows = z.array(
  z.object({ id: personId, display_name: z.string(), external_id: z.string().nullable(), sorted_by: z.string() }),
)

/** Read people for a change, and keep others from changing them until the transaction ends. In one order everywhere. */
export async function lockPeople(tx: Transaction, ids: readonly Id<'person'>[]): Promise<readonly LockedPerson[]> {
  // Locked by itself, as one person is.
  await tx.query('SELECT FROM person WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE', [ids])
  const rows = await tx.query(
    `SELECT ${personColumns}, p.person_key, now() AS at FROM person p WHERE p.id = ANY ($1::uuid[]) ORDER BY p.id`,
    [ids],
  )
  return rows.map(parseLocked)
}

const lockedRow = z.object({ person_key: z.instanceof(Uint8Array), at: z.date() })

function parseLocked(row: Row): LockedPerson {
  const { person_key, at } = lockedRow.parse(row)
  return { person: parsePerson(row), personKey: person_key, atMs: at.getTime() }
}

export interface VersionToWrite {
  readonly person: Person
  readonly origin: VersionOrigin
}

/** Insert people with their keys. Throws Problem `conflict` when an external id is somebody else's. */
export async function insertVersions(
  tx: Transaction,
  versions: readonly (VersionToWrite & { readonly personKey: Uint8Array })[],
): Promise<void> {
  const rows = versions.map(({ person, personKey, origin }) => ({
    id: person.id,
    person_key: personKey,
    ...versionColumns(person, origin),
  }))
  await inBatches(rows, async (some, columns) => {
    const names = columns.join(', ')
    const text = `INSERT INTO person (${names}) SELECT ${names} FROM jsonb_populate_recordset(NULL::person, $1::jsonb)`
    await withOwnExternalIds(tx.query(text, [JSON.stringify(some)]))
  })
}

/** Write people's next versions, all of each. Throws Problem `conflict` when an external id is somebody else's. */
export async function writeVersions(tx: Transaction, versions: readonly VersionToWrite[]): Promise<void> {
  const rows = versions.map(({ person, origin }) => ({ id: person.id, ...versionColumns(person, origin) }))
  // What an ended person was stays in the record: their rows have fewer columns.
  const isEnded = (row: (typeof rows)[number]) => row.status === 'ended'
  for (const alike of [rows.filter((row) => !isEnded(row)), rows.filter(isEnded)]) {
    await inBatches(alike, async (some, columns) => {
      const sets = columns
        .filter((name) => name !== 'id')
        .map((name) =>
          name === 'ended_reason'
            ? `${name} = CASE WHEN r.status = 'ended' THEN coalesce(p.${name}, r.${name}) END`
            : `${name} = r.${name}`,
        )
      const text = `UPDATE person p SET ${sets.join(', ')}
                      FROM jsonb_populate_recordset(NULL::person, $1::jsonb) r WHERE p.id = r.id`
      await withOwnExternalIds(tx.query(text, [JSON.stringify(some)]))
    })
  }
  await tx.query('DELETE FROM person_assignment WHERE person_id = ANY ($1::uuid[])', [rows.map(({ id }) => id)])
  const assignments = versions.flatMap(({ person }) => person.assignments.map((one) => ({ id: person.id, ...one })))
  await tx.query(
    `INSERT INTO person_assignment (person_id, program, purpose)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[])`,
    [
      assignments.map(({ id }) => id),
      assignments.map(({ program }) => program),
      assignments.map(({ purpose }) => purpose),
    ],
  )
}

/** Keep the versions that were written now instead of at the end, when others already wait for the access epoch. */
export async function keepVersions(tx: Transaction): Promise<void> {
  await tx.query('SET CONSTRAINTS person_version_kept IMMEDIATE')
}

/** Remember the state before something is written that may have to be taken back, within the transaction. */
export async function markUnwritten(tx: Transaction): Promise<void> {
  await tx.query('SAVEPOINT import_unwritten')
}

export async function takeBack(tx: Transaction): Promise<void> {
  await tx.query('ROLLBACK TO SAVEPOINT import_unwritten')
}

async function inBatches(
  rows: readonly Readonly<Record<string, unknown>>[],
  write: (some: readonly unknown[], columns: readonly string[]) => Promise<void>,
): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  for (let at = 0; at < rows.length; at += batch) {
    const some = rows.slice(at, at + batch).map((row) => Object.fromEntries(Object.entries(row).map(jsonMember)))
    await write(some, Object.keys(first))
  }
}

// SPEC: PostgreSQL's hex form of bytea.
function jsonMember([name, value]: [string, unknown]): [string, unknown] {
  return [name, value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : value]
}

async function withOwnExternalIds(writing: Promise<unknown>): Promise<void> {
  try {
    await writing
  } catch (error) {
    if (violatedConstraint(error) !== 'person_external_id_key_key') throw error
    throw new Problem(
      'conflict',
      "cannot import people: an external id is somebody else's by now, want it compared anew",
    )
  }
}
