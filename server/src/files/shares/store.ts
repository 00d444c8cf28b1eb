// All SQL of shares. It reads the view roster_addressee.

import type { Id } from '@sallyport/protocol'
import * as z from 'zod'
import type { Sql, Transaction } from '../../base/index.ts'

/** Whom a file is shared with: one person, or whoever is assigned to a program when they look. */
export type Recipient =
  | { readonly kind: 'person'; readonly personId: Id<'person'> }
  | { readonly kind: 'program'; readonly program: string }

export interface FileShare {
  readonly id: Id<'share'>
  readonly fileId: Id<'file'>
  readonly recipient: Recipient
  readonly sharedBy: Id<'person'>
  readonly sharedAtMs: number
}

const id = <K extends string>() => z.string().transform((text) => text as Id<K>)
const shareRow = z
  .object({
    id: id<'share'>(),
    fileId: id<'file'>(),
    personId: id<'person'>().nullable(),
    program: z.string().nullable(),
    sharedBy: id<'person'>(),
    sharedAtMs: z.date().transform((at) => at.getTime()),
  })
  .transform(({ personId, program, ...rest }): FileShare => ({
    ...rest,
    recipient: personId === null ? { kind: 'program', program: program ?? '' } : { kind: 'person', personId },
  }))

const shareText = `SELECT id, file_id AS "fileId", person_id AS "personId", program, shared_by AS "sharedBy", shared_at AS "sharedAtMs"
    FROM file_share`

/** People whom an id, a whole name or a mail address means, two at most: one that fits two is nobody's guess. */
export async function addressees(sql: Sql, meant: string): Promise<readonly Id<'person'>[]> {
  const rows = await sql.query(
    `SELECT person_id AS id FROM roster_addressee WHERE lower(display_name) = lower($1)
     UNION SELECT person_id FROM roster_addressee WHERE lower(mail) = lower($1)
     UNION SELECT person_id FROM roster_addressee WHERE person_id = $2::uuid LIMIT 2`,
    [meant, z.uuid().safeParse(meant).data ?? null],
  )
  return z
    .array(z.object({ id: id<'person'>() }))
    .parse(rows)
    .map((row) => row.id)
}

/** How much somebody shares, counted while nobody else counts it: live shares, and shares of the last 24 hours. */
export async function countShares(tx: Transaction, by: Id<'person'>): Promise<{ live: number; ofToday: number }> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('file-share ' || $1::text, 0))`, [by])
  const [row] = await tx.query(
    `SELECT count(*) FILTER (WHERE ended_at IS NULL) AS live,
            count(*) FILTER (WHERE shared_at > now() - interval '1 day') AS today
       FROM (SELECT ended_at, shared_at FROM file_share WHERE shared_by = $1 ORDER BY shared_at DESC LIMIT 10000) mine`,
    [by],
  )
  const { live, today } = z.object({ live: z.number(), today: z.number() }).parse(row)
  return { live, ofToday: today }
}

/** False where the same person shares the same file with the same recipient already. */
export async function insertShare(tx: Transaction, share: Omit<FileShare, 'sharedAtMs'>): Promise<boolean> {
  const { recipient } = share
  const rows = await tx.query(
    `INSERT INTO file_share (id, file_id, person_id, program, shared_by) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING RETURNING id`,
    [
      share.id,
      share.fileId,
      recipient.kind === 'person' ? recipient.personId : null,
      recipient.kind === 'program' ? recipient.program : null,
      share.sharedBy,
    ],
  )
  return rows.length > 0
}

/** Live shares of a file, the newest first, 1,000 at most: all of them, or those of one person. */
export async function sharesOf(sql: Sql, fileId: Id<'file'>, by: Id<'person'> | null): Promise<readonly FileShare[]> {
  const rows = await sql.query(
    `${shareText} WHERE file_id = $1 AND ended_at IS NULL AND ($2::uuid IS NULL OR shared_by = $2) ORDER BY shared_at DESC, id LIMIT 1000`,
    [fileId, by],
  )
  return z.array(shareRow).parse(rows)
}

/** A live share, locked until the transaction ends; null for none. */
export async function lockShare(tx: Transaction, shareId: Id<'share'>): Promise<FileShare | null> {
  const [row] = await tx.query(`${shareText} WHERE id = $1 AND ended_at IS NULL FOR UPDATE`, [shareId])
  return row === undefined ? null : shareRow.parse(row)
}

export async function endShareRow(tx: Transaction, shareId: Id<'share'>, by: Id<'person'>): Promise<void> {
  await tx.query('UPDATE file_share SET ended_at = clock_timestamp(), ended_by = $2 WHERE id = $1', [shareId, by])
}

export interface Addressed {
  readonly people: readonly Id<'person'>[]
  readonly programs: readonly string[]
}

/** Live shares with any of these, of files that are stored, the newest first; 500 at most. */
export async function sharesWith(sql: Sql, { people, programs }: Addressed): Promise<readonly FileShare[]> {
  const part = (condition: string) =>
    `(${shareText} WHERE ended_at IS NULL AND ${condition}
       AND EXISTS (SELECT FROM protected_file f WHERE f.id = file_id AND f.state = 'stored')
      ORDER BY shared_at DESC LIMIT 500)`
  const rows = await sql.query(
    `${part('person_id = ANY ($1::uuid[])')} UNION ALL ${part('program = ANY ($2::text[])')} ORDER BY "sharedAtMs" DESC, id LIMIT 500`,
    [people, programs],
  )
  return z.array(shareRow).parse(rows)
}
