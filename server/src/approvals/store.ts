// All of the SQL of approvals.

import * as z from 'zod'
import type { Id, JsonObject } from '@sallyport/protocol'
import type { Row, Sql, Transaction } from '../base/index.ts'
import type { ApprovalRequest } from './request.ts'

export interface RequestToInsert {
  readonly id: Id<'approval'>
  readonly kind: string
  readonly change: JsonObject
  readonly digest: string
  readonly requestedBy: Id<'person'>
  readonly needed: number
  readonly excluded: readonly Id<'person'>[]
  readonly lifetimeMs: number
}

export async function insertRequest(tx: Transaction, request: RequestToInsert): Promise<void> {
  const { id, kind, change, digest, requestedBy, needed, excluded, lifetimeMs } = request
  await tx.query(
    `INSERT INTO approval_request (id, kind, subject, digest, requested_by, needed, excluded, expires_at)
     VALUES ($1, $2, $3::jsonb, $4, $5, $6, $7::uuid[], now() + $8::float8 * interval '1 millisecond')`,
    [id, kind, JSON.stringify(change), digest, requestedBy, needed, excluded, lifetimeMs],
  )
}

const personId = z.string().transform((text) => text as Id<'person'>)

const requestRow = z
  .object({
    id: z.string().transform((text) => text as Id<'approval'>),
    kind: z.string(),
    subject: z.record(z.string(), z.json()),
    digest: z.string(),
    requested_by: personId,
    needed: z.number(),
    excluded: z.array(personId),
    expires_at: z.date(),
    state: z.enum(['pending', 'executed', 'withdrawn', 'declined', 'expired', 'outdated']),
    at: z.date(),
  })
  .transform(({ subject, requested_by, expires_at, at, ...rest }) => ({
    ...rest,
    change: subject,
    requestedBy: requested_by,
    expiresAtMs: expires_at.getTime(),
    atMs: at.getTime(),
  }))

/** Lock a request until the transaction ends and read it as it is then, with the database's time; null for none. */
export async function lockRequest(
  tx: Transaction,
  id: Id<'approval'>,
): Promise<{ readonly request: ApprovalRequest; readonly atMs: number } | null> {
  // Locked by itself: whatever waited for the lock must read what the transaction before it wrote.
  await tx.query('SELECT FROM approval_request WHERE id = $1 FOR UPDATE', [id])
  const [row] = await tx.query(
    `SELECT id, kind, subject, digest, requested_by, needed, excluded, expires_at, state, clock_timestamp() AS at
       FROM approval_request WHERE id = $1`,
    [id],
  )
  if (row === undefined) return null
  const { atMs, ...request } = requestRow.parse(row)
  const approvals = await tx.query('SELECT person_id FROM approval WHERE request_id = $1 ORDER BY at, person_id', [id])
  const approvedBy = z
    .array(z.object({ person_id: personId }))
    .parse(approvals)
    .map((one) => one.person_id)
  return { request: { ...request, approvedBy }, atMs }
}

export async function insertApproval(tx: Transaction, id: Id<'approval'>, person: Id<'person'>): Promise<void> {
  await tx.query('INSERT INTO approval (request_id, person_id) VALUES ($1, $2)', [id, person])
}

export async function dropApprovals(
  tx: Transaction,
  id: Id<'approval'>,
  people: readonly Id<'person'>[],
): Promise<void> {
  await tx.query('DELETE FROM approval WHERE request_id = $1 AND person_id = ANY ($2::uuid[])', [id, people])
}

/** Pending requests that any of these people made or approved, or that are about one of them, locked until the transaction ends. */
export async function pendingOfHands(
  tx: Transaction,
  people: readonly Id<'person'>[],
): Promise<readonly ShownRequest[]> {
  const rows = await tx.query(
    `${shown} WHERE r.state = 'pending' AND r.expires_at > now()
        AND (r.requested_by = ANY ($1::uuid[]) OR r.excluded && $1::uuid[]
             OR EXISTS (SELECT FROM approval a WHERE a.request_id = r.id AND a.person_id = ANY ($1::uuid[])))
      ORDER BY r.id FOR UPDATE OF r`,
    [people],
  )
  return rows.map(parseShown)
}

/** Add to the people who may not approve a request. */
export async function excludeFrom(tx: Transaction, id: Id<'approval'>, people: readonly Id<'person'>[]): Promise<void> {
  await tx.query('UPDATE approval_request SET excluded = excluded || $2::uuid[] WHERE id = $1', [id, people])
}

export async function closeRequest(
  tx: Transaction,
  id: Id<'approval'>,
  state: ApprovalRequest['state'],
): Promise<void> {
  await tx.query('UPDATE approval_request SET state = $2, closed_at = now() WHERE id = $1', [id, state])
}

/** Close a request as declined, with who did it and why. */
export async function declineRow(
  tx: Transaction,
  id: Id<'approval'>,
  { by, reason }: { readonly by: Id<'person'>; readonly reason: string },
): Promise<void> {
  await tx.query(
    `UPDATE approval_request SET state = 'declined', closed_at = now(), declined_by = $2, declined_reason = $3 WHERE id = $1`,
    [id, by, reason],
  )
}

/** A request as it is shown, with the approvals that were given; nothing is locked. */
export type ShownRequest = ApprovalRequest & {
  readonly requestedAtMs: number
  readonly declined: { readonly by: Id<'person'>; readonly reason: string } | null
}

// One that is past its time is expired, whether or not somebody came too late already.
const shown = `
  SELECT r.id, r.kind, r.subject, r.digest, r.requested_by, r.needed, r.excluded, r.requested_at, r.requested_at::text AS written_at, r.expires_at,
         CASE WHEN r.state = 'pending' AND r.expires_at <= now() THEN 'expired' ELSE r.state END AS state, now() AS at, r.declined_by, r.declined_reason,
         ARRAY(SELECT a.person_id FROM approval a WHERE a.request_id = r.id ORDER BY a.at, a.person_id) AS approved_by
    FROM approval_request r`

export async function requestById(sql: Sql, id: Id<'approval'>): Promise<ShownRequest | null> {
  const [row] = await sql.query(`${shown} WHERE r.id = $1`, [id])
  return row === undefined ? null : parseShown(row)
}

const pageSize = 200

/** A page of requests. `last` is the place in the list after which the next one begins; null on the last page. */
export interface RequestPage<T = ShownRequest> {
  readonly requests: readonly T[]
  readonly last: readonly string[] | null
}

/** Newest first, from a place in the list on. */
export async function requestsAfter(
  sql: Sql,
  isPendingOnly: boolean,
  after: readonly string[] | null,
): Promise<RequestPage> {
  // Two statements, because each needs another plan.
  const which = isPendingOnly ? "r.state = 'pending' AND r.expires_at > now() AND" : ''
  // Times as the database writes them, to the microsecond: a Date has none.
  const rows = await sql.query(
    `${shown}
      WHERE ${which} (r.requested_at, r.id) < ($1::timestamptz, $2::uuid)
      ORDER BY r.requested_at DESC, r.id DESC LIMIT ${pageSize}`,
    [...(after ?? newest)],
  )
  const last = rows.length < pageSize ? undefined : rows.at(-1)
  const place = last === undefined ? null : placeRow.parse(last)
  return { requests: rows.map(parseShown), last: place === null ? null : [place.written_at, place.id] }
}

/** Before everything in a list of what is newest. */
const newest = ['infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff']
const placeRow = z.object({ written_at: z.string(), id: z.string() })

/** One after the other for whoever asks for the same, until the transaction ends. */
export async function lockWaiting(tx: Transaction, what: string): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('approval_request ' || $1, 0))`, [what])
}

/** Pending requests of a kind whose change holds these members. */
export async function pendingHolding(sql: Sql, kind: string, members: JsonObject): Promise<readonly ShownRequest[]> {
  const rows = await sql.query(
    `${shown} WHERE r.state = 'pending' AND r.expires_at > now() AND r.kind = $1 AND r.subject @> $2::jsonb
      ORDER BY r.requested_at, r.id`,
    [kind, JSON.stringify(members)],
  )
  return rows.map(parseShown)
}

const shownRow = z.object({
  approved_by: z.array(personId),
  requested_at: z.date(),
  declined_by: personId.nullable(),
  declined_reason: z.string().nullable(),
})

function parseShown(row: Row): ShownRequest {
  const { atMs: _, ...request } = requestRow.parse(row)
  const { approved_by, requested_at, declined_by: by, declined_reason: reason } = shownRow.parse(row)
  const declined = by === null || reason === null ? null : { by, reason }
  return { ...request, approvedBy: approved_by, requestedAtMs: requested_at.getTime(), declined }
}
