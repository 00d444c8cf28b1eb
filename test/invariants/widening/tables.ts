// Reading the tables and the entries as they are, without the product's own reckoning; only the vault opens what is sealed.

import { createHash } from 'node:crypto'
import { canonicalJson, fromBase64Url, type Id, type JsonObject, type PersonChange } from '@sallyport/protocol'
import { parseEntry, type LedgerEntry } from '@sallyport/protocol/ledger'
import type { Database } from '../../../server/src/base/index.ts'
import type { PersonVault } from '../../../server/src/roster/index.ts'

export interface PersonFacts {
  readonly status: string
  readonly roles: readonly string[]
  readonly assignments: readonly string[]
  readonly actsForForeignEmployer: boolean
  readonly version: number
}

export function text(value: unknown): string {
  if (typeof value === 'string') return value
  throw new Error(`there is ${typeof value} where a text should be`)
}

/** Entries that are not in the tree yet, and those that came into it since; oldest first. */
export async function entriesFrom(database: Database, index: number): Promise<readonly LedgerEntry[]> {
  const rows = await database.query(
    `SELECT at, id, bytes FROM ledger_pending UNION ALL SELECT at, id, bytes FROM ledger_entries WHERE index >= $1
      ORDER BY at, id`,
    [index],
  )
  return rows.map(({ bytes }) => parseEntry(bytes as Uint8Array) ?? failUnread())
}

function failUnread(): never {
  throw new Error('an entry cannot be read')
}

export async function openSealed(
  database: Database,
  fields: Pick<PersonVault, 'open'>,
  entry: LedgerEntry,
): Promise<JsonObject> {
  const id = entry.about?.id as Id<'person'>
  const sealed = fromBase64Url(text(entry.body['sealed'])) ?? new Uint8Array()
  return JSON.parse(fields.open(sealed, 'entry', await keyOf(database, id), id)) as JsonObject
}

export async function keyOf(database: Database, id: string): Promise<Uint8Array> {
  const [row] = await database.query('SELECT person_key FROM person WHERE id = $1', [id])
  return row?.['person_key'] as Uint8Array
}

export async function peopleIn(database: Database, ids: readonly string[]) {
  const facts = (from: string) => `jsonb_build_object('status', ${from}.status, 'roles', ${from}.roles,
    'acts', ${from}.acts_for_foreign_employer, 'version', ${from}.version)`
  const rows = await database.query(
    `SELECT p.id, ${facts('p')} AS now, ${facts('v')} AS kept, v.assignments AS kept_assignments,
            (SELECT count(*) FROM person_version w WHERE w.person_id = p.id) AS versions,
            ARRAY(SELECT a.program || ':' || a.purpose FROM person_assignment a WHERE a.person_id = p.id) AS assignments
       FROM person p LEFT JOIN person_version v ON v.person_id = p.id AND v.version = p.version
      WHERE p.id = ANY ($1::uuid[])`,
    [ids],
  )
  return rows.map((row) => ({
    id: String(row['id']),
    facts: factsOf(row['now'], row['assignments'] as string[]),
    kept: factsOf(
      row['kept'],
      ((row['kept_assignments'] ?? []) as { program: string; purpose: string }[]).map(
        (one) => `${one.program}:${one.purpose}`,
      ),
    ),
    versions: Number(row['versions']),
  }))
}

function factsOf(row: unknown, assignments: readonly string[]): PersonFacts {
  const { status, roles, acts, version } = row as {
    status: string
    roles: string[] | null
    acts: boolean
    version: number
  }
  return {
    status,
    roles: sorted(roles ?? []),
    assignments: sorted(assignments),
    actsForForeignEmployer: acts,
    version,
  }
}

export async function settingsIn(database: Database): Promise<[string, boolean][]> {
  const rows = await database.query('SELECT name, is_on FROM roster_setting ORDER BY name')
  return rows.map((row) => [String(row['name']), row['is_on'] === true])
}

export async function count(database: Database, table: string): Promise<number> {
  return Number((await database.query(`SELECT count(*) AS n FROM ${table}`))[0]?.['n'])
}

export function subjectsOf(change: JsonObject): ReadonlyMap<string, number> {
  const parts = ('people' in change ? change['people'] : 'person' in change ? [change] : []) as JsonObject[]
  return new Map(parts.map(({ person, version }) => [text(person), Number(version)]))
}

export function digestOf(change: JsonObject): string {
  return createHash('sha256').update(canonicalJson(change)).digest('hex')
}

export function gainsOf(before: PersonFacts, after: PersonFacts): readonly string[] {
  return [
    ...(before.status === after.status ? [] : [`status ${after.status}`]),
    ...after.roles.filter((one) => !before.roles.includes(one)).map((one) => `role ${one}`),
    ...after.assignments.filter((one) => !before.assignments.includes(one)).map((one) => `program ${one}`),
    ...(before.actsForForeignEmployer && !after.actsForForeignEmployer ? ['no foreign employer'] : []),
  ]
}

export function has(facts: PersonFacts, gain: string): boolean {
  return gainsOf({ status: '', roles: [], assignments: [], actsForForeignEmployer: true, version: 0 }, facts).includes(
    gain,
  )
}

export function givenBy(change: PersonChange): readonly string[] {
  if (change.change === 'verify-us-person') return ['status us-person']
  if (change.change === 'verify-foreign-person') return ['status foreign-person']
  if (change.change === 'grant-role') return [`role ${change.role}`]
  if (change.change === 'assign') return [`program ${change.program}:${change.purpose}`]
  return change.change === 'clear-foreign-employer' ? ['no foreign employer'] : []
}

export function sorted(all: readonly string[]): readonly string[] {
  return all.toSorted()
}
