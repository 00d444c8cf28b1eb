// All SQL of labels, vaults and protected files.

import type { Id, LabelFqn } from '@sallyport/protocol'
import { Problem } from '@sallyport/protocol'
import { labelDimensions, type LabelDimension, type SaidLabel } from '@sallyport/protocol/markings'
import * as z from 'zod'
import type { Sql, Transaction } from '../base/index.ts'
import { violatedConstraint } from '../base/index.ts'

export type Dimension = LabelDimension

export interface NamedLabel {
  readonly fqn: string
  readonly title: string
}

/** A label with the record of who classified it and on which basis. */
export interface LabelRecord extends NamedLabel {
  readonly dimension: Dimension
  readonly value: string
  readonly classifiedBy: Id<'person'>
  readonly basis: string
  /** The record on which it stands; null for a label of something else, and for one of before records were kept. */
  readonly classificationId: Id<'classification'> | null
}

/** A label as it is read: what it means by the record that holds now. */
export interface ReadLabel extends LabelRecord {
  /** Its value, or what the record in force says more strictly; null where nobody knows, and whatever carries it is refused. */
  readonly reads: string | null
}

/** Files of a vault are counted up to here. */
const mostCounted = 100
/** Vaults of one page: the files of each are counted. */
export const pageOfVaults = 100
/** Labels of one page. */
const pageOfLabels = 1000

export interface Vault {
  readonly id: Id<'vault'>
  readonly name: string
  readonly description: string
  readonly labels: readonly NamedLabel[]
  /** Files that are stored, reservations left out; `mostCounted` for that many or more. */
  readonly fileCount: number
}

interface FileFacts {
  /** Also the uuid of the file's TDF policy. */
  readonly id: Id<'file'>
  readonly vaultId: Id<'vault'>
  readonly name: string
  /** What it is sealed under: the labels of the vault when the file was reserved. */
  readonly labels: readonly NamedLabel[]
  /** Labels that were added here since, and apply beside those. */
  readonly addedLabels: readonly NamedLabel[]
  readonly protectedBy: Id<'person'>
  readonly protectedAtMs: number
}

export interface ReservedFile extends FileFacts {
  readonly state: 'reserved'
}

export interface StoredFile extends FileFacts {
  readonly state: 'stored'
  readonly sealedBytes: number
  readonly sha256: Uint8Array
  readonly objectKey: string
}

/** What is left of a file that was deleted. */
export interface DeletedFile extends FileFacts {
  readonly state: 'deleted'
  readonly sealedBytes: number
  readonly sha256: Uint8Array
  readonly deletedAtMs: number
}

export type ProtectedFile = ReservedFile | StoredFile | DeletedFile

// A label that the register lost its row of still shows, by its bare name.
const named = (column: string) => `(
  SELECT coalesce(json_agg(json_build_object('fqn', f, 'title', coalesce(l.title, f)) ORDER BY f), '[]')
  FROM unnest(${column}) f LEFT JOIN label l ON l.fqn = f)`

const id = <K extends string>() => z.string().transform((text) => text as Id<K>)
const namedLabels = z.array(z.object({ fqn: z.string(), title: z.string() }))

const vaultRow = z.object({
  id: id<'vault'>(),
  name: z.string(),
  description: z.string(),
  labels: namedLabels,
  fileCount: z.number(),
})

const facts = {
  id: id<'file'>(),
  vaultId: id<'vault'>(),
  name: z.string(),
  labels: namedLabels,
  addedLabels: namedLabels,
  protectedBy: id<'person'>(),
  protectedAtMs: z.date().transform((at) => at.getTime()),
}
const fileRow = z.discriminatedUnion('state', [
  z.object({ ...facts, state: z.literal('reserved') }),
  z.object({
    ...facts,
    state: z.literal('stored'),
    sealedBytes: z.number(),
    sha256: z.instanceof(Uint8Array),
    objectKey: z.string(),
  }),
  z.object({
    ...facts,
    state: z.literal('deleted'),
    sealedBytes: z.number(),
    sha256: z.instanceof(Uint8Array),
    deletedAtMs: z.date().transform((at) => at.getTime()),
  }),
])

const vaultText = `SELECT v.id, v.name, v.description, ${named('v.labels')} AS labels,
    (SELECT count(*) FROM (SELECT FROM protected_file f WHERE f.vault_id = v.id AND f.state = 'stored'
                            LIMIT ${mostCounted}) counted) AS "fileCount"
  FROM vault v`

const added = '(SELECT a.labels FROM file_label_added a WHERE a.file_id = protected_file.id)'
const fileText = `SELECT id, vault_id AS "vaultId", name, state, ${named('labels')} AS labels, ${named(added)} AS "addedLabels",
    sealed_bytes AS "sealedBytes", sha256, object_key AS "objectKey", protected_by AS "protectedBy", protected_at AS "protectedAtMs",
    deleted_at AS "deletedAtMs"
  FROM protected_file`

export async function insertLabel(tx: Transaction, label: LabelRecord): Promise<void> {
  const rows = await tx.query(
    `INSERT INTO label (fqn, dimension, value, title, classified_by, basis, classification_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT DO NOTHING RETURNING fqn`,
    [label.fqn, label.dimension, label.value, label.title, label.classifiedBy, label.basis, label.classificationId],
  )
  if (rows.length === 0) throw new Problem('conflict', 'cannot define label: its name is taken, want another')
}

const labelRow = z.object({
  fqn: z.string(),
  dimension: z.enum(labelDimensions),
  value: z.string(),
  title: z.string(),
  classifiedBy: id<'person'>(),
  basis: z.string(),
  classificationId: id<'classification'>().nullable(),
  reads: z.string().nullable(),
})

/** A page of labels. `last` is the name after which the next one begins; null on the last page. */
export interface LabelPage {
  readonly labels: readonly ReadLabel[]
  readonly last: string | null
}

/** Active labels by name, from after a name on. */
export async function labelsAfter(sql: Sql, after: string | null): Promise<LabelPage> {
  const rows = await sql.query(
    `SELECT l.fqn, l.dimension, l.value, l.title, l.classified_by AS "classifiedBy", l.basis,
            l.classification_id AS "classificationId", k.value AS reads
       FROM label l LEFT JOIN file_label_known k ON k.fqn = l.fqn
      WHERE l.active AND l.fqn > $1 ORDER BY l.fqn LIMIT ${pageOfLabels}`,
    [after ?? ''],
  )
  const labels = z.array(labelRow).parse(rows)
  return { labels, last: labels.length < pageOfLabels ? null : (labels.at(-1)?.fqn ?? null) }
}

/** The names of all active labels. */
export async function labelFqns(sql: Sql): Promise<readonly string[]> {
  const rows = await sql.query('SELECT fqn FROM label WHERE active ORDER BY fqn')
  return z
    .array(z.object({ fqn: z.string() }))
    .parse(rows)
    .map(({ fqn }) => fqn)
}

/** Find the labels of these names that are active. */
export async function activeLabels(sql: Sql, fqns: readonly LabelFqn[]): Promise<readonly NamedLabel[]> {
  const rows = await sql.query(
    { name: 'files-labels', text: 'SELECT fqn, title FROM label WHERE active AND fqn = ANY ($1)' },
    [fqns],
  )
  return namedLabels.parse(rows)
}

/** What the labels of these names say that are active. */
export async function saidLabels(sql: Sql, fqns: readonly string[]): Promise<readonly SaidLabel[]> {
  const rows = await sql.query('SELECT dimension, value FROM label WHERE active AND fqn = ANY ($1) ORDER BY fqn', [
    fqns,
  ])
  return z.array(z.object({ dimension: z.string(), value: z.string() })).parse(rows)
}

export async function insertVault(
  tx: Transaction,
  vault: { id: Id<'vault'>; name: string; description: string; labels: readonly LabelFqn[] },
): Promise<void> {
  const rows = await tx.query(
    'INSERT INTO vault (id, name, description, labels) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id',
    [vault.id, vault.name, vault.description, vault.labels],
  )
  if (rows.length === 0) throw new Problem('conflict', 'cannot make vault: its name is taken, want another')
}

export async function allVaults(sql: Sql): Promise<readonly Vault[]> {
  return z.array(vaultRow).parse(await sql.query(`${vaultText} ORDER BY v.name`))
}

/** The vaults of these ids, by name. */
export async function vaultsById(sql: Sql, ids: readonly string[]): Promise<readonly Vault[]> {
  const rows = await sql.query(`${vaultText} WHERE v.id = ANY ($1::uuid[]) ORDER BY v.name`, [ids])
  return z.array(vaultRow).parse(rows)
}

/** Vaults by name, from after a name on, as many as one page asks about. */
export async function vaultIdsAfter(
  sql: Sql,
  after: string | null,
): Promise<readonly { readonly id: Id<'vault'>; readonly name: string }[]> {
  const rows = await sql.query(
    {
      name: 'files-vaults-after',
      text: `SELECT id, name FROM vault WHERE name > $1 ORDER BY name LIMIT ${pageOfVaults}`,
    },
    [after ?? ''],
  )
  return z.array(z.object({ id: id<'vault'>(), name: z.string() })).parse(rows)
}

/**
 * Give up a reservation of this name that nobody completed: one's own, or anybody's after a day. Yields its id.
 * A file that is stored stays.
 */
export async function dropReservation(
  tx: Transaction,
  { vaultId, name, by }: { vaultId: Id<'vault'>; name: string; by: Id<'person'> },
): Promise<Id<'file'> | null> {
  const [row] = await tx.query(
    `DELETE FROM protected_file WHERE vault_id = $1 AND name = $2 AND state = 'reserved'
     AND (protected_by = $3 OR protected_at < now() - interval '1 day') RETURNING id`,
    [vaultId, name, by],
  )
  return row === undefined ? null : id<'file'>().parse(row['id'])
}

/** Reserve under the labels that the vault has now, and more. Throws Problem `conflict` when the name is taken. */
export async function insertFile(
  tx: Transaction,
  file: { id: Id<'file'>; vaultId: Id<'vault'>; name: string; by: Id<'person'>; more: readonly string[] },
): Promise<void> {
  try {
    const rows = await tx.query(
      `INSERT INTO protected_file (id, vault_id, name, labels, state, protected_by)
       SELECT $1, v.id, $3, ARRAY(SELECT DISTINCT l COLLATE "C" FROM unnest(v.labels || $5::text[]) l ORDER BY 1), 'reserved', $4
         FROM vault v WHERE v.id = $2 RETURNING id`,
      [file.id, file.vaultId, file.name, file.by, file.more],
    )
    if (rows.length === 0) throw new Problem('not-found', 'cannot reserve file: there is no such vault, want one')
  } catch (error) {
    if (violatedConstraint(error) === null) throw error
    throw new Problem('conflict', 'cannot reserve file: its name is taken in this vault, want another', {
      cause: error,
    })
  }
}

/** Read a file and keep others from changing it until the transaction ends. */
export async function lockFile(tx: Transaction, fileId: Id<'file'>): Promise<ProtectedFile | null> {
  // Locked by itself: whatever waited for the lock must read what the transaction before it wrote.
  await tx.query('SELECT FROM protected_file WHERE id = $1 FOR UPDATE', [fileId])
  return await fileById(tx, fileId)
}

export async function markDeleted(tx: Transaction, fileId: Id<'file'>): Promise<void> {
  await tx.query(`UPDATE protected_file SET state = 'deleted', deleted_at = now() WHERE id = $1`, [fileId])
}

/** Objects of deleted files that were not removed yet, at most 1,000. */
export async function leftoverObjects(
  sql: Sql,
): Promise<readonly { readonly fileId: Id<'file'>; readonly objectKey: string }[]> {
  const rows = await sql.query(
    `SELECT id AS "fileId", object_key AS "objectKey" FROM protected_file
      WHERE state = 'deleted' AND object_key IS NOT NULL ORDER BY id LIMIT 1000`,
  )
  return z.array(z.object({ fileId: id<'file'>(), objectKey: z.string() })).parse(rows)
}

export async function forgetObject(sql: Sql, fileId: Id<'file'>): Promise<void> {
  await sql.query(`UPDATE protected_file SET object_key = NULL WHERE id = $1 AND state = 'deleted'`, [fileId])
}

/** Turn a reservation of this person into a stored file. Throws Problem `conflict` when it is no longer theirs to complete. */
export async function markStored(
  tx: Transaction,
  stored: {
    id: Id<'file'>
    by: Id<'person'>
    sealedBytes: number
    sha256: Uint8Array
    objectKey: string
  },
): Promise<void> {
  const rows = await tx.query(
    `UPDATE protected_file SET state = 'stored', sealed_bytes = $3, sha256 = $4, object_key = $5, protected_at = now()
     WHERE id = $1 AND state = 'reserved' AND protected_by = $2 RETURNING id`,
    [stored.id, stored.by, stored.sealedBytes, Buffer.from(stored.sha256), stored.objectKey],
  )
  if (rows.length === 0) throw new Problem('conflict', 'cannot store file: its reservation is gone, want a live one')
}

export async function fileById(sql: Sql, fileId: Id<'file'>): Promise<ProtectedFile | null> {
  const [row] = await sql.query({ name: 'files-by-id', text: `${fileText} WHERE id = $1` }, [fileId])
  return row === undefined ? null : fileRow.parse(row)
}

/** The files of these ids, in the order of their reservation. */
export async function filesById(sql: Sql, ids: readonly string[]): Promise<readonly ProtectedFile[]> {
  return z.array(fileRow).parse(await sql.query(`${fileText} WHERE id = ANY ($1::uuid[]) ORDER BY id`, [ids]))
}

/** Which vault a file is in: what decides about storing it. Null for none of that id. */
export async function vaultIdOf(sql: Sql, fileId: Id<'file'>): Promise<Id<'vault'> | null> {
  const [row] = await sql.query('SELECT vault_id FROM protected_file WHERE id = $1', [fileId])
  return row === undefined ? null : id<'vault'>().parse(row['vault_id'])
}

export interface FileName {
  readonly name: string
  readonly vault: string
}

/** Names of files and their vaults, to show beside a decided answer. No file of an id, no name. */
export async function namesOfFiles(sql: Sql, ids: readonly Id<'file'>[]): Promise<ReadonlyMap<Id<'file'>, FileName>> {
  const rows = await sql.query(
    'SELECT f.id, f.name, v.name AS vault FROM protected_file f JOIN vault v ON v.id = f.vault_id WHERE f.id = ANY ($1::uuid[])',
    [ids],
  )
  const named = z.array(z.object({ id: id<'file'>(), name: z.string(), vault: z.string() })).parse(rows)
  return new Map(named.map(({ id, name, vault }) => [id, { name, vault }]))
}

/** How many vaults there are and how many files are stored in them, to show beside a decided answer. */
export async function countFiles(sql: Sql): Promise<{ readonly vaults: number; readonly storedFiles: number }> {
  const text = `SELECT count(*)::int AS vaults,
                       (SELECT count(*)::int FROM protected_file WHERE state = 'stored') AS stored FROM vault`
  const [row] = await sql.query({ name: 'files-count', text })
  const { vaults, stored } = z.object({ vaults: z.number(), stored: z.number() }).parse(row)
  return { vaults, storedFiles: stored }
}

/** What vaults are called, by their ids. */
export async function namesOfVaults(sql: Sql, ids: readonly Id<'vault'>[]): Promise<ReadonlyMap<Id<'vault'>, string>> {
  const rows = await sql.query('SELECT id, name FROM vault WHERE id = ANY ($1::uuid[])', [ids])
  const named = z.array(z.object({ id: id<'vault'>(), name: z.string() })).parse(rows)
  return new Map(named.map((one) => [one.id, one.name]))
}

/** No id of ours is this one or before it. */
export const beforeAll = '00000000-0000-0000-0000-000000000000'

/** Files but deleted ones, in the order of their ids, which is the order of their reservation; `after` pages on. */
export async function filesAfter(
  sql: Sql,
  { vaultId, after, limit }: { vaultId: Id<'vault'> | null; after: Id<'file'> | null; limit: number },
): Promise<readonly ProtectedFile[]> {
  // Two statements, because each needs another plan.
  const from = after ?? beforeAll
  const rows =
    vaultId === null
      ? await sql.query(`${fileText} WHERE id > $1 AND state <> 'deleted' ORDER BY id LIMIT $2`, [from, limit])
      : await sql.query(`${fileText} WHERE vault_id = $1 AND id > $2 AND state <> 'deleted' ORDER BY id LIMIT $3`, [
          vaultId,
          from,
          limit,
        ])
  return z.array(fileRow).parse(rows)
}
