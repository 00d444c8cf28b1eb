// All of triage's SQL.

import type { Id } from '@sallyport/protocol'
import * as z from 'zod'
import type { Row, Sql, Transaction } from '../base/index.ts'

export type TriageState = 'looking' | 'harmless' | 'incident'

export interface Triage {
  readonly state: TriageState
  readonly note: string
  readonly by: Id<'person'>
  readonly atMs: number
}

const columns = 'decision_id, state, note, by, at'

/** States of refusals, by their ids; those that nobody looked at are left out. */
export async function statesOf(sql: Sql, ids: readonly Id<'entry'>[]): Promise<ReadonlyMap<string, Triage>> {
  const text = `SELECT ${columns} FROM refusal_triage WHERE decision_id = ANY ($1::uuid[])`
  return new Map((await sql.query({ name: 'triage-states', text }, [ids])).map(parse))
}

/** One after the other for one refusal; null where nobody looked at it. */
export async function lockTriage(tx: Transaction, id: Id<'entry'>): Promise<Triage | null> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('refusal_triage ' || $1, 0))`, [id])
  return (await statesOf(tx, [id])).get(id) ?? null
}

export async function writeTriage(
  tx: Transaction,
  one: { readonly decisionId: Id<'entry'>; readonly by: Id<'person'> } & Pick<Triage, 'state' | 'note'>,
): Promise<void> {
  await tx.query(
    `INSERT INTO refusal_triage (decision_id, state, note, by) VALUES ($1, $2, $3, $4)
     ON CONFLICT (decision_id) DO UPDATE SET state = $2, note = $3, by = $4, at = clock_timestamp()`,
    [one.decisionId, one.state, one.note, one.by],
  )
}

const triageRow = z.object({
  decision_id: z.string(),
  state: z.enum(['looking', 'harmless', 'incident']),
  note: z.string(),
  by: z.string(),
  at: z.date(),
})

function parse(row: Row): readonly [string, Triage] {
  const { decision_id: id, state, note, by, at } = triageRow.parse(row)
  return [id, { state, note, by: by as Id<'person'>, atMs: at.getTime() }]
}
