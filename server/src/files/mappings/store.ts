// All SQL of what labels of other systems mean here.

import type { Id } from '@sallyport/protocol'
import * as z from 'zod'
import type { Sql, Transaction } from '../../base/index.ts'

/** What an outside label means now. */
export interface MappingNow {
  /** As `parseOutside` writes it. */
  readonly outside: string
  /** Counts up with every change from 1 on. */
  readonly version: number
  /** Names of labels, sorted; none for one whose mapping was taken away. */
  readonly labels: readonly string[]
  readonly basis: string
  readonly changedBy: Id<'person'>
  readonly approvedBy: readonly Id<'person'>[]
}

/** More are refused: the whole of a register is read at once. */
export const mostMappings = 2000

const id = z.string().transform((text) => text as Id<'person'>)
const row = z.object({
  outside: z.string(),
  version: z.number(),
  labels: z.array(z.string()),
  basis: z.string(),
  changedBy: id,
  approvedBy: z.array(id),
})
const columns = 'outside, version, labels, basis, changed_by AS "changedBy", approved_by AS "approvedBy"'

/** The newest version of every outside label, those without a meaning among them, by name. */
export async function mappingsNow(sql: Sql): Promise<readonly MappingNow[]> {
  const rows = await sql.query(
    `SELECT DISTINCT ON (outside) ${columns} FROM label_mapping ORDER BY outside, version DESC LIMIT ${mostMappings + 1}`,
  )
  return z.array(row).parse(rows)
}

/** The newest version of one; null for one that nobody ever mapped. */
export async function mappingNow(sql: Sql, outside: string): Promise<MappingNow | null> {
  const [found] = await sql.query(
    `SELECT ${columns} FROM label_mapping WHERE outside = $1 ORDER BY version DESC LIMIT 1`,
    [outside],
  )
  return found === undefined ? null : row.parse(found)
}

export async function insertMapping(
  tx: Transaction,
  { outside, version, labels, basis, changedBy, approvedBy, entryId }: MappingNow & { readonly entryId: Id<'entry'> },
): Promise<void> {
  await tx.query(
    `INSERT INTO label_mapping (outside, version, labels, basis, changed_by, approved_by, entry_id)
     VALUES ($1, $2, $3, $4, $5, $6::uuid[], $7)`,
    [outside, version, labels, basis, changedBy, approvedBy, entryId],
  )
}
