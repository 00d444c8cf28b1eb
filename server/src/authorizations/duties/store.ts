// SQL of duties.

import * as z from 'zod'
import type { Id } from '@sallyport/protocol'
import type { Sql, Transaction } from '../../base/index.ts'
import type { Conclusion, DutyEvidence, DutyRecord } from './duty.ts'

const row = z.object({
  id: z.string(),
  authorization_id: z.string(),
  duty: z.string(),
  occurrence: z.string(),
  place: z.int(),
  outcome: z.enum(['done', 'reopened']),
  evidence_kind: z.enum(['filing', 'file', 'reason']),
  evidence: z.string(),
  filed_on: z.string().nullable(),
  file_sha256: z.string().nullable(),
  conclusion: z.enum(['concluded', 'given-up']).nullable(),
  concluded_on: z.string().nullable(),
  recorded_by: z.string(),
  recorded_at: z.date(),
})

const columns = `id, authorization_id, duty, occurrence, place, outcome, evidence_kind, evidence, filed_on::text AS filed_on,
          file_sha256, conclusion, concluded_on::text AS concluded_on, recorded_by, recorded_at`

/** The last record of each duty and time, by authorization; those without any are left out. */
export async function lastRecordsOf(
  sql: Sql,
  ids: readonly Id<'authorization'>[],
): Promise<ReadonlyMap<string, readonly DutyRecord[]>> {
  if (ids.length === 0) return new Map()
  const rows = await sql.query(
    `SELECT DISTINCT ON (authorization_id, duty, occurrence) ${columns}
       FROM authorization_duty_record WHERE authorization_id = ANY ($1::uuid[])
      ORDER BY authorization_id, duty, occurrence, place DESC`,
    [ids],
  )
  const all = Map.groupBy(z.array(row).parse(rows), (one) => one.authorization_id)
  return new Map([...all].map(([id, some]) => [id, some.map(recordOf)]))
}

/** At most so many records of an authorization, of each duty and time the newest first. */
export async function recordsOf(sql: Sql, id: Id<'authorization'>, limit: number): Promise<readonly DutyRecord[]> {
  const rows = await sql.query(
    `SELECT ${columns} FROM authorization_duty_record WHERE authorization_id = $1
      ORDER BY authorization_id, duty, occurrence, place DESC LIMIT $2`,
    [id, limit],
  )
  return z.array(row).parse(rows).map(recordOf)
}

/** INVARIANT: never removed. Of two records of one time at once the key lets one in. */
export async function insertRecord(
  tx: Transaction,
  authorizationId: Id<'authorization'>,
  record: Omit<DutyRecord, 'atMs'>,
): Promise<void> {
  const { id, duty, occurrence, place, outcome, evidence, conclusion, by } = record
  const { text, filedOn, sha256 } = partsOf(evidence)
  await tx.query(
    `INSERT INTO authorization_duty_record (id, authorization_id, duty, occurrence, place, outcome, evidence_kind, evidence, filed_on,
                                            file_sha256, conclusion, concluded_on, recorded_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      id,
      authorizationId,
      duty,
      occurrence,
      place,
      outcome,
      evidence.kind,
      text,
      filedOn,
      sha256,
      conclusion?.outcome ?? null,
      conclusion?.on ?? null,
      by,
    ],
  )
}

/** SHA-256 of the container of a file that is stored, in hex; null for none that is. */
export async function storedDigest(sql: Sql, file: string): Promise<string | null> {
  const [found] = await sql.query(`SELECT encode(sha256, 'hex') AS sha256 FROM file_stored WHERE file_id = $1`, [file])
  return found === undefined ? null : z.object({ sha256: z.string() }).parse(found).sha256
}

/** Authorizations with a duty that this person owns, by id, at most so many. */
export async function ownedBy(sql: Sql, person: Id<'person'>, limit: number): Promise<readonly Id<'authorization'>[]> {
  const rows = await sql.query(
    `SELECT id FROM authorization_record
      WHERE jsonb_path_query_array(terms, '$.provisos[*].ownerId') ? $1 AND effective_at IS NOT NULL
      ORDER BY valid_until, id LIMIT ${limit}`,
    [person],
  )
  return z
    .array(z.object({ id: z.string() }))
    .parse(rows)
    .map((one) => one.id as Id<'authorization'>)
}

/** Evidence as the columns, and the members of an entry, that hold it. */
export function partsOf(evidence: DutyEvidence): {
  readonly text: string
  readonly filedOn: string | null
  readonly sha256: string | null
} {
  if (evidence.kind === 'filing') return { text: evidence.reference, filedOn: evidence.filedOn, sha256: null }
  if (evidence.kind === 'file') return { text: evidence.fileId, filedOn: null, sha256: evidence.sha256 }
  return { text: evidence.text, filedOn: null, sha256: null }
}

function recordOf(one: z.output<typeof row>): DutyRecord {
  const { id, duty, occurrence, place, outcome, evidence_kind, evidence, filed_on, file_sha256 } = one
  return {
    id,
    duty,
    occurrence,
    place,
    outcome,
    evidence: evidenceOf(evidence_kind, evidence, filed_on ?? '', file_sha256 ?? ''),
    conclusion: conclusionOf(one),
    by: one.recorded_by as Id<'person'>,
    atMs: one.recorded_at.getTime(),
  }
}

function evidenceOf(kind: DutyEvidence['kind'], text: string, filedOn: string, sha256: string): DutyEvidence {
  if (kind === 'filing') return { kind, reference: text, filedOn }
  return kind === 'file' ? { kind, fileId: text, sha256 } : { kind, text }
}

function conclusionOf({ conclusion, concluded_on }: z.output<typeof row>): Conclusion | null {
  return conclusion === null || concluded_on === null ? null : { outcome: conclusion, on: concluded_on }
}
