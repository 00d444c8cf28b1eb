// SQL of mail about what of authorizations is due. It reads the view roster_mail.

import * as z from 'zod'
import { noticeStates, noticeTroubles, type Id, type NoticeState, type NoticeTrouble } from '@sallyport/protocol'
import type { Sql, Transaction } from '../../base/index.ts'

/** One matter for one person. */
export interface DueNotice {
  readonly recipient: Id<'person'>
  readonly authorizationId: Id<'authorization'>
  readonly matter: string
  readonly kind: 'expiry' | 'draw-down' | 'duty'
}

/** INVARIANT: each matter is told to each person once: a row before any mail. Nothing for whoever has no address. */
export async function insertDueNotices(sql: Sql, notices: readonly DueNotice[]): Promise<void> {
  if (notices.length === 0) return
  await sql.query(
    `INSERT INTO due_notice (recipient, authorization_id, matter, kind)
     SELECT w.recipient, w.authorization_id, w.matter, w.kind
       FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) AS w (recipient, authorization_id, matter, kind)
       JOIN roster_mail r ON r.person_id = w.recipient
      ORDER BY 1, 2, 3
     ON CONFLICT DO NOTHING`,
    [
      notices.map((one) => one.recipient),
      notices.map((one) => one.authorizationId),
      notices.map((one) => one.matter),
      notices.map((one) => one.kind),
    ],
  )
}

/** Make one mail of all that each person was not told yet, unless they had one this day (UTC). Whole or not at all. */
export async function gatherDueMails(sql: Sql): Promise<void> {
  await sql.query(
    `WITH made AS (
       INSERT INTO due_mail (id, recipient, day)
       SELECT gen_random_uuid(), w.recipient, (now() AT TIME ZONE 'UTC')::date
         FROM (SELECT DISTINCT recipient FROM due_notice WHERE mail_id IS NULL ORDER BY recipient) AS w
       ON CONFLICT (recipient, day) DO NOTHING
       RETURNING id, recipient
     )
     UPDATE due_notice n SET mail_id = m.id FROM made m WHERE n.recipient = m.recipient AND n.mail_id IS NULL`,
  )
}

export interface ClaimedDueMail {
  readonly id: string
  readonly recipient: Id<'person'>
  /** This one counted. */
  readonly attempts: number
}

const personId = z.string().transform((text) => text as Id<'person'>)

/** Take the mail that waited longest, for a lease that doubles with each time that it was taken; null when none is due. */
export async function claimDueMail(sql: Sql, leaseMs: number): Promise<ClaimedDueMail | null> {
  const [row] = await sql.query(
    {
      name: 'due-mail-claim',
      text: `
UPDATE due_mail d
   SET attempts = d.attempts + 1,
       next_at = now() + $1::float8 * power(2, least(d.attempts, 6)) * interval '1 millisecond'
  FROM (SELECT id FROM due_mail WHERE state = 'waiting' AND next_at <= now()
         ORDER BY next_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) AS due
 WHERE d.id = due.id
RETURNING d.id, d.recipient, d.attempts`,
    },
    [leaseMs],
  )
  return row === undefined ? null : z.object({ id: z.string(), recipient: personId, attempts: z.number() }).parse(row)
}

/** What a mail tells: where it goes (null for nobody who is verified and has an address), how much of each kind, and whether all is theirs. */
export async function contentOf(
  sql: Sql,
  { id, recipient }: ClaimedDueMail,
): Promise<{ readonly mail: string | null; readonly counts: ReadonlyMap<string, number> }> {
  const [to] = await sql.query('SELECT mail FROM roster_mail WHERE person_id = $1', [recipient])
  const rows = await sql.query('SELECT kind, count(*)::int AS count FROM due_notice WHERE mail_id = $1 GROUP BY kind', [
    id,
  ])
  const counts = z.array(z.object({ kind: z.string(), count: z.number() })).parse(rows)
  return {
    mail: to === undefined ? null : z.object({ mail: z.string() }).parse(to).mail,
    counts: new Map(counts.map(({ kind, count }) => [kind, count])),
  }
}

/** Have a claimed mail wait for its next try. Nothing happens to one that somebody else took since. */
export async function postponeDueMail(
  sql: Sql,
  { id, attempts }: ClaimedDueMail,
  trouble: NoticeTrouble,
  waitMs: number,
): Promise<void> {
  await sql.query(
    `UPDATE due_mail SET trouble = $3, next_at = now() + $4::float8 * interval '1 millisecond'
      WHERE id = $1 AND attempts = $2 AND state = 'waiting'`,
    [id, attempts, trouble, waitMs],
  )
}

/** Settle a claimed mail. False for one that somebody else took since. */
export async function settleDueMail(
  tx: Transaction,
  { id, attempts }: ClaimedDueMail,
  state: Exclude<NoticeState, 'waiting'>,
  trouble: NoticeTrouble | null,
  entryId: Id<'entry'>,
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE due_mail SET state = $3, trouble = $4, settled_at = now(), entry_id = $5
      WHERE id = $1 AND attempts = $2 AND state = 'waiting' RETURNING 1 AS settled`,
    [id, attempts, state, trouble, entryId],
  )
  return rows.length === 1
}

/** Have a mail that failed wait again, as if it were new. False for one that did not fail. */
export async function reviveDueMail(tx: Transaction, id: string): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE due_mail SET state = 'waiting', attempts = 0, next_at = now(), trouble = NULL, settled_at = NULL, entry_id = NULL
      WHERE id = $1 AND state = 'failed' RETURNING 1 AS revived`,
    [id],
  )
  return rows.length === 1
}

export interface ListedDueMail {
  readonly id: string
  readonly recipient: Id<'person'>
  readonly day: string
  readonly matters: number
  readonly state: NoticeState
  readonly attempts: number
  readonly trouble: NoticeTrouble | null
  readonly settledAtMs: number | null
}

const listed = z.object({
  id: z.string(),
  recipient: personId,
  day: z.string(),
  matters: z.number(),
  state: z.enum(noticeStates),
  attempts: z.number(),
  trouble: z.enum(noticeTroubles).nullable(),
  settled_at: z.date().nullable(),
})

/** The newest mails, at most so many. */
export async function newestDueMails(sql: Sql, limit: number): Promise<readonly ListedDueMail[]> {
  const rows = await sql.query(
    `SELECT d.id, d.recipient, d.day::text AS day, d.state, d.attempts, d.trouble, d.settled_at,
            (SELECT count(*) FROM due_notice n WHERE n.mail_id = d.id)::int AS matters
       FROM due_mail d ORDER BY d.made_at DESC, d.id DESC LIMIT $1`,
    [limit],
  )
  return z
    .array(listed)
    .parse(rows)
    .map(({ settled_at, ...rest }) => ({ ...rest, settledAtMs: settled_at?.getTime() ?? null }))
}
