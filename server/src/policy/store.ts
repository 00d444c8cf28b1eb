// All of the decision point's SQL: the access epoch, the policy set in force, and the snapshot that joins the read-only
// views which other modules publish (identity_person, roster_subject, file_registered, file_label_added, file_rescued,
// vault_labels, file_label_known, authorization_effective, proviso_acknowledged; of most there is an `_as_of` for a moment of
// the past, and proscribed_country_on, employee_country_on).

import { Problem, type Id, type Role } from '@sallyport/protocol'
import * as z from 'zod'
import type { Row, Sql, Transaction } from '../base/index.ts'
import type { Held } from '../ledger/index.ts'

/**
 * Say in a transaction that its change ends or narrows somebody's access. INVARIANT: I3. A permit decided on the older
 * state can then no longer become durable: its append holds this row FOR SHARE and compares the epoch. Call it before the
 * change's own entry takes its time, so that the ledger has no permit after it.
 */
export async function narrowAccess(tx: Transaction): Promise<void> {
  await tx.query({ name: 'policy-narrow', text: 'UPDATE access_epoch SET epoch = epoch + 1' })
}

/** Hold the epoch for the rest of the transaction, and read it with the database's clock. */
export async function holdEpoch(tx: Transaction): Promise<{ epoch: number; atMs: number }> {
  const [row] = await tx.query({
    name: 'policy-hold-epoch',
    text: 'SELECT epoch, extract(epoch FROM clock_timestamp()) * 1000 AS at_ms FROM access_epoch FOR SHARE',
  })
  const { epoch, at_ms } = z.object({ epoch: z.coerce.number(), at_ms: z.coerce.number() }).parse(row)
  return { epoch, atMs: Math.floor(at_ms) }
}

/**
 * The epoch as a permit's append holds it, in the one statement that inserts its entry. INVARIANT: I3. Whoever narrows access
 * meanwhile waits for that append, or the append for them, and then finds another epoch than its decision saw.
 */
export const heldEpoch: Held = { name: 'epoch', text: 'SELECT epoch AS value FROM access_epoch FOR SHARE' }

/**
 * Tell who of these people is a verified U.S. person in a role now, and keep it so until the transaction ends: whatever ends
 * somebody increments the epoch, which is held. For changes that rest on what others said before.
 */
export async function holdStanding(
  tx: Transaction,
  people: readonly Id<'person'>[],
  role: Role,
): Promise<ReadonlySet<Id<'person'>>> {
  await holdEpoch(tx)
  return peopleOf(await tx.query(`${standingText} AND person_id = ANY ($2::uuid[])`, [role, people]))
}

/** Tell who is a verified U.S. person in a role at this moment, which may be over in the next. For what only tells people. */
export async function readStanding(sql: Sql, role: Role): Promise<ReadonlySet<Id<'person'>>> {
  return peopleOf(await sql.query(standingText, [role]))
}

const standingText = `
  SELECT person_id FROM roster_subject
   WHERE status = 'us-person' AND roles @> ARRAY[$1::text] AND NOT acts_for_foreign_employer`

function peopleOf(rows: readonly Row[]): ReadonlySet<Id<'person'>> {
  return new Set(
    z
      .array(z.object({ person_id: z.string() }))
      .parse(rows)
      .map((row) => row.person_id as Id<'person'>),
  )
}

export interface SnapshotQuestion {
  readonly issuers: readonly string[]
  readonly subjects: readonly string[]
  readonly personIds: readonly string[]
  readonly fileIds: readonly string[]
  readonly vaultIds: readonly string[]
  readonly labels: readonly string[]
}

/** Where a look finds what it reads: what other modules publish of now, or of the moment $7. */
interface Sources {
  readonly people: string
  readonly files: string
  readonly added: string
  readonly rescues: string
  readonly known: string
  readonly effective: string
  readonly acknowledged: string
  readonly policyDigest: string
  readonly at: string
  /** No earlier than anything that the look saw was committed. */
  readonly seenAt: string
}

const ofNow: Sources = {
  people: 'roster_subject',
  files: 'file_registered',
  added: 'file_label_added',
  rescues: 'file_rescued',
  known: 'file_label_known',
  effective: 'authorization_effective',
  acknowledged: 'proviso_acknowledged',
  policyDigest: 'SELECT digest FROM policy_set WHERE in_force',
  at: 'statement_timestamp()',
  seenAt: 'clock_timestamp()',
}

const asOf: Sources = {
  people: 'roster_subject_as_of($7)',
  files: 'file_registered_as_of($7)',
  added: 'file_label_added_as_of($7)',
  rescues: 'file_rescued_as_of($7)',
  known: 'file_label_known_as_of($7)',
  effective: 'authorization_effective_as_of($7)',
  acknowledged: 'proviso_acknowledged_as_of($7)',
  policyDigest: 'SELECT digest FROM policy_set_past WHERE valid_from <= $7 ORDER BY valid_from DESC LIMIT 1',
  at: '$7::timestamptz',
  seenAt: '$7::timestamptz',
}

// One statement is one snapshot: what ends access and the epoch that says so are seen together or not at all.
const snapshotText = (from: Sources): string => `
WITH bound AS (
  SELECT i.issuer, i.subject, i.person_id
  FROM unnest($1::text[], $2::text[]) AS asked (issuer, subject)
  JOIN identity_person i USING (issuer, subject)
), people AS (
  SELECT r.* FROM ${from.people} r
  WHERE r.person_id IN (SELECT person_id FROM bound UNION SELECT unnest($3::uuid[]))
), abroad AS (
  SELECT coalesce(array_agg(person_id), '{}') AS ids,
         coalesce(array_agg(employer) FILTER (WHERE employer IS NOT NULL), '{}') AS employers
  FROM people WHERE status = 'foreign-person'
), files AS (
  SELECT file_id, labels, state = 'deleted' AS deleted FROM ${from.files} WHERE file_id = ANY ($4::uuid[])
), added AS (
  SELECT file_id, labels FROM ${from.added} WHERE file_id = ANY ($4::uuid[])
), rescues AS (
  SELECT r.file_id, r.rescue_id, r.policy_sha256, r.bindings, r.is_stored, r.labels, roster_hands(r.hands) AS hands
  FROM ${from.rescues} r WHERE r.file_id = ANY ($4::uuid[])
), vaults AS (
  SELECT vault_id, labels FROM vault_labels WHERE vault_id = ANY ($5::uuid[])
), labels AS (
  SELECT k.fqn, k.dimension, k.value FROM ${from.known} k
  WHERE k.fqn = ANY (
    SELECT unnest($6::text[])
    UNION SELECT unnest(labels) FROM files
    UNION SELECT unnest(labels) FROM added
    UNION SELECT unnest(labels) FROM rescues
    UNION SELECT unnest(labels) FROM vaults
  )
), authorizations AS (
  SELECT a.authorization_id, a.version, a.terms FROM ${from.effective} a, abroad
  WHERE cardinality(abroad.ids) > 0 AND (a.persons && abroad.ids OR a.foreign_parties && abroad.employers)
)
SELECT
  (SELECT epoch FROM access_epoch) AS epoch,
  (${from.policyDigest}) AS policy_digest,
  extract(epoch FROM ${from.seenAt}) * 1000 AS at_ms,
  (SELECT coalesce(json_agg(bound), '[]') FROM bound) AS bound,
  (SELECT coalesce(json_agg(people), '[]') FROM people) AS people,
  (SELECT coalesce(json_agg(files), '[]') FROM files) AS files,
  (SELECT coalesce(json_agg(added), '[]') FROM added) AS added,
  (SELECT coalesce(json_agg(rescues), '[]') FROM rescues) AS rescues,
  (SELECT coalesce(json_agg(vaults), '[]') FROM vaults) AS vaults,
  (SELECT coalesce(json_agg(labels), '[]') FROM labels) AS labels,
  (SELECT coalesce(json_agg(authorizations), '[]') FROM authorizations) AS authorizations,
  (SELECT coalesce(json_agg(p), '[]')
     FROM abroad, proscribed_country_on(${from.at}) p
    WHERE cardinality(abroad.ids) > 0) AS proscribed,
  (SELECT coalesce(json_agg(n.country), '[]')
     FROM abroad, employee_country_on(${from.at}) n
    WHERE cardinality(abroad.ids) > 0) AS nationals,
  (SELECT coalesce(json_agg(k), '[]')
     FROM abroad, ${from.acknowledged} k
    WHERE k.person_id = ANY (abroad.ids)) AS acknowledged`

const nowText = { name: 'policy-snapshot', text: snapshotText(ofNow) }
const asOfText = { name: 'policy-snapshot-as-of', text: snapshotText(asOf) }

/** Take the look: of now, or of a moment of the past. The epoch is that of now. */
export async function readSnapshot(sql: Sql, question: SnapshotQuestion, asOfMs: number | null = null): Promise<Row> {
  const [row] = await sql.query(asOfMs === null ? nowText : asOfText, [
    question.issuers,
    question.subjects,
    question.personIds,
    question.fileIds,
    question.vaultIds,
    question.labels,
    ...(asOfMs === null ? [] : [new Date(asOfMs)]),
  ])
  if (row === undefined) throw new Problem('unavailable', 'cannot read snapshot: no row, want one')
  return row
}

export interface StoredPolicySet {
  readonly digest: string
  readonly schemaText: string
  readonly policyText: string
}

/** A policy set that is or was in force, by its digest. */
export async function storedPolicySet(sql: Sql, digest: string): Promise<StoredPolicySet | null> {
  const [row] = await sql.query('SELECT digest, schema_text, policy_text FROM policy_set WHERE digest = $1', [digest])
  if (row === undefined) return null
  const parsed = z.object({ digest: z.string(), schema_text: z.string(), policy_text: z.string() }).parse(row)
  return { digest: parsed.digest, schemaText: parsed.schema_text, policyText: parsed.policy_text }
}

/** Digest of the policy set in force; null when there is none, and then nothing is permitted. */
export async function digestInForce(sql: Sql): Promise<string | null> {
  const [row] = await sql.query('SELECT digest FROM policy_set WHERE in_force')
  return row === undefined ? null : z.object({ digest: z.string() }).parse(row).digest
}

/** Keep a policy set without putting it in force, for whoever is asked to approve it. */
export async function keepPolicySet(tx: Transaction, set: StoredPolicySet): Promise<void> {
  await tx.query(
    `INSERT INTO policy_set (digest, schema_text, policy_text, in_force) VALUES ($1, $2, $3, false)
     ON CONFLICT (digest) DO NOTHING`,
    [set.digest, set.schemaText, set.policyText],
  )
}

/** Read the digest in force and keep it in force until the transaction ends. */
export async function lockInForce(tx: Transaction): Promise<string | null> {
  // Locked by itself: whatever waited for the lock must read what the transaction before it wrote.
  await tx.query('SELECT FROM policy_set WHERE in_force FOR UPDATE')
  return await digestInForce(tx)
}

export async function putInForce(tx: Transaction, set: StoredPolicySet): Promise<void> {
  await tx.query('UPDATE policy_set SET in_force = false WHERE in_force')
  await tx.query(
    `INSERT INTO policy_set (digest, schema_text, policy_text, in_force) VALUES ($1, $2, $3, true)
     ON CONFLICT (digest) DO UPDATE SET in_force = true, activated_at = now()`,
    [set.digest, set.schemaText, set.policyText],
  )
}

/** No id of ours is this one or before it. */
const beforeAll = '00000000-0000-0000-0000-000000000000'

/** Everybody on the roster, a page at a time, for whole questions. */
export async function rosterPage(sql: Sql, after: string | null, limit: number): Promise<readonly string[]> {
  const rows = await sql.query(
    `SELECT person_id FROM roster_subject WHERE person_id > $1 ORDER BY person_id LIMIT $2`,
    [after ?? beforeAll, limit],
  )
  return z
    .array(z.object({ person_id: z.string() }))
    .parse(rows)
    .map((row) => row.person_id)
}

/** Every file that is here, or was at a moment of the past, a page at a time, for whole questions. */
export async function filePage(
  sql: Sql,
  after: string | null,
  limit: number,
  asOfMs: number | null = null,
): Promise<readonly string[]> {
  const text = (files: string) =>
    `SELECT file_id FROM ${files} WHERE file_id > $1 AND state <> 'deleted' ORDER BY file_id LIMIT $2`
  const values = [after ?? beforeAll, limit]
  const rows =
    asOfMs === null
      ? await sql.query(text('file_registered'), values)
      : await sql.query(text('file_registered_as_of($3)'), [...values, new Date(asOfMs)])
  return z
    .array(z.object({ file_id: z.string() }))
    .parse(rows)
    .map((row) => row.file_id)
}

/** Every vault, a page at a time, for whole questions. */
export async function vaultPage(sql: Sql, after: string | null, limit: number): Promise<readonly string[]> {
  const rows = await sql.query('SELECT vault_id FROM vault_labels WHERE vault_id > $1 ORDER BY vault_id LIMIT $2', [
    after ?? beforeAll,
    limit,
  ])
  return z
    .array(z.object({ vault_id: z.string() }))
    .parse(rows)
    .map((row) => row.vault_id)
}

/** Have all that follows in a transaction see one moment, and change nothing. Before anything else in it. */
export async function readOneMoment(tx: Transaction): Promise<void> {
  await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
}

/** Whether an authorization is effective; its dates are another matter. */
export async function isEffective(sql: Sql, id: Id<'authorization'>): Promise<boolean> {
  return (await sql.query('SELECT FROM authorization_effective WHERE authorization_id = $1', [id])).length > 0
}

/** Whether a moment lies behind now, by the clock of the database. */
export async function isYetToCome(sql: Sql, atMs: number): Promise<boolean> {
  const [row] = await sql.query('SELECT $1::timestamptz > clock_timestamp() AS is_to_come', [new Date(atMs)])
  return z.object({ is_to_come: z.boolean() }).parse(row).is_to_come
}
