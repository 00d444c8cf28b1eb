// All SQL of labels that were added to files after they were sealed.

import type { Id } from '@sallyport/protocol'
import * as z from 'zod'
import type { Sql, Transaction } from '../../base/index.ts'

/** The labels that were added to a file, from one change to the next. */
export interface AddedLabels {
  /** Counts up with every change from 1 on; 0 for a file to which none was ever added. */
  readonly version: number
  readonly labels: readonly string[]
}

export interface AddedVersion extends AddedLabels {
  readonly changedBy: Id<'person'>
  readonly approvedBy: readonly Id<'person'>[]
  readonly changedAtMs: number
  readonly reason: string
  readonly entryId: Id<'entry'>
}

const id = <K extends string>() => z.string().transform((text) => text as Id<K>)
const versionRow = z.object({
  version: z.number(),
  labels: z.array(z.string()),
  changedBy: id<'person'>(),
  approvedBy: z.array(id<'person'>()),
  changedAtMs: z.date().transform((at) => at.getTime()),
  reason: z.string(),
  entryId: id<'entry'>(),
})

/** Every version of the labels that were added to a file, the oldest first. */
export async function addedVersions(sql: Sql, fileId: Id<'file'>): Promise<readonly AddedVersion[]> {
  const rows = await sql.query(
    `SELECT version, labels, changed_by AS "changedBy", approved_by AS "approvedBy", changed_at AS "changedAtMs", reason,
            entry_id AS "entryId"
       FROM file_added_label WHERE file_id = $1 ORDER BY version`,
    [fileId],
  )
  return z.array(versionRow).parse(rows)
}

/** The labels that are added to a file now. Whoever goes on to change them holds the access epoch. */
export async function addedNow(sql: Sql, fileId: Id<'file'>): Promise<AddedLabels> {
  return (await addedVersions(sql, fileId)).at(-1) ?? { version: 0, labels: [] }
}

export async function insertAdded(
  tx: Transaction,
  fileId: Id<'file'>,
  added: Omit<AddedVersion, 'changedAtMs'>,
): Promise<void> {
  const { version, labels, changedBy, approvedBy, reason, entryId } = added
  await tx.query(
    `INSERT INTO file_added_label (file_id, version, labels, changed_by, approved_by, reason, entry_id)
     VALUES ($1, $2, $3, $4, $5::uuid[], $6, $7)`,
    [fileId, version, labels, changedBy, approvedBy, reason, entryId],
  )
}
