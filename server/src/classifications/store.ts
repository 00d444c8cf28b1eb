// All SQL of classification records, and how their rows become records.

import { classificationTerms, itemOf, Problem, type ClassificationTerms, type Id } from '@sallyport/protocol'
import * as z from 'zod'
import { violatedConstraint, type Row, type Sql, type Transaction } from '../base/index.ts'
import type { Classification, InForce, Registered } from './classification.ts'

const select = `
  SELECT c.id, c.state, c.terms, c.supersedes, c.reason, c.registered_by, c.registered_at, c.request_id, c.effective_at, c.ended_at,
         c.superseded_by, s.number AS superseding_number, c.withdrawn_by, c.withdrawn_reason,
         coalesce(g.approved, 0) AS approved, coalesce(g.needed, 0) AS needed
    FROM classification_record c
    LEFT JOIN classification_record s ON s.id = c.superseded_by
    LEFT JOIN approval_progress g ON g.request_id = c.request_id`

const pageSize = 500
/** No id of ours is this one or before it. */
const noId = '00000000-0000-0000-0000-000000000000'

/** The database's time of this transaction, milliseconds since the Unix epoch. */
export async function timeOf(sql: Sql): Promise<number> {
  const [row] = await sql.query('SELECT now() AS at')
  return z.object({ at: z.date() }).parse(row).at.getTime()
}

/** A page of records by number. `last` is the place after which the next one begins; null on the last page. */
export interface ClassificationPage {
  readonly classifications: readonly Classification[]
  readonly last: readonly string[] | null
}

export async function classificationsAfter(sql: Sql, after: readonly string[] | null): Promise<ClassificationPage> {
  const [number, id] = after ?? ['', noId]
  const rows = await sql.query(
    {
      name: 'classifications-page',
      text: `${select} WHERE (c.number, c.id) > ($1, $2::uuid) ORDER BY c.number, c.id LIMIT ${pageSize}`,
    },
    [number, id],
  )
  const classifications = rows.map(parseClassification)
  const last = classifications.length < pageSize ? undefined : classifications.at(-1)
  return { classifications, last: last === undefined ? null : [last.terms.number, last.id] }
}

/** The records of these ids, by number. */
export async function classificationsById(sql: Sql, ids: readonly string[]): Promise<readonly Classification[]> {
  const rows = await sql.query(`${select} WHERE c.id = ANY ($1::uuid[]) ORDER BY c.number, c.id`, [ids])
  return rows.map(parseClassification)
}

export async function classificationById(sql: Sql, id: Id<'classification'>): Promise<Classification | null> {
  return (await classificationsById(sql, [id]))[0] ?? null
}

/** The record of this number that waits or took effect; null for none. */
export async function classificationNumbered(sql: Sql, number: string): Promise<Classification | null> {
  const [row] = await sql.query(
    `${select} WHERE c.number = $1 AND (c.state = 'registered' OR c.effective_at IS NOT NULL)`,
    [number],
  )
  return row === undefined ? null : parseClassification(row)
}

/** Lock a record until the transaction ends and read it as it is then; null for none. */
export async function lockClassification(tx: Transaction, id: Id<'classification'>): Promise<Classification | null> {
  await tx.query('SELECT FROM classification_record WHERE id = $1 FOR UPDATE', [id])
  return await classificationById(tx, id)
}

/** Keep a record as it is until the transaction ends, while others may do so as well, and read it; null for none. */
export async function holdClassification(tx: Transaction, id: Id<'classification'>): Promise<Classification | null> {
  await tx.query('SELECT FROM classification_record WHERE id = $1 FOR SHARE', [id])
  return await classificationById(tx, id)
}

/** The record that asks to come in the place of this one; null for none. */
export async function waitingSuccessor(tx: Transaction, id: Id<'classification'>): Promise<Registered | null> {
  const [row] = await tx.query(`SELECT id FROM classification_record WHERE supersedes = $1 AND state = 'registered'`, [
    id,
  ])
  if (row === undefined) return null
  const found = await lockClassification(tx, row['id'] as Id<'classification'>)
  return found?.state === 'registered' ? found : null
}

/**
 * Every record of a line, the oldest first: those before this one and those after it, as they took effect or wait to.
 * Each comes in the place of one at most, so that a line has no branch and no ring.
 */
export async function lineOf(sql: Sql, id: Id<'classification'>): Promise<readonly Classification[]> {
  const rows = await sql.query(
    `WITH RECURSIVE before (id, n) AS (
       SELECT $1::uuid, 0
       UNION ALL
       SELECT c.supersedes, b.n - 1 FROM before b JOIN classification_record c ON c.id = b.id
        WHERE c.supersedes IS NOT NULL AND (c.effective_at IS NOT NULL OR c.state = 'registered')
     ), after (id, n) AS (
       SELECT $1::uuid, 0
       UNION ALL
       SELECT c.id, a.n + 1 FROM after a JOIN classification_record c ON c.supersedes = a.id
        WHERE c.effective_at IS NOT NULL OR c.state = 'registered'
     )
     SELECT id FROM (SELECT * FROM before UNION SELECT * FROM after) line ORDER BY n`,
    [id],
  )
  const ids = rows.map((row) => String(row['id']))
  const found = new Map((await classificationsById(sql, ids)).map((one) => [one.id as string, one]))
  return ids.flatMap((one) => found.get(one) ?? [])
}

/** What of these stands at the end of its line and is in force, by the records that were asked for. */
export async function holdingOf(
  sql: Sql,
  ids: readonly string[],
): Promise<ReadonlyMap<Id<'classification'>, Id<'classification'>>> {
  const rows = await sql.query(
    'SELECT record_id, holding_id FROM classification_holding WHERE record_id = ANY ($1::uuid[])',
    [ids],
  )
  const parsed = z.array(z.object({ record_id: id(), holding_id: id() })).parse(rows)
  return new Map(parsed.map((row) => [row.record_id, row.holding_id]))
}

/** Records in force of which a question is open, and those that are to be looked at again by a day; each by that day, at most `limit`. */
export async function dueRecords(
  sql: Sql,
  limit: number,
): Promise<{ readonly inDoubt: readonly Classification[]; readonly reviews: readonly Classification[] }> {
  const of = async (where: string) => {
    const rows = await sql.query(
      `${select} WHERE c.state = 'in-force' AND ${where} ORDER BY c.next_review, c.id LIMIT $1`,
      [limit],
    )
    return rows.map(parseClassification)
  }
  return { inDoubt: await of('c.is_in_doubt'), reviews: await of("c.next_review <= now() + interval '60 days'") }
}

/** Throws Problem `conflict` where the number is taken, or where another record came or waits to come in the same one's place. */
export async function insertClassification(tx: Transaction, one: Registered | InForce): Promise<void> {
  const { id, state, terms, supersedes, reason, registeredBy } = one
  try {
    await tx.query(
      `INSERT INTO classification_record (id, number, state, terms, jurisdiction, items, is_in_doubt, next_review, supersedes, reason,
                                          registered_by, request_id, effective_at, head)
       VALUES ($1, $2, $3, $4::jsonb, $5, $6::text[], $7, $8, $9, $10, $11, $12,
               CASE WHEN $3 = 'in-force' THEN clock_timestamp() END, CASE WHEN $3 = 'in-force' THEN $1::uuid END)`,
      [
        id,
        terms.number,
        state,
        JSON.stringify(terms),
        terms.jurisdiction,
        itemsOf(terms),
        terms.doubt !== undefined,
        terms.nextReview,
        supersedes,
        reason,
        registeredBy,
        state === 'registered' ? one.requestId : null,
      ],
    )
  } catch (error) {
    const violated = violatedConstraint(error)
    if (violated === 'classification_record_number') {
      throw new Problem('conflict', `cannot register classification: number ${terms.number} is taken, want another`, {
        cause: error,
      })
    }
    if (violated !== 'classification_record_successor') throw error
    const state = 'another record came in its place, or waits to'
    throw new Problem('conflict', `cannot supersede ${terms.supersedes ?? ''}: ${state}, want one at a time`, {
      cause: error,
    })
  }
}

/** What labels and authorizations call the lines of a record, sorted. */
export function itemsOf({ lines }: ClassificationTerms): readonly string[] {
  return lines.map(itemOf).sort()
}

export async function effectRow(tx: Transaction, id: Id<'classification'>): Promise<void> {
  await tx.query(
    `UPDATE classification_record SET state = 'in-force', effective_at = clock_timestamp(), head = id WHERE id = $1`,
    [id],
  )
}

/**
 * Put one record, which is in force, in the place of another. What led to that one leads here from the same moment on. Yields the
 * records of which that is so, sorted.
 */
export async function supersedeRow(
  tx: Transaction,
  { before, by }: { readonly before: Id<'classification'>; readonly by: Id<'classification'> },
): Promise<readonly Id<'classification'>[]> {
  await tx.query(
    `UPDATE classification_record SET state = 'superseded', superseded_by = $2,
            ended_at = coalesce(ended_at, (SELECT effective_at FROM classification_record WHERE id = $2))
      WHERE id = $1`,
    [before, by],
  )
  const rows = await tx.query('UPDATE classification_record SET head = $2 WHERE head = $1 RETURNING id', [before, by])
  return z
    .array(z.object({ id: id() }))
    .parse(rows)
    .map((row) => row.id)
    .sort()
}

export async function withdrawRow(
  tx: Transaction,
  { id, by, reason }: { readonly id: Id<'classification'>; readonly by: Id<'person'>; readonly reason: string },
): Promise<void> {
  await tx.query(
    `UPDATE classification_record
        SET state = 'withdrawn', ended_at = clock_timestamp(), withdrawn_by = $2, withdrawn_reason = $3
      WHERE id = $1`,
    [id, by, reason],
  )
}

/** Which of these protected files are there, stored and not deleted. */
export async function storedFiles(sql: Sql, ids: readonly string[]): Promise<readonly string[]> {
  const rows = await sql.query(
    `SELECT file_id FROM file_registered WHERE file_id = ANY ($1::uuid[]) AND state = 'stored'`,
    [ids],
  )
  return rows.map((row) => String(row['file_id']))
}

function id() {
  return z.string().transform((text) => text as Id<'classification'>)
}
const person = z.string().transform((text) => text as Id<'person'>)
const atMs = z.date().transform((at) => at.getTime())

const common = {
  id: id(),
  terms: classificationTerms,
  supersedes: id().nullable(),
  reason: z.string(),
  registered_by: person.nullable(),
  registered_at: atMs,
  approved: z.number(),
  needed: z.number(),
}
const classificationRow = z.discriminatedUnion('state', [
  z.object({
    ...common,
    state: z.literal('registered'),
    request_id: z.string().transform((text) => text as Id<'approval'>),
  }),
  z.object({ ...common, state: z.literal('in-force'), effective_at: atMs }),
  z.object({
    ...common,
    state: z.literal('superseded'),
    effective_at: atMs,
    ended_at: atMs,
    superseded_by: id(),
    superseding_number: z.string(),
  }),
  z.object({
    ...common,
    state: z.literal('withdrawn'),
    effective_at: atMs.nullable(),
    ended_at: atMs,
    withdrawn_by: person,
    withdrawn_reason: z.string(),
  }),
])

/** Parse a row into the arm that its state says. Throws ZodError for a row that is none of them. */
function parseClassification(row: Row): Classification {
  const parsed = classificationRow.parse(row)
  const base = {
    id: parsed.id,
    terms: parsed.terms,
    supersedes: parsed.supersedes,
    reason: parsed.reason,
    registeredBy: parsed.registered_by,
    registeredAtMs: parsed.registered_at,
    approvals: { have: parsed.approved, need: parsed.needed },
  }
  if (parsed.state === 'registered') return { ...base, state: parsed.state, requestId: parsed.request_id }
  if (parsed.state === 'withdrawn') {
    const { withdrawn_by: withdrawnBy, withdrawn_reason: withdrawnReason } = parsed
    const { effective_at: effectiveAtMs, ended_at: endedAtMs } = parsed
    return { ...base, state: parsed.state, effectiveAtMs, endedAtMs, withdrawnBy, withdrawnReason }
  }
  if (parsed.state === 'in-force') return { ...base, state: parsed.state, effectiveAtMs: parsed.effective_at }
  const supersededBy = { id: parsed.superseded_by, number: parsed.superseding_number }
  return { ...base, state: parsed.state, effectiveAtMs: parsed.effective_at, endedAtMs: parsed.ended_at, supersededBy }
}
