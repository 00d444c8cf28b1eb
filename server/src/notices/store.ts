// All of the SQL of notices. It reads the views approval_matter, roster_mail and whom policy names as standing.

import * as z from 'zod'
import {
  noticeEvents,
  noticeStates,
  noticeTroubles,
  type Id,
  type NoticeState,
  type NoticeTrouble,
} from '@sallyport/protocol'
import type { Row, Sql, Transaction } from '../base/index.ts'
import type { NoticeKey } from './notice.ts'

/** One who may approve one kind of request by the role that they hold. */
export interface Holder {
  readonly kind: string
  readonly person: Id<'person'>
}

/**
 * Make the notices that there is reason for and that are not made yet: to whoever may approve what is pending, again
 * `reminderMs` before it expires to whom was told that long before, and to whoever made what ended within `memoryMs`.
 */
export async function insertDue(
  sql: Sql,
  holders: readonly Holder[],
  { reminderMs, memoryMs }: { readonly reminderMs: number; readonly memoryMs: number },
): Promise<number> {
  // In the text, where the plan sees how few requests these times leave; a plan for any time would read them all.
  const [reminder, memory] = [reminderMs, memoryMs].map((ms) => `interval '${ms} milliseconds'`)
  // In one order everywhere, so that two processes that find the same do not wait for each other in a circle.
  const rows = await sql.query(
    `
INSERT INTO notice (request_id, event, recipient)
SELECT request_id, event, recipient FROM (
  SELECT m.request_id, e.event, h.person_id AS recipient
    FROM approval_matter m
    JOIN unnest($1::text[], $2::uuid[]) AS h (kind, person_id) ON h.kind = m.kind
    JOIN roster_mail r ON r.person_id = h.person_id
   CROSS JOIN (VALUES ('asked'), ('expiring')) AS e (event)
   WHERE m.recorded_state = 'pending' AND m.expires_at > now() AND h.person_id <> m.requested_by AND h.person_id <> ALL (m.excluded)
     AND h.person_id <> ALL (m.approved_by)
     AND (e.event = 'asked'
          OR m.expires_at <= now() + ${reminder}
             AND EXISTS (SELECT FROM notice a
                          WHERE a.request_id = m.request_id AND a.event = 'asked' AND a.recipient = h.person_id
                            AND a.made_at <= now() - ${reminder}))
  UNION ALL
  SELECT m.request_id, m.state, m.requested_by
    FROM approval_matter m
    JOIN roster_mail r ON r.person_id = m.requested_by
   WHERE m.recorded_closed_at > now() - ${memory}
  UNION ALL
  SELECT m.request_id, m.state, m.requested_by
    FROM approval_matter m
    JOIN roster_mail r ON r.person_id = m.requested_by
   WHERE m.recorded_state = 'pending' AND m.expires_at <= now()
     AND m.expires_at > now() - ${memory}
) AS wanted
 WHERE NOT EXISTS (SELECT FROM notice n
                    WHERE n.request_id = wanted.request_id AND n.event = wanted.event AND n.recipient = wanted.recipient)
 ORDER BY 1, 2, 3
ON CONFLICT DO NOTHING
RETURNING 1 AS made`,
    [holders.map((one) => one.kind), holders.map((one) => one.person)],
  )
  return rows.length
}

export interface ClaimedNotice extends NoticeKey {
  /** This one counted. */
  readonly attempts: number
}

const key = {
  request_id: z.string().transform((text) => text as Id<'approval'>),
  event: z.enum(noticeEvents),
  recipient: z.string().transform((text) => text as Id<'person'>),
}
const claimedRow = z.object({ ...key, attempts: z.number() })

/**
 * Take the notice that waited longest, for a lease that doubles with each time that it was taken: whatever becomes of the one
 * who took it, nobody else takes it before the lease is over. Null when none is due.
 */
export async function claimNext(sql: Sql, leaseMs: number): Promise<ClaimedNotice | null> {
  const [row] = await sql.query(
    {
      name: 'notices-claim',
      text: `
UPDATE notice n
   SET attempts = n.attempts + 1,
       next_at = now() + $1::float8 * power(2, least(n.attempts, 6)) * interval '1 millisecond'
  FROM (SELECT request_id, event, recipient FROM notice WHERE state = 'waiting' AND next_at <= now()
         ORDER BY next_at, request_id, event, recipient LIMIT 1 FOR UPDATE SKIP LOCKED) AS due
 WHERE n.request_id = due.request_id AND n.event = due.event AND n.recipient = due.recipient
RETURNING n.request_id, n.event, n.recipient, n.attempts`,
    },
    [leaseMs],
  )
  if (row === undefined) return null
  const { request_id, ...rest } = claimedRow.parse(row)
  return { requestId: request_id, ...rest }
}

/** What a notice is about, as it is now. */
export interface Matter {
  readonly kind: string
  readonly isPending: boolean
  readonly expiresAtMs: number
  /** The recipient did not ask, is not who it is about, and has not approved. */
  readonly mayApprove: boolean
  /** Not parsed yet. Null for somebody who has none, or is no verified U.S. person any more. */
  readonly mail: string | null
}

const matterRow = z.object({
  kind: z.string(),
  state: z.string(),
  expires_at: z.date(),
  may_approve: z.boolean(),
  mail: z.string().nullable(),
})

export async function matterOf(sql: Sql, { requestId, recipient }: NoticeKey): Promise<Matter | null> {
  const [row] = await sql.query(
    `SELECT m.kind, m.state, m.expires_at,
            $2::uuid <> m.requested_by AND $2::uuid <> ALL (m.excluded) AND $2::uuid <> ALL (m.approved_by) AS may_approve,
            (SELECT r.mail FROM roster_mail r WHERE r.person_id = $2) AS mail
       FROM approval_matter m WHERE m.request_id = $1`,
    [requestId, recipient],
  )
  if (row === undefined) return null
  const { kind, state, expires_at, may_approve, mail } = matterRow.parse(row)
  return { kind, isPending: state === 'pending', expiresAtMs: expires_at.getTime(), mayApprove: may_approve, mail }
}

/** Have a claimed notice wait for its next try. Nothing happens to one that somebody else took since. */
export async function postpone(
  sql: Sql,
  claimed: ClaimedNotice,
  trouble: NoticeTrouble,
  waitMs: number,
): Promise<void> {
  await sql.query(
    `UPDATE notice SET trouble = $5, next_at = now() + $6::float8 * interval '1 millisecond'
      WHERE request_id = $1 AND event = $2 AND recipient = $3 AND attempts = $4 AND state = 'waiting'`,
    [...keyOf(claimed), claimed.attempts, trouble, waitMs],
  )
}

/** Settle a claimed notice for good. False for one that somebody else took since. */
export async function settle(
  tx: Transaction,
  claimed: ClaimedNotice,
  state: Exclude<NoticeState, 'waiting'>,
  trouble: NoticeTrouble | null,
  entryId: Id<'entry'>,
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE notice SET state = $5, trouble = $6, settled_at = now(), entry_id = $7
      WHERE request_id = $1 AND event = $2 AND recipient = $3 AND attempts = $4 AND state = 'waiting' RETURNING 1 AS settled`,
    [...keyOf(claimed), claimed.attempts, state, trouble, entryId],
  )
  return rows.length === 1
}

function keyOf({ requestId, event, recipient }: NoticeKey): readonly string[] {
  return [requestId, event, recipient]
}

export interface ListedNotice extends NoticeKey {
  readonly state: NoticeState
  readonly attempts: number
  /** Of the last try. */
  readonly trouble: NoticeTrouble | null
  readonly madeAtMs: number
  /** Null once it is settled. */
  readonly nextAtMs: number | null
  readonly settledAtMs: number | null
  readonly entryId: Id<'entry'> | null
}

const listedRow = z.object({
  ...key,
  state: z.enum(noticeStates),
  attempts: z.number(),
  trouble: z.enum(noticeTroubles).nullable(),
  made_at: z.date(),
  next_at: z.date(),
  settled_at: z.date().nullable(),
  entry_id: z
    .string()
    .transform((text) => text as Id<'entry'>)
    .nullable(),
})

const pageSize = 1000

/** A page of notices. `last` is the place in the list after which the next one begins; null on the last page. */
export interface NoticePage {
  readonly notices: readonly ListedNotice[]
  readonly last: readonly string[] | null
}

/** Newest first, from a place in the list on; of one state, or null for those of every state. */
export async function noticesAfter(
  sql: Sql,
  state: NoticeState | null,
  after: readonly string[] | null,
): Promise<NoticePage> {
  // Two statements, because each needs another plan. Times as the database writes them, to the microsecond: a Date has none.
  const rows = await sql.query(
    `SELECT request_id, event, recipient, state, attempts, trouble, made_at, made_at::text AS written_at, next_at, settled_at,
            entry_id
       FROM notice
      WHERE ${state === null ? '' : 'state = $5 AND'}
            (made_at, request_id, event, recipient) < ($1::timestamptz, $2::uuid, $3, $4::uuid)
      ORDER BY made_at DESC, request_id DESC, event DESC, recipient DESC LIMIT ${pageSize}`,
    [...(after ?? newest), ...(state === null ? [] : [state])],
  )
  const last = rows.length < pageSize ? undefined : rows.at(-1)
  const place = last === undefined ? null : placeRow.parse(last)
  return {
    notices: rows.map(parseListed),
    last: place === null ? null : [place.written_at, place.request_id, place.event, place.recipient],
  }
}

/** Before everything in a list of what is newest. */
const newest = ['infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '', 'ffffffff-ffff-ffff-ffff-ffffffffffff']
const placeRow = z.object({ ...key, written_at: z.string() })

function parseListed(row: Row): ListedNotice {
  const { request_id, made_at, next_at, settled_at, entry_id, ...rest } = listedRow.parse(row)
  return {
    ...rest,
    requestId: request_id,
    madeAtMs: made_at.getTime(),
    nextAtMs: settled_at === null ? next_at.getTime() : null,
    settledAtMs: settled_at?.getTime() ?? null,
    entryId: entry_id,
  }
}
