// SQL of what a list of files asks about: ids alone, a page at a time.

import type { Id } from '@sallyport/protocol'
import * as z from 'zod'
import type { Sql } from '../../base/index.ts'
import { beforeAll } from '../store.ts'

const fileId = z.string().transform((text) => text as Id<'file'>)

/** Ids of files, paged as `filesAfter` pages files: what a list asks about. */
export async function fileIdsAfter(
  sql: Sql,
  { vaultId, after, limit }: { vaultId: Id<'vault'> | null; after: Id<'file'> | null; limit: number },
): Promise<readonly Id<'file'>[]> {
  const from = after ?? beforeAll
  const rows =
    vaultId === null
      ? await sql.query(`SELECT id FROM protected_file WHERE id > $1 AND state <> 'deleted' ORDER BY id LIMIT $2`, [
          from,
          limit,
        ])
      : await sql.query(
          `SELECT id FROM protected_file WHERE vault_id = $1 AND id > $2 AND state <> 'deleted' ORDER BY id LIMIT $3`,
          [vaultId, from, limit],
        )
  return z
    .array(z.object({ id: fileId }))
    .parse(rows)
    .map((row) => row.id)
}

// Behind every letter there is.
const beyond = '\u{10FFFF}'

/** Ids of the files whose path ends with a part that begins as that of `name` does, and that hold all of `name`. By that part. */
export async function fileIdsNamed(
  sql: Sql,
  { vaultId, name, limit }: { vaultId: Id<'vault'> | null; name: string; limit: number },
): Promise<readonly Id<'file'>[]> {
  const rows = await sql.query(
    `SELECT id FROM protected_file
      WHERE lower(regexp_replace(name, '^.*/', '')) COLLATE "C" >= lower($1)
        AND lower(regexp_replace(name, '^.*/', '')) COLLATE "C" < lower($1) || $2
        AND strpos(lower(name), lower($3)) > 0 AND ($4::uuid IS NULL OR vault_id = $4) AND state <> 'deleted'
      ORDER BY lower(regexp_replace(name, '^.*/', '')) COLLATE "C", id LIMIT $5`,
    [name.slice(name.lastIndexOf('/') + 1), beyond, name, vaultId, limit],
  )
  return z
    .array(z.object({ id: fileId }))
    .parse(rows)
    .map((row) => row.id)
}
