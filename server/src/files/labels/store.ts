// All SQL of labels that were added to files after they were sealed, and of those that stand in place of a manifest's.

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

/** One container: the exact policy and the keys that it is bound to. */
export interface ContainerId {
  /** Over the base64 text of the policy, hex. */
  readonly policySha256: string
  /** MACs of the policy binding of every key, hex. */
  readonly bindings: readonly string[]
}

export interface FileRescue extends ContainerId {
  readonly id: Id<'approval'>
  readonly fileId: Id<'file'>
  /** It is the container that is stored here. */
  readonly isStored: boolean
  /** What the file was labelled. */
  readonly instead: readonly string[]
  readonly labels: readonly string[]
  readonly requestedBy: Id<'person'>
  readonly approvedBy: readonly Id<'person'>[]
  readonly reason: string
  readonly beganAtMs: number
  readonly entryId: Id<'entry'>
  /** Null while it holds. */
  readonly end: {
    readonly atMs: number
    readonly by: Id<'person'>
    readonly reason: string
    readonly entryId: Id<'entry'>
  } | null
}

const rescueRow = z
  .object({
    id: id<'approval'>(),
    fileId: id<'file'>(),
    policySha256: z.string(),
    bindings: z.array(z.string()),
    isStored: z.boolean(),
    instead: z.array(z.string()),
    labels: z.array(z.string()),
    requestedBy: id<'person'>(),
    approvedBy: z.array(id<'person'>()),
    reason: z.string(),
    beganAtMs: z.date().transform((at) => at.getTime()),
    entryId: id<'entry'>(),
    endedAt: z.date().nullable(),
    endedBy: id<'person'>().nullable(),
    endedReason: z.string().nullable(),
    endedEntryId: id<'entry'>().nullable(),
  })
  .transform(({ endedAt, endedBy, endedReason, endedEntryId, ...rest }): FileRescue => {
    const isEnded = endedAt !== null && endedBy !== null && endedReason !== null && endedEntryId !== null
    const end = isEnded ? { atMs: endedAt.getTime(), by: endedBy, reason: endedReason, entryId: endedEntryId } : null
    return { ...rest, end }
  })

/** Every rescue of containers of a file, the oldest first. Whoever goes on to change them holds the access epoch. */
export async function rescuesOf(sql: Sql, fileId: Id<'file'>): Promise<readonly FileRescue[]> {
  const rows = await sql.query(
    `SELECT id, file_id AS "fileId", policy_sha256 AS "policySha256", bindings, is_stored AS "isStored", instead, labels,
            requested_by AS "requestedBy", approved_by AS "approvedBy", reason, began_at AS "beganAtMs", entry_id AS "entryId",
            ended_at AS "endedAt", ended_by AS "endedBy", ended_reason AS "endedReason", ended_entry_id AS "endedEntryId"
       FROM file_rescue WHERE file_id = $1 ORDER BY began_at, id`,
    [fileId],
  )
  return z.array(rescueRow).parse(rows)
}

export async function insertRescue(tx: Transaction, rescue: Omit<FileRescue, 'beganAtMs' | 'end'>): Promise<void> {
  const { id: rescueId, fileId, policySha256, bindings, isStored, instead, labels } = rescue
  const { requestedBy, approvedBy, reason, entryId } = rescue
  await tx.query(
    `INSERT INTO file_rescue (id, file_id, policy_sha256, bindings, is_stored, instead, labels, requested_by, approved_by,
                              reason, entry_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::uuid[], $10, $11)`,
    [rescueId, fileId, policySha256, bindings, isStored, instead, labels, requestedBy, approvedBy, reason, entryId],
  )
}

export async function endRescueRow(
  tx: Transaction,
  rescueId: Id<'approval'>,
  { by, reason, entryId }: { readonly by: Id<'person'>; readonly reason: string; readonly entryId: Id<'entry'> },
): Promise<void> {
  await tx.query(
    `UPDATE file_rescue SET ended_at = clock_timestamp(), ended_by = $2, ended_reason = $3, ended_entry_id = $4 WHERE id = $1`,
    [rescueId, by, reason, entryId],
  )
}
