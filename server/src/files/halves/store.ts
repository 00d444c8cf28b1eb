// All SQL of the keys of single files, whose private halves rest sealed: by which key of the keystore, the sealed form says.

import * as z from 'zod'
import type { Id } from '@sallyport/protocol'
import type { Sql, Transaction } from '../../base/index.ts'

const id = <K extends string>() => z.string().transform((text) => text as Id<K>)

export async function insertFileKey(
  tx: Transaction,
  key: { readonly fileId: Id<'file'>; readonly kid: string; readonly sealed: Uint8Array },
): Promise<void> {
  await tx.query('INSERT INTO file_key (file_id, kid, sealed) VALUES ($1, $2, $3)', [
    key.fileId,
    key.kid,
    Buffer.from(key.sealed),
  ])
}

/** The key id of a file's own key, erased or not; null for a file that has none. */
export async function kidOfFile(sql: Sql, fileId: Id<'file'>): Promise<string | null> {
  const [row] = await sql.query('SELECT kid FROM file_key WHERE file_id = $1', [fileId])
  return row === undefined ? null : z.object({ kid: z.string() }).parse(row).kid
}

/** The sealed private half of a file's own key; null when it has no such key, or none any more. */
export async function sealedFileKey(sql: Sql, fileId: Id<'file'>, kid: string): Promise<Uint8Array | null> {
  const [row] = await sql.query(
    { name: 'files-key', text: 'SELECT sealed FROM file_key WHERE file_id = $1 AND kid = $2' },
    [fileId, kid],
  )
  return row === undefined ? null : z.object({ sealed: z.instanceof(Uint8Array).nullable() }).parse(row).sealed
}

// The sealed form names the key that sealed it, as the index file_key_sealed_by reads it.
const sealedBy = `(CASE WHEN length(sealed) > 2 THEN encode(substring(sealed FROM 3 FOR get_byte(sealed, 1)), 'escape') END)`

/** How many files' own keys each key of the keystore seals, and how many files have none of their own. */
export async function keysOfHalves(
  sql: Sql,
): Promise<{ readonly halves: ReadonlyMap<string, number>; readonly withoutHalf: number }> {
  const rows = await sql.query(
    `SELECT coalesce(${sealedBy}, '') AS kid, count(*) AS files FROM file_key WHERE sealed IS NOT NULL GROUP BY 1`,
  )
  const halves = z.array(z.object({ kid: z.string(), files: z.number() })).parse(rows)
  const [without] = await sql.query(
    `SELECT count(*) AS files FROM protected_file f
      WHERE state = 'stored' AND NOT EXISTS (SELECT FROM file_key k WHERE k.file_id = f.id)`,
  )
  return {
    halves: new Map(halves.map(({ kid, files }) => [kid, files])),
    withoutHalf: z.object({ files: z.number() }).parse(without).files,
  }
}

export interface SealedHalf {
  readonly fileId: Id<'file'>
  readonly sealed: Uint8Array
}

/** Sealed halves that a key sealed, in the order of their files, kept from others until the transaction ends. */
export async function lockHalvesOf(
  tx: Transaction,
  { kid, after, limit }: { readonly kid: string; readonly after: Id<'file'> | null; readonly limit: number },
): Promise<readonly SealedHalf[]> {
  const rows = await tx.query(
    `SELECT file_id AS "fileId", sealed FROM file_key
      WHERE sealed IS NOT NULL AND ${sealedBy} = $1 AND file_id > $2 ORDER BY file_id LIMIT $3 FOR UPDATE`,
    [kid, after ?? '00000000-0000-0000-0000-000000000000', limit],
  )
  return z.array(z.object({ fileId: id<'file'>(), sealed: z.instanceof(Uint8Array) })).parse(rows)
}

/** Put halves in the place of those that were read. INVARIANT: one that was erased meanwhile stays erased. */
export async function replaceHalves(
  tx: Transaction,
  halves: readonly (SealedHalf & { readonly from: Uint8Array })[],
): Promise<readonly Id<'file'>[]> {
  const rows = await tx.query(
    `UPDATE file_key k SET sealed = m.sealed FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS m (file_id, was, sealed)
      WHERE k.file_id = m.file_id AND k.sealed = m.was RETURNING k.file_id AS "fileId"`,
    [
      halves.map(({ fileId }) => fileId),
      halves.map(({ from }) => Buffer.from(from)),
      halves.map(({ sealed }) => Buffer.from(sealed)),
    ],
  )
  return z
    .array(z.object({ fileId: id<'file'>() }))
    .parse(rows)
    .map(({ fileId }) => fileId)
}

/** How many halves a key sealed that are there. */
export async function countHalvesOf(sql: Sql, kid: string): Promise<number> {
  const [row] = await sql.query(
    `SELECT count(*) AS files FROM file_key WHERE sealed IS NOT NULL AND ${sealedBy} = $1`,
    [kid],
  )
  return z.object({ files: z.number() }).parse(row).files
}

/** Erase the private half of a file's own key for good. False for a file that has no key of its own. */
export async function eraseFileKey(tx: Transaction, fileId: Id<'file'>): Promise<boolean> {
  const rows = await tx.query('UPDATE file_key SET sealed = NULL WHERE file_id = $1 RETURNING kid', [fileId])
  return rows.length > 0
}
