// All of the register's SQL, and how its rows become authorizations.

import * as z from 'zod'
import { authorizationTerms, canonicalJson, Problem, type AuthorizationTerms, type Id } from '@sallyport/protocol'
import type { Row, Sql, Transaction } from '../base/index.ts'
import type { Authorization, Effective, Ended } from './authorization.ts'
import type { LegalData } from './legal-data.ts'

const select = `
  SELECT a.id, a.version, a.state, a.terms, a.registered_by, a.registered_at, a.request_id, a.effective_at, a.ended_by,
         a.ended_at, a.end_reason, coalesce(g.approved, 0) AS approved, coalesce(g.needed, 0) AS needed,
         array(SELECT r.number FROM authorization_record r
                WHERE r.state <> 'ended' AND r.terms ->> 'replaces' = a.number) AS replaced_by
    FROM authorization_record a LEFT JOIN approval_progress g ON g.request_id = a.request_id`

const pageSize = 500
/** No id of ours is this one or before it. */
const noId = '00000000-0000-0000-0000-000000000000'

/** A page of the register. `last` is the place after which the next one begins; null on the last page. */
export interface AuthorizationPage {
  readonly authorizations: readonly Authorization[]
  readonly last: readonly string[] | null
}

/** Authorizations by number, those of one number in the order of their registration, from a place in the list on. */
export async function authorizationsAfter(sql: Sql, after: readonly string[] | null): Promise<AuthorizationPage> {
  const [number, id] = after ?? ['', noId]
  const rows = await sql.query(
    {
      name: 'authorizations-page',
      text: `${select} WHERE (a.number, a.id) > ($1, $2::uuid) ORDER BY a.number, a.id LIMIT ${pageSize}`,
    },
    [number, id],
  )
  const authorizations = rows.map(parseAuthorization)
  const last = authorizations.length < pageSize ? undefined : authorizations.at(-1)
  return { authorizations, last: last === undefined ? null : [last.terms.number, last.id] }
}

export async function authorizationById(sql: Sql, id: Id<'authorization'>): Promise<Authorization | null> {
  const [row] = await sql.query({ name: 'authorizations-one', text: `${select} WHERE a.id = $1` }, [id])
  return row === undefined ? null : parseAuthorization(row)
}

/** Lock an authorization until the transaction ends and read it as it is then; null for none. */
export async function lockAuthorization(tx: Transaction, id: Id<'authorization'>): Promise<Authorization | null> {
  await tx.query('SELECT FROM authorization_record WHERE id = $1 FOR UPDATE', [id])
  return await authorizationById(tx, id)
}

function foreignParties({ parties }: AuthorizationTerms): readonly string[] {
  return parties.filter((party) => party.side === 'foreign').map((party) => party.id)
}

/** The database's clock, milliseconds since the Unix epoch. */
export async function timeNow(sql: Sql): Promise<number> {
  const [row] = await sql.query('SELECT clock_timestamp() AS at')
  return z.object({ at: z.date() }).parse(row).at.getTime()
}

/** The database's time of this transaction, milliseconds since the Unix epoch. */
export async function timeOf(tx: Sql): Promise<number> {
  const [row] = await tx.query('SELECT now() AS at')
  return z.object({ at: z.date() }).parse(row).at.getTime()
}

/** Throws Problem `conflict` when the number stands in the register and is not ended. */
export async function insertAuthorization(tx: Transaction, authorization: Authorization): Promise<void> {
  const { id, version, state, terms, registeredBy } = authorization
  const rows = await tx.query(
    `INSERT INTO authorization_record (id, version, state, number, terms, valid_from, valid_until, persons,
                                       foreign_parties, registered_by, request_id, effective_at)
     VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8::uuid[], $9::text[], $10, $11,
             CASE WHEN $3 = 'effective' THEN now() END)
     ON CONFLICT (number) WHERE state <> 'ended' DO NOTHING RETURNING id`,
    [
      id,
      version,
      state,
      terms.number,
      JSON.stringify(terms),
      terms.validFrom,
      terms.validUntil,
      terms.persons,
      foreignParties(terms),
      registeredBy,
      authorization.state === 'registered' ? authorization.requestId : null,
    ],
  )
  if (rows.length > 0) return
  throw new Problem(
    'conflict',
    `cannot register authorization: number ${terms.number} stands in the register, want another number or that one ended`,
  )
}

export async function effectRow(tx: Transaction, { id, version }: Effective): Promise<void> {
  await tx.query(
    `UPDATE authorization_record SET state = 'effective', version = $2, effective_at = now() WHERE id = $1`,
    [id, version],
  )
}

export async function amendRow(tx: Transaction, { id, version, terms }: Effective): Promise<void> {
  await tx.query(
    `UPDATE authorization_record
        SET version = $2, terms = $3::jsonb, valid_from = $4, valid_until = $5, persons = $6::uuid[], foreign_parties = $7::text[],
            amended_at = clock_timestamp()
      WHERE id = $1`,
    [id, version, JSON.stringify(terms), terms.validFrom, terms.validUntil, terms.persons, foreignParties(terms)],
  )
}

export async function endRow(tx: Transaction, { id, version, endedBy, reason }: Ended): Promise<void> {
  await tx.query(
    `UPDATE authorization_record SET state = 'ended', version = $2, ended_by = $3, ended_at = now(), end_reason = $4
      WHERE id = $1`,
    [id, version, endedBy, reason],
  )
}

/** Hold the legal data in force until the transaction ends, while decisions go on reading it; null where there is none. */
export async function lockLegalData(
  tx: Transaction,
): Promise<{ readonly digest: string; readonly asOf: string } | null> {
  await tx.query('LOCK TABLE legal_data IN EXCLUSIVE MODE')
  const [row] = await tx.query('SELECT digest, as_of::text AS as_of FROM legal_data WHERE in_force')
  if (row === undefined) return null
  const { digest, as_of: asOf } = z.object({ digest: z.string(), as_of: z.string() }).parse(row)
  return { digest, asOf }
}

/** Keep legal data as a whole without putting it in force, for whoever is asked to approve it. */
export async function keepLegalData(tx: Transaction, data: LegalData, digest: string): Promise<void> {
  await tx.query(
    `INSERT INTO legal_data (digest, as_of, in_force, loaded_at, content) VALUES ($1, $2, false, NULL, $3)
     ON CONFLICT (digest) DO UPDATE SET content = EXCLUDED.content`,
    [digest, data.asOf, canonicalJson(data)],
  )
}

/** Legal data as a whole, as it was kept; null where it was not. */
export async function legalDataContent(sql: Sql, digest: string): Promise<string | null> {
  const [row] = await sql.query('SELECT content FROM legal_data WHERE digest = $1', [digest])
  return row === undefined ? null : z.object({ content: z.string().nullable() }).parse(row).content
}

export interface LegalDataVersion {
  readonly digest: string
  readonly asOf: string
  readonly isInForce: boolean
  readonly loadedAtMs: number
}

/** What is or was in force, newest first, at most 100. */
export async function legalDataVersions(sql: Sql): Promise<readonly LegalDataVersion[]> {
  const rows = await sql.query(
    `SELECT digest, as_of::text AS as_of, in_force, loaded_at FROM legal_data WHERE loaded_at IS NOT NULL
      ORDER BY loaded_at DESC LIMIT 100`,
  )
  return z
    .array(z.object({ digest: z.string(), as_of: z.string(), in_force: z.boolean(), loaded_at: z.date() }))
    .parse(rows)
    .map((row) => ({
      digest: row.digest,
      asOf: row.as_of,
      isInForce: row.in_force,
      loadedAtMs: row.loaded_at.getTime(),
    }))
}

/** Replace the legal data as a whole. Returns false when exactly this is in force already. */
export async function replaceLegalData(tx: Transaction, data: LegalData, digest: string): Promise<boolean> {
  const current = await lockLegalData(tx)
  if (current?.digest === digest) return false
  if (current !== null && data.asOf < current.asOf) {
    throw new Problem('conflict', `cannot load legal data: it is of ${data.asOf}, want none older than ${current.asOf}`)
  }
  await tx.query('UPDATE legal_data SET in_force = false WHERE in_force')
  await tx.query(
    `INSERT INTO legal_data (digest, as_of, in_force, exemptions, validity, content)
     VALUES ($1, $2, true, $3::jsonb, $4::jsonb, $5)
     ON CONFLICT (digest) DO UPDATE
       SET in_force = true, loaded_at = now(), exemptions = excluded.exemptions, validity = excluded.validity,
           content = excluded.content`,
    [digest, data.asOf, orNull(data.exemptions), orNull(data.validity), canonicalJson(data)],
  )
  await tx.query('DELETE FROM proscribed_country')
  await tx.query(
    `INSERT INTO proscribed_country (country, list, paragraph, valid_from, valid_until, source, sureness)
     SELECT r.country, r.list, r.paragraph, r."validFrom", r."validUntil", r.source, r.sureness
       FROM jsonb_to_recordset($1::jsonb) AS r (country text, list text, paragraph text, "validFrom" date,
                                                "validUntil" date, source text, sureness text)`,
    [JSON.stringify(data.proscribedCountries)],
  )
  await tx.query('DELETE FROM employee_country')
  await tx.query(
    `INSERT INTO employee_country (country, list, valid_from, valid_until, source, sureness)
     SELECT r.country, r.list, r."validFrom", r."validUntil", r.source, r.sureness
       FROM jsonb_to_recordset($1::jsonb) AS r (country text, list text, "validFrom" date, "validUntil" date, source text,
                                                sureness text)`,
    [JSON.stringify(data.employeeCountries ?? [])],
  )
  return true
}

function orNull(data: unknown): string | null {
  return data === undefined ? null : JSON.stringify(data)
}

/** The digest and the day of the legal data in force, and its rows as they are kept; null where none was ever loaded. */
export async function readLegalData(sql: Sql): Promise<{
  readonly digest: string
  readonly asOf: string
  readonly rows: readonly Row[]
  readonly employeeRows: readonly Row[]
  readonly exemptions: unknown
  readonly validity: unknown
} | null> {
  const [row] = await sql.query(
    'SELECT digest, as_of::text AS as_of, exemptions, validity FROM legal_data WHERE in_force',
  )
  if (row === undefined) return null
  const loaded = z
    .object({ digest: z.string(), as_of: z.string(), exemptions: z.unknown(), validity: z.unknown() })
    .parse(row)
  const { digest, as_of: asOf, exemptions, validity } = loaded
  const rows = await sql.query(
    `SELECT country, list, paragraph, valid_from::text AS "validFrom", valid_until::text AS "validUntil", source, sureness
       FROM proscribed_country ORDER BY country, list, valid_from NULLS FIRST`,
  )
  const employeeRows = await sql.query(
    `SELECT country, list, valid_from::text AS "validFrom", valid_until::text AS "validUntil", source, sureness
       FROM employee_country ORDER BY country, list, valid_from NULLS FIRST`,
  )
  return { digest, asOf, rows, employeeRows, exemptions, validity }
}

/** What exemptions ask for, as it was loaded, null where nothing was; and what the law lists today, in Washington. */
export async function readExemptionLaw(sql: Sql): Promise<{
  readonly exemptions: unknown
  readonly day: string
  readonly proscribed: readonly string[]
  readonly nationals: readonly string[]
}> {
  const [row] = await sql.query(
    `SELECT (SELECT exemptions FROM legal_data WHERE in_force) AS exemptions,
            (now() AT TIME ZONE 'America/New_York')::date::text AS day,
            array(SELECT country FROM proscribed_country_on(now())) AS proscribed,
            array(SELECT country FROM employee_country_on(now())) AS nationals`,
  )
  const countries = z.array(z.string())
  return z.object({ exemptions: z.unknown(), day: z.string(), proscribed: countries, nationals: countries }).parse(row)
}

/** How long each kind holds at most, as it was loaded; null where nothing was. */
export async function readValidity(sql: Sql): Promise<unknown> {
  const [row] = await sql.query('SELECT validity FROM legal_data WHERE in_force')
  return row?.['validity'] ?? null
}

/** At most so many others are looked at; more are told by their count alone. */
const othersAtMost = 50

/** Authorizations that are not ended and reach somebody whom these terms reach, at a time that both hold; never `id` itself. */
export async function authorizationsBeside(
  sql: Sql,
  id: Id<'authorization'> | null,
  terms: AuthorizationTerms,
): Promise<readonly { readonly id: Id<'authorization'>; readonly terms: AuthorizationTerms }[]> {
  const rows = await sql.query(
    `SELECT id, terms FROM authorization_record
      WHERE state <> 'ended' AND (persons && $1::uuid[] OR foreign_parties && $2::text[])
        AND valid_from < $4 AND $3 < valid_until AND id <> $5::uuid
      ORDER BY number, id LIMIT ${othersAtMost}`,
    [terms.persons, foreignParties(terms), terms.validFrom, terms.validUntil, id ?? noId],
  )
  return z
    .array(z.object({ id: z.string(), terms: authorizationTerms }))
    .parse(rows)
    .map((row) => ({ id: row.id as Id<'authorization'>, terms: row.terms }))
}

/** Whether an authorization of this number ever stood in the register. */
export async function isKnownNumber(sql: Sql, number: string): Promise<boolean> {
  return (await sql.query('SELECT FROM authorization_record WHERE number = $1 LIMIT 1', [number])).length > 0
}

/** Numbers of those that replace this one and are not ended. */
export async function replacedBy(sql: Sql, number: string): Promise<readonly string[]> {
  const rows = await sql.query(
    `SELECT number FROM authorization_record WHERE state <> 'ended' AND terms ->> 'replaces' = $1`,
    [number],
  )
  return rows.map((row) => String(row['number'])).toSorted()
}

/** Which of these protected files are there, stored and not deleted. */
export async function storedFiles(sql: Sql, ids: readonly string[]): Promise<readonly string[]> {
  const rows = await sql.query(
    `SELECT file_id FROM file_registered WHERE file_id = ANY ($1::uuid[]) AND state = 'stored'`,
    [ids],
  )
  return rows.map((row) => String(row['file_id']))
}

/** Numbers of authorizations by id. */
export async function numbersOf(
  sql: Sql,
  ids: readonly Id<'authorization'>[],
): Promise<ReadonlyMap<Id<'authorization'>, string>> {
  const rows = await sql.query('SELECT id, number FROM authorization_record WHERE id = ANY ($1::uuid[])', [ids])
  const numbered = z.array(z.object({ id: z.string(), number: z.string() })).parse(rows)
  return new Map(numbered.map(({ id, number }) => [id as Id<'authorization'>, number]))
}

const personId = z.string().transform((text) => text as Id<'person'>)
const atMs = z.date().transform((at) => at.getTime())

const common = {
  id: z.string().transform((text) => text as Id<'authorization'>),
  version: z.number(),
  terms: authorizationTerms,
  registered_by: personId.nullable(),
  registered_at: atMs,
  approved: z.number(),
  needed: z.number(),
  replaced_by: z.array(z.string()).transform((numbers) => numbers.toSorted()),
}

const authorizationRow = z.discriminatedUnion('state', [
  z.object({
    ...common,
    state: z.literal('registered'),
    request_id: z.string().transform((text) => text as Id<'approval'>),
  }),
  z.object({ ...common, state: z.literal('effective'), effective_at: atMs }),
  z.object({
    ...common,
    state: z.literal('ended'),
    effective_at: atMs.nullable(),
    ended_by: personId,
    ended_at: atMs,
    end_reason: z.string(),
  }),
])

/** Parse a row into the arm that its state says. Throws ZodError for a row that is none of them. */
function parseAuthorization(row: Row): Authorization {
  const parsed = authorizationRow.parse(row)
  const base = {
    id: parsed.id,
    version: parsed.version,
    terms: parsed.terms,
    registeredBy: parsed.registered_by,
    registeredAtMs: parsed.registered_at,
    approvals: { have: parsed.approved, need: parsed.needed },
    replacedBy: parsed.replaced_by,
  }
  if (parsed.state === 'registered') return { ...base, state: parsed.state, requestId: parsed.request_id }
  if (parsed.state === 'effective') return { ...base, state: parsed.state, effectiveAtMs: parsed.effective_at }
  return {
    ...base,
    state: parsed.state,
    effectiveAtMs: parsed.effective_at,
    endedBy: parsed.ended_by,
    endedAtMs: parsed.ended_at,
    reason: parsed.end_reason,
  }
}
