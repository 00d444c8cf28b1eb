// SQL of the rules that counsel decides, and of review intervals.

import * as z from 'zod'
import { roles, type Id, type Role } from '@sallyport/protocol'
import type { Sql, Transaction } from '../../base/index.ts'
import { personId, timeMs } from '../person-row.ts'

export const settingNames = ['foreign-employer-bars'] as const
export type SettingName = (typeof settingNames)[number]

export interface Setting {
  readonly name: SettingName
  readonly isOn: boolean
  /** Null while it is as it shipped. */
  readonly setBy: Id<'person'> | null
  readonly setAtMs: number
  readonly reason: string
}

const settingRow = z.object({
  name: z.enum(settingNames),
  is_on: z.boolean(),
  set_by: personId.nullable(),
  set_at: timeMs,
  reason: z.string(),
})

export async function allSettings(sql: Sql): Promise<readonly Setting[]> {
  const rows = await sql.query('SELECT name, is_on, set_by, set_at, reason FROM roster_setting ORDER BY name')
  return z
    .array(settingRow)
    .parse(rows)
    .map(({ name, is_on, set_by, set_at, reason }) => ({ name, isOn: is_on, setBy: set_by, setAtMs: set_at, reason }))
}

/** Lock a setting until the transaction ends. `since` is the moment of its last change, for nothing but comparison. */
export async function lockSetting(
  tx: Transaction,
  name: SettingName,
): Promise<{ readonly isOn: boolean; readonly since: string }> {
  const [row] = await tx.query(
    'SELECT is_on, extract(epoch FROM set_at)::text AS since FROM roster_setting WHERE name = $1 FOR UPDATE',
    [name],
  )
  const { is_on: isOn, since } = z.object({ is_on: z.boolean(), since: z.string() }).parse(row)
  return { isOn, since }
}

export async function writeSetting(tx: Transaction, setting: Omit<Setting, 'setAtMs'>): Promise<void> {
  const { name, isOn, setBy, reason } = setting
  await tx.query('UPDATE roster_setting SET is_on = $2, set_by = $3, set_at = now(), reason = $4 WHERE name = $1', [
    name,
    isOn,
    setBy,
    reason,
  ])
}

export const reviewTasks = ['status-review', 'briefing'] as const
export type ReviewTask = (typeof reviewTasks)[number]

/** The same for everybody in the role. */
export interface ReviewInterval {
  readonly role: Role
  readonly task: ReviewTask
  readonly months: number
}

export async function allIntervals(sql: Sql): Promise<readonly ReviewInterval[]> {
  const rows = await sql.query('SELECT role, task, months FROM review_interval ORDER BY role, task')
  return z.array(z.object({ role: z.enum(roles), task: z.enum(reviewTasks), months: z.number() })).parse(rows)
}

/** Write an interval; null takes it away. */
export async function writeInterval(
  tx: Transaction,
  { role, task, months }: { role: Role; task: ReviewTask; months: number | null },
  { by, reason }: { by: Id<'person'>; reason: string },
): Promise<void> {
  await tx.query('DELETE FROM review_interval WHERE role = $1 AND task = $2', [role, task])
  if (months === null) return
  await tx.query('INSERT INTO review_interval (role, task, months, set_by, reason) VALUES ($1, $2, $3, $4, $5)', [
    role,
    task,
    months,
    by,
    reason,
  ])
}

export interface OverdueReview {
  readonly task: ReviewTask
  readonly personId: Id<'person'>
  readonly displayName: string
  readonly role: Role
  readonly months: number
  /** Null where it was never done. */
  readonly lastAtMs: number | null
  readonly dueAtMs: number
}

// Nothing of this reads a card, a visa or a country: the same days count for everybody in a role. For each interval, those who are due longest:
// nobody is looked at where none is set.
const overdueText = `
  SELECT i.task, p.id, p.display_name, i.role, i.months, p.last_at, p.due_at
    FROM review_interval i
   CROSS JOIN LATERAL (
     SELECT p.id, p.display_name, last.at AS last_at, due.at AS due_at
       FROM person p
      CROSS JOIN LATERAL (SELECT CASE i.task WHEN 'briefing' THEN p.briefed_on::timestamptz
                                             ELSE greatest(p.verified_at, p.reviewed_at) END AS at) last
      CROSS JOIN LATERAL (SELECT coalesce(last.at + i.months * interval '1 month', p.verified_at) AS at) due
      WHERE i.role = ANY (p.roles) AND p.status IN ('us-person', 'foreign-person') AND due.at <= now()
      ORDER BY due.at, p.id LIMIT 1000) p
   ORDER BY p.due_at, p.id, i.task, i.role LIMIT 1000`

/** Those that are due longest, at most 1,000. */
export async function overdueReviews(sql: Sql): Promise<readonly OverdueReview[]> {
  const rows = await sql.query({ name: 'roster-overdue', text: overdueText })
  return z
    .array(
      z.object({
        task: z.enum(reviewTasks),
        id: personId,
        display_name: z.string(),
        role: z.enum(roles),
        months: z.number(),
        last_at: timeMs.nullable(),
        due_at: timeMs,
      }),
    )
    .parse(rows)
    .map((row) => ({
      task: row.task,
      personId: row.id,
      displayName: row.display_name,
      role: row.role,
      months: row.months,
      lastAtMs: row.last_at,
      dueAtMs: row.due_at,
    }))
}

/** When somebody is looked at again, past or to come. */
export type Due = Pick<OverdueReview, 'task' | 'role' | 'lastAtMs' | 'dueAtMs'>

// As above, of one person.
const dueText = `
  SELECT i.task, i.role, last.at AS last_at, due.at AS due_at
    FROM person p
    JOIN review_interval i ON i.role = ANY (p.roles)
   CROSS JOIN LATERAL (SELECT CASE i.task WHEN 'briefing' THEN p.briefed_on::timestamptz
                                          ELSE greatest(p.verified_at, p.reviewed_at) END AS at) last
   CROSS JOIN LATERAL (SELECT coalesce(last.at + i.months * interval '1 month', p.verified_at) AS at) due
   WHERE p.id = $1 AND p.status IN ('us-person', 'foreign-person')
   ORDER BY due.at, i.task, i.role`

/** What is due of one person and when, the earliest first. */
export async function dueOf(sql: Sql, id: Id<'person'>): Promise<readonly Due[]> {
  const rows = await sql.query({ name: 'roster-due', text: dueText }, [id])
  return z
    .array(z.object({ task: z.enum(reviewTasks), role: z.enum(roles), last_at: timeMs.nullable(), due_at: timeMs }))
    .parse(rows)
    .map(({ task, role, last_at, due_at }) => ({ task, role, lastAtMs: last_at, dueAtMs: due_at }))
}

const yearsRow = z.object({ years: z.number() })

export async function retentionYears(sql: Sql): Promise<number> {
  const [row] = await sql.query('SELECT years FROM retention_rule')
  return yearsRow.parse(row).years
}

export async function lockRetention(tx: Transaction): Promise<number> {
  const [row] = await tx.query('SELECT years FROM retention_rule FOR UPDATE')
  return yearsRow.parse(row).years
}

export async function writeRetention(
  tx: Transaction,
  { years, by, reason }: { readonly years: number; readonly by: Id<'person'>; readonly reason: string },
): Promise<void> {
  await tx.query('UPDATE retention_rule SET years = $1, set_by = $2, set_at = now(), reason = $3', [years, by, reason])
}
