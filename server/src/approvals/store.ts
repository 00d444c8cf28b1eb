// All of the SQL of approvals.

import * as z from 'zod'
import type { Id, JsonObject } from '@sallyport/protocol'
import type { Transaction } from '../base/index.ts'
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
    state: z.enum(['pending', 'executed', 'withdrawn', 'expired']),
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

export async function closeRequest(
  tx: Transaction,
  id: Id<'approval'>,
  state: ApprovalRequest['state'],
): Promise<void> {
  await tx.query('UPDATE approval_request SET state = $2, closed_at = now() WHERE id = $1', [id, state])
}
