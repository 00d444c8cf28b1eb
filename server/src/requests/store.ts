// All of the requests' SQL.

import * as z from 'zod'
import type { Id } from '@sallyport/protocol'
import type { Row, Sql, Transaction } from '../base/index.ts'

export interface PersonRequest {
  readonly id: Id<'request'>
  readonly person: Id<'person'>
  readonly decisionId: Id<'entry'>
  readonly action: string
  readonly about: { readonly kind: string; readonly id: string }
  readonly roles: readonly string[]
  readonly text: string
  readonly state: 'waiting' | 'done' | 'declined' | 'withdrawn'
  readonly madeAtMs: number
  readonly answer: { readonly by: Id<'person'>; readonly atMs: number; readonly text: string } | null
}

/** Where a list goes on; null from its beginning. */
export interface RequestPage {
  readonly after: string | null
  readonly limit: number
}

const columns = `id, person_id, decision_id, action, about_kind, about_id, roles, text, state, made_at, answered_by, answered_at, answer`

/** One after the other for one person, so that what they have is counted. */
export async function lockRequestsOf(tx: Transaction, person: Id<'person'>): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('person_request ' || $1, 0))`, [person])
}

export async function countOwn(
  sql: Sql,
  person: Id<'person'>,
): Promise<{ readonly waiting: number; readonly ofToday: number }> {
  const [row] = await sql.query(
    `SELECT count(*) FILTER (WHERE state = 'waiting')::int AS waiting,
            count(*) FILTER (WHERE made_at > now() - interval '1 day')::int AS of_today
       FROM person_request WHERE person_id = $1`,
    [person],
  )
  const { waiting, of_today } = z.object({ waiting: z.number(), of_today: z.number() }).parse(row)
  return { waiting, ofToday: of_today }
}

/** The request of somebody that waits about the same act on the same thing, whichever refusal it was made after; null for none. */
export async function waitingLike(
  tx: Transaction,
  { person, action, about }: Pick<PersonRequest, 'person' | 'action' | 'about'>,
): Promise<Id<'request'> | null> {
  const [row] = await tx.query(
    `SELECT id FROM person_request
      WHERE person_id = $1 AND state = 'waiting' AND action = $2 AND about_kind = $3 AND about_id = $4 LIMIT 1`,
    [person, action, about.kind, about.id],
  )
  return row === undefined ? null : (z.object({ id: z.string() }).parse(row).id as Id<'request'>)
}

export async function insertRequest(
  tx: Transaction,
  one: Pick<PersonRequest, 'id' | 'person' | 'decisionId' | 'action' | 'about' | 'roles' | 'text'>,
): Promise<void> {
  await tx.query(
    `INSERT INTO person_request (id, person_id, decision_id, action, about_kind, about_id, roles, text, state)
     VALUES ($1, $2, $3, $4, $5, $6, $7::text[], $8, 'waiting')`,
    [one.id, one.person, one.decisionId, one.action, one.about.kind, one.about.id, one.roles, one.text],
  )
}

export async function lockRequest(tx: Transaction, id: Id<'request'>): Promise<PersonRequest | null> {
  const [row] = await tx.query(`SELECT ${columns} FROM person_request WHERE id = $1 FOR UPDATE`, [id])
  return row === undefined ? null : parseRequest(row)
}

export async function withdrawRow(tx: Transaction, id: Id<'request'>): Promise<void> {
  await tx.query(`UPDATE person_request SET state = 'withdrawn' WHERE id = $1`, [id])
}

export async function answerRow(
  tx: Transaction,
  { id, state, by, answer }: { id: Id<'request'>; state: string; by: Id<'person'>; answer: string },
): Promise<void> {
  await tx.query(
    `UPDATE person_request SET state = $2, answered_by = $3, answered_at = clock_timestamp(), answer = $4 WHERE id = $1`,
    [id, state, by, answer],
  )
}

/** Newest first, those before `after`. */
export async function ownRequests(
  sql: Sql,
  person: Id<'person'>,
  { after, limit }: RequestPage,
): Promise<readonly PersonRequest[]> {
  const text = `SELECT ${columns} FROM person_request WHERE person_id = $1 AND id < $2::uuid ORDER BY id DESC LIMIT $3`
  return (await sql.query(text, [person, after ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff', limit])).map(parseRequest)
}

/** Oldest first, those past `after`. */
export async function waitingRequests(
  sql: Sql,
  roles: readonly string[],
  { after, limit }: RequestPage,
): Promise<readonly PersonRequest[]> {
  const text = `SELECT ${columns} FROM person_request
                 WHERE state = 'waiting' AND roles && $1::text[] AND id > $2::uuid ORDER BY id LIMIT $3`
  return (await sql.query(text, [roles, after ?? '00000000-0000-0000-0000-000000000000', limit])).map(parseRequest)
}

const requestRow = z.object({
  id: z.string(),
  person_id: z.string(),
  decision_id: z.string(),
  action: z.string(),
  about_kind: z.string(),
  about_id: z.string(),
  roles: z.array(z.string()),
  text: z.string(),
  state: z.enum(['waiting', 'done', 'declined', 'withdrawn']),
  made_at: z.date(),
  answered_by: z.string().nullable(),
  answered_at: z.date().nullable(),
  answer: z.string().nullable(),
})

function parseRequest(row: Row): PersonRequest {
  const { answered_by: by, answered_at: at, answer, ...one } = requestRow.parse(row)
  return {
    id: one.id as Id<'request'>,
    person: one.person_id as Id<'person'>,
    decisionId: one.decision_id as Id<'entry'>,
    action: one.action,
    about: { kind: one.about_kind, id: one.about_id },
    roles: one.roles,
    text: one.text,
    state: one.state,
    madeAtMs: one.made_at.getTime(),
    answer:
      by === null || at === null || answer === null
        ? null
        : { by: by as Id<'person'>, atMs: at.getTime(), text: answer },
  }
}
