// SQL of entries that were declined.

import * as z from 'zod'
import type { Sql } from '../../base/index.ts'
import { declinedPrefix } from '../authorization.ts'

/** The days on which entries of this number were declined, and why, the latest first. */
export async function declinedBefore(
  sql: Sql,
  number: string,
): Promise<readonly { readonly on: string; readonly reason: string }[]> {
  const rows = await sql.query(
    `SELECT to_char(ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS on, end_reason AS reason FROM authorization_record
      WHERE number = $1 AND starts_with(end_reason, $2) ORDER BY ended_at DESC LIMIT 5`,
    [number, declinedPrefix],
  )
  return z
    .array(z.object({ on: z.string(), reason: z.string().transform((text) => text.slice(declinedPrefix.length)) }))
    .parse(rows)
}
