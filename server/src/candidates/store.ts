// All SQL of candidates.

import type { Id } from '@sallyport/protocol'
import * as z from 'zod'
import type { Sql, Transaction } from '../base/index.ts'
import { candidateStates, type CandidateState } from './candidate.ts'

export interface CandidateRow {
  readonly id: Id<'candidate'>
  readonly state: CandidateState
  readonly subject: Uint8Array
  readonly sealedMatter: Uint8Array
  readonly refusals: number
  readonly openedAtMs: number
  readonly decision: SealedAct | null
  readonly closing: SealedAct | null
}

interface SealedAct {
  readonly sealed: Uint8Array
  readonly by: Id<'person'>
  readonly atMs: number
}

const pageSize = 200
/** No id of ours is this one or before it. */
const noId = '00000000-0000-0000-0000-000000000000'

export async function lastIndex(sql: Sql): Promise<number> {
  const [row] = await sql.query('SELECT last_index FROM candidate_position')
  return z.object({ last_index: z.coerce.number() }).parse(row).last_index
}

/** Move on from one refusal to another, in the transaction that opens what is between. False where another process did. */
export async function moveOn(tx: Transaction, from: number, to: number): Promise<boolean> {
  const rows = await tx.query(
    'UPDATE candidate_position SET last_index = $2 WHERE last_index = $1 RETURNING last_index',
    [from, to],
  )
  return rows.length > 0
}

/** Count a refusal to the candidate that has its mark; false where there is none. */
export async function countRefusal(tx: Transaction, mark: Uint8Array): Promise<boolean> {
  const rows = await tx.query('UPDATE candidate SET refusals = refusals + 1 WHERE mark = $1 RETURNING id', [mark])
  return rows.length > 0
}

export async function countOfDay(tx: Transaction, dayMark: Uint8Array): Promise<number> {
  const [row] = await tx.query('SELECT count(*)::int AS count FROM candidate WHERE day_mark = $1', [dayMark])
  return z.object({ count: z.number() }).parse(row).count
}

export async function insertCandidate(
  tx: Transaction,
  one: {
    readonly id: Id<'candidate'>
    readonly mark: Uint8Array
    readonly dayMark: Uint8Array
    readonly subject: Uint8Array
    readonly sealedMatter: Uint8Array
  },
): Promise<void> {
  await tx.query('INSERT INTO candidate (id, mark, day_mark, subject, sealed_matter) VALUES ($1, $2, $3, $4, $5)', [
    one.id,
    one.mark,
    one.dayMark,
    one.subject,
    one.sealedMatter,
  ])
}

const columns = `id, state, subject, sealed_matter, refusals, opened_at, sealed_decision, decided_by, decided_at, sealed_closing,
                 closed_by, closed_at`

/** In the order of their opening, from one on. `last` is the place after which the next page begins; null on the last. */
export async function candidatesAfter(
  sql: Sql,
  states: readonly CandidateState[],
  after: string | null,
): Promise<{ readonly rows: readonly CandidateRow[]; readonly last: string | null }> {
  const found = await sql.query(
    {
      name: 'candidates-page',
      text: `SELECT ${columns} FROM candidate WHERE state = ANY ($1) AND id > $2 ORDER BY id LIMIT ${pageSize}`,
    },
    [states, after ?? noId],
  )
  const rows = found.map((row) => candidateRow.parse(row))
  return { rows, last: rows.length < pageSize ? null : (rows.at(-1)?.id ?? null) }
}

export async function candidateById(sql: Sql, id: Id<'candidate'>): Promise<CandidateRow | null> {
  const [row] = await sql.query(`SELECT ${columns} FROM candidate WHERE id = $1`, [id])
  return row === undefined ? null : candidateRow.parse(row)
}

/** Lock a candidate until the transaction ends and read it as it is then; null for none. */
export async function lockCandidate(tx: Transaction, id: Id<'candidate'>): Promise<CandidateRow | null> {
  await tx.query('SELECT FROM candidate WHERE id = $1 FOR UPDATE', [id])
  return await candidateById(tx, id)
}

export async function writeDecision(
  tx: Transaction,
  one: { readonly id: Id<'candidate'>; state: 'case' | 'dismissed'; by: Id<'person'>; sealed: Uint8Array },
): Promise<void> {
  await tx.query(
    'UPDATE candidate SET state = $2, sealed_decision = $3, decided_by = $4, decided_at = now() WHERE id = $1',
    [one.id, one.state, one.sealed, one.by],
  )
}

export async function writeClosing(
  tx: Transaction,
  one: { readonly id: Id<'candidate'>; state: 'notified' | 'not-notified'; by: Id<'person'>; sealed: Uint8Array },
): Promise<void> {
  await tx.query(
    'UPDATE candidate SET state = $2, sealed_closing = $3, closed_by = $4, closed_at = now() WHERE id = $1',
    [one.id, one.state, one.sealed, one.by],
  )
}

/** How many wait, each up to 1,000. */
export async function waitingCounts(sql: Sql): Promise<{ readonly open: number; readonly cases: number }> {
  const upTo = (state: string) =>
    `(SELECT count(*)::int FROM (SELECT FROM candidate WHERE state = '${state}' LIMIT 1000) w)`
  const [row] = await sql.query({
    name: 'candidates-waiting',
    text: `SELECT ${upTo('open')} AS open, ${upTo('case')} AS cases`,
  })
  return z.object({ open: z.number(), cases: z.number() }).parse(row)
}

const bytes = z.instanceof(Uint8Array)
const person = z.string().transform((text) => text as Id<'person'>)
const act = (sealed: Uint8Array | null, by: Id<'person'> | null, at: Date | null): SealedAct | null =>
  sealed === null || by === null || at === null ? null : { sealed, by, atMs: at.getTime() }

const candidateRow = z
  .object({
    id: z.string().transform((text) => text as Id<'candidate'>),
    state: z.enum(candidateStates),
    subject: bytes,
    sealed_matter: bytes,
    refusals: z.number(),
    opened_at: z.date(),
    sealed_decision: bytes.nullable(),
    decided_by: person.nullable(),
    decided_at: z.date().nullable(),
    sealed_closing: bytes.nullable(),
    closed_by: person.nullable(),
    closed_at: z.date().nullable(),
  })
  .transform((row): CandidateRow => ({
    id: row.id,
    state: row.state,
    subject: row.subject,
    sealedMatter: row.sealed_matter,
    refusals: row.refusals,
    openedAtMs: row.opened_at.getTime(),
    decision: act(row.sealed_decision, row.decided_by, row.decided_at),
    closing: act(row.sealed_closing, row.closed_by, row.closed_at),
  }))
