// All SQL of what carries labels that stand on one line of classification records.

import type { Id } from '@sallyport/protocol'
import * as z from 'zod'
import type { Sql } from '../../base/index.ts'

const id = <K extends string>() => z.string().transform((text) => text as Id<K>)
const standingLabel = z.object({
  fqn: z.string(),
  dimension: z.string(),
  value: z.string(),
  title: z.string(),
  /** What it means in decisions; null where nobody knows. */
  reads: z.string().nullable(),
})
export type StandingLabel = z.infer<typeof standingLabel>

const carryingVault = z.object({ id: id<'vault'>(), name: z.string(), fileCount: z.number() })
export type CarryingVault = z.infer<typeof carryingVault>
/** Files of a vault are counted up to here. */
const mostCounted = 100

/** Active labels that stand on a record of the line of this one, by name. */
export async function labelsOfLine(
  sql: Sql,
  record: Id<'classification'>,
  limit: number,
): Promise<readonly StandingLabel[]> {
  const rows = await sql.query(
    `SELECT l.fqn, l.dimension, l.value, l.title, k.value AS reads
       FROM label l LEFT JOIN file_label_known k ON k.fqn = l.fqn
      WHERE l.active AND l.classification_id IN (
              SELECT c.record_id FROM classification_line c
               WHERE c.head_id = (SELECT head_id FROM classification_line WHERE record_id = $1))
      ORDER BY l.fqn LIMIT $2`,
    [record, limit],
  )
  return z.array(standingLabel).parse(rows)
}

/** Vaults that have one of these labels, by name. */
export async function vaultsCarrying(
  sql: Sql,
  fqns: readonly string[],
  limit: number,
): Promise<readonly CarryingVault[]> {
  const rows = await sql.query(
    `SELECT v.id, v.name,
            (SELECT count(*)::int FROM (SELECT FROM protected_file f WHERE f.vault_id = v.id AND f.state = 'stored'
                                         LIMIT ${mostCounted}) counted) AS "fileCount"
       FROM vault v WHERE v.labels && $1::text[] ORDER BY v.name LIMIT $2`,
    [fqns, limit],
  )
  return z.array(carryingVault).parse(rows)
}

/** Files to which one of these labels is added now, by id. */
export async function filesWithAdded(sql: Sql, fqns: readonly string[], limit: number): Promise<readonly Id<'file'>[]> {
  const rows = await sql.query(
    // Materialized: by the index of labels, never in the order of files.
    `WITH carrying AS MATERIALIZED (SELECT file_id, version FROM file_added_label WHERE labels && $1::text[])
     SELECT DISTINCT a.file_id AS id FROM carrying a
      WHERE NOT EXISTS (SELECT FROM file_added_label b WHERE b.file_id = a.file_id AND b.version > a.version)
      ORDER BY a.file_id LIMIT $2`,
    [fqns, limit],
  )
  return z
    .array(z.object({ id: id<'file'>() }))
    .parse(rows)
    .map((row) => row.id)
}
