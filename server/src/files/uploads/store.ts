// The SQL of uploads under way: one row from before the first byte until the file is stored or the upload given up.

import * as z from 'zod'
import type { Sql, Transaction } from '../../base/index.ts'

/** Say where an upload will be, before anything is written there. */
export async function insertUpload(sql: Sql, objectKey: string): Promise<void> {
  await sql.query('INSERT INTO object_upload (object_key) VALUES ($1)', [objectKey])
}

/** End an upload whose file is stored in the same transaction. False when it was given up: its object is gone, or about to be. */
export async function endUpload(tx: Transaction, objectKey: string): Promise<boolean> {
  const text = 'DELETE FROM object_upload WHERE object_key = $1 AND NOT is_given_up RETURNING object_key'
  return (await tx.query(text, [objectKey])).length > 0
}

/** Give an upload up, for good. False when there is none: its file was stored. */
export async function giveUpUpload(sql: Sql, objectKey: string): Promise<boolean> {
  const text = 'UPDATE object_upload SET is_given_up = true WHERE object_key = $1 RETURNING object_key'
  return (await sql.query(text, [objectKey])).length > 0
}

/** Forget an upload that was given up and of which nothing is left. */
export async function forgetUpload(sql: Sql, objectKey: string): Promise<void> {
  await sql.query('DELETE FROM object_upload WHERE object_key = $1 AND is_given_up', [objectKey])
}

/** Uploads that were begun so long ago by the database's clock, or were given up, at most 1,000. */
export async function forgottenUploads(sql: Sql, ageMs: number): Promise<readonly string[]> {
  const rows = await sql.query(
    `SELECT object_key AS "objectKey" FROM object_upload
      WHERE is_given_up OR begun_at < clock_timestamp() - make_interval(secs => $1::float8 / 1000) ORDER BY begun_at LIMIT 1000`,
    [ageMs],
  )
  return z
    .array(z.object({ objectKey: z.string() }))
    .parse(rows)
    .map((row) => row.objectKey)
}
