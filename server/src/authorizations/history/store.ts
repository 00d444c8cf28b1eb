// The versions of an authorization's terms, as the database keeps them.

import { authorizationTerms, type AuthorizationTerms, type Id } from '@sallyport/protocol'
import * as z from 'zod'
import type { Sql } from '../../base/index.ts'

const versionRow = z.object({ version: z.number(), terms: authorizationTerms, effective_at: z.date() })

/** Every version of its terms that was ever in effect, oldest first, and the request that brought it there; null for none. */
export async function versionsOf(
  sql: Sql,
  id: Id<'authorization'>,
): Promise<{
  readonly requestId: Id<'approval'> | null
  readonly versions: readonly {
    readonly version: number
    readonly terms: AuthorizationTerms
    readonly fromMs: number
  }[]
}> {
  const [record] = await sql.query('SELECT request_id FROM authorization_record WHERE id = $1', [id])
  const rows = await sql.query(
    'SELECT version, terms, effective_at FROM authorization_version WHERE authorization_id = $1 ORDER BY version',
    [id],
  )
  return {
    requestId: (record?.['request_id'] ?? null) as Id<'approval'> | null,
    versions: rows
      .map((row) => versionRow.parse(row))
      .map(({ version, terms, effective_at }) => ({ version, terms, fromMs: effective_at.getTime() })),
  }
}
