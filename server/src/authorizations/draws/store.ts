// SQL of draws.

import * as z from 'zod'
import { Problem, type Id } from '@sallyport/protocol'
import type { Sql, Transaction } from '../../base/index.ts'
import type { Drawn } from './balance.ts'

export interface Draw {
  readonly id: string
  readonly line: string
  readonly place: number
  readonly quantity: number
  readonly valueCents: number
  readonly drawnQuantity: number
  readonly drawnCents: number
  readonly mostQuantity: number
  readonly mostCents: number
  readonly reference: string
  readonly corrects: string | null
  readonly reason: string | null
  readonly drawnBy: Id<'person'>
}

const balanceRow = z.object({
  authorization_id: z.string(),
  line: z.string(),
  place: z.int(),
  drawn_quantity: z.int(),
  drawn_cents: z.int(),
})

/** What is drawn of each line, as its last draw has it. */
export async function drawnOf(sql: Sql, id: Id<'authorization'>): Promise<ReadonlyMap<string, Drawn>> {
  return (await drawnOfAll(sql, [id])).get(id) ?? new Map()
}

/** The same of several authorizations; those of which nothing was drawn are left out. */
export async function drawnOfAll(
  sql: Sql,
  ids: readonly Id<'authorization'>[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, Drawn>>> {
  if (ids.length === 0) return new Map()
  const rows = await sql.query(
    `SELECT DISTINCT ON (authorization_id, line) authorization_id, line, place, drawn_quantity, drawn_cents
       FROM authorization_draw WHERE authorization_id = ANY ($1::uuid[]) ORDER BY authorization_id, line, place DESC`,
    [ids],
  )
  const all = Map.groupBy(z.array(balanceRow).parse(rows), (row) => row.authorization_id)
  const drawn = (row: z.output<typeof balanceRow>): readonly [string, Drawn] => [
    row.line,
    { place: row.place, quantity: row.drawn_quantity, valueCents: row.drawn_cents },
  ]
  return new Map([...all].map(([id, some]) => [id, new Map(some.map(drawn))]))
}

/** INVARIANT: never overdrawn. Of two that follow on the same balance the key lets one in, and a check holds it to what is allowed. */
export async function insertDraw(tx: Transaction, authorizationId: Id<'authorization'>, draw: Draw): Promise<void> {
  await tx.query(
    `INSERT INTO authorization_draw (id, authorization_id, line, place, quantity, value_cents, drawn_quantity, drawn_cents,
                                     most_quantity, most_cents, reference, corrects, reason, drawn_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      draw.id,
      authorizationId,
      draw.line,
      draw.place,
      draw.quantity,
      draw.valueCents,
      draw.drawnQuantity,
      draw.drawnCents,
      draw.mostQuantity,
      draw.mostCents,
      draw.reference,
      draw.corrects,
      draw.reason,
      draw.drawnBy,
    ],
  )
}

/** Say that a license is used up, unless that is said. Returns whether it was now. */
export async function exhaustRow(tx: Transaction, id: Id<'authorization'>): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE authorization_record SET exhausted_at = date_trunc('milliseconds', clock_timestamp())
      WHERE id = $1 AND exhausted_at IS NULL RETURNING id`,
    [id],
  )
  return rows.length > 0
}

export async function exhaustedAt(sql: Sql, id: Id<'authorization'>): Promise<number | null> {
  const [row] = await sql.query('SELECT exhausted_at FROM authorization_record WHERE id = $1', [id])
  return z.object({ exhausted_at: z.date().nullable() }).parse(row).exhausted_at?.getTime() ?? null
}

const drawRow = z.object({
  id: z.string(),
  line: z.string(),
  place: z.int(),
  quantity: z.int(),
  value_cents: z.int(),
  drawn_quantity: z.int(),
  drawn_cents: z.int(),
  most_quantity: z.int(),
  most_cents: z.int(),
  reference: z.string(),
  corrects: z.string().nullable(),
  reason: z.string().nullable(),
  drawn_by: z.string(),
  drawn_at: z.date(),
  corrected: z.boolean(),
})

export interface KeptDraw extends Draw {
  readonly atMs: number
  /** Whether a later one takes it back. */
  readonly isCorrected: boolean
}

const select = `
  SELECT d.id, d.line, d.place, d.quantity, d.value_cents, d.drawn_quantity, d.drawn_cents, d.most_quantity, d.most_cents, d.reference,
         d.corrects, d.reason, d.drawn_by, d.drawn_at, EXISTS (SELECT FROM authorization_draw c WHERE c.corrects = d.id) AS corrected
    FROM authorization_draw d`

/** The last draws of an authorization, line by line, the newest of each first. */
export async function drawsOf(sql: Sql, id: Id<'authorization'>, limit: number): Promise<readonly KeptDraw[]> {
  const rows = await sql.query(
    `${select} WHERE d.authorization_id = $1 ORDER BY d.authorization_id, d.line DESC, d.place DESC LIMIT $2`,
    [id, limit],
  )
  return rows.map(keptDraw)
}

/** One draw of an authorization. Throws Problem `not-found`. */
export async function drawById(sql: Sql, id: Id<'authorization'>, draw: string): Promise<KeptDraw> {
  const [row] = await sql.query(`${select} WHERE d.id = $1 AND d.authorization_id = $2`, [draw, id])
  if (row === undefined) throw new Problem('not-found', 'cannot take back: there is no such draw of that authorization')
  return keptDraw(row)
}

function keptDraw(row: unknown): KeptDraw {
  const {
    value_cents,
    drawn_quantity,
    drawn_cents,
    most_quantity,
    most_cents,
    drawn_by,
    drawn_at,
    corrected,
    ...rest
  } = drawRow.parse(row)
  return {
    ...rest,
    valueCents: value_cents,
    drawnQuantity: drawn_quantity,
    drawnCents: drawn_cents,
    mostQuantity: most_quantity,
    mostCents: most_cents,
    drawnBy: drawn_by as Id<'person'>,
    atMs: drawn_at.getTime(),
    isCorrected: corrected,
  }
}
