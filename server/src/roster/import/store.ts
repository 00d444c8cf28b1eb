// SQL over many people at once. Rows travel as JSON and take the types of their columns in the database.

import * as z from 'zod'
import { Problem, type Id } from '@sallyport/protocol'
import { violatedConstraint, type Row, type Sql, type Transaction } from '../../base/index.ts'
import type { Person } from '../person.ts'
import { parsePerson } from '../person-row.ts'
import { personColumns, versionColumns, type LockedPerson, type VersionOrigin } from '../store.ts'

/** People of one statement. */
const batch = 1000

/** Everybody with their key, by name; nobody is locked. */
export async function everybody(sql: Sql): Promise<readonly LockedPerson[]> {
  const rows = await sql.query(
    `SELECT ${personColumns}, p.person_key, now() AS at FROM person p ORDER BY lower(p.display_name), p.id`,
  )
  return rows.map(parseLocked)
}

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
