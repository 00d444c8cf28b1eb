// What calls with a key of their own did: written in the transaction of what they did, for a day. A second attempt finds the first, or
// waits for it at the same row and then does nothing.

import { fromBase64Url, parseId, Problem, toBase64Url } from '@sallyport/protocol'
import * as z from 'zod'
import type { Act, Sql, Transaction } from '../../base/index.ts'
import type { Appended } from '../entry.ts'

/** How long a key stands for what was done with it. */
const lifetime = "interval '1 day'"

/**
 * Write down, in the transaction that appended them, what a call did: the last of its entries, once for every append. INVARIANT: a
 * call's act is durable with this row or not at all. Throws Problem `conflict` where another attempt has done it.
 */
export async function recordAct(tx: Transaction, { key, request, run }: Act, last: Appended): Promise<void> {
  const entry = { id: last.id, leafHash: toBase64Url(last.leafHash), atMs: last.atMs }
  const rows = await tx.query(
    `INSERT INTO ledger_act (key, request, run, entries) VALUES ($1, $2, $3, jsonb_build_array($4::jsonb))
     ON CONFLICT (key) DO UPDATE
       SET request = excluded.request, run = excluded.run, answer = NULL, at = excluded.at,
           entries = CASE WHEN ledger_act.run = excluded.run THEN ledger_act.entries || excluded.entries ELSE excluded.entries END
     WHERE ledger_act.run = excluded.run OR ledger_act.at < now() - ${lifetime}
     RETURNING run`,
    [key, request, run, JSON.stringify(entry)],
  )
  if (rows.length === 0) {
    throw new Problem('conflict', 'cannot do it again: a call with this Idempotency-Key did it meanwhile')
  }
}

export interface ActDone {
  /** SHA-256 of what was asked. */
  readonly request: Uint8Array
  /** The last entry of each append. */
  readonly entries: readonly Appended[]
  /** As it was kept; null where nothing was. */
  readonly answer: string | null
}

const bytea = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const actRow = z.object({
  request: bytea,
  entries: z.array(z.object({ id: z.string(), leafHash: z.string(), atMs: z.number() })),
  answer: z.string().nullable(),
})

/** Find what a call with this key did in the last day. */
export async function findAct(sql: Sql, key: Uint8Array): Promise<ActDone | null> {
  const [row] = await sql.query(
    `SELECT request, entries, answer FROM ledger_act WHERE key = $1 AND at >= now() - ${lifetime}`,
    [key],
  )
  if (row === undefined) return null
  const { request, entries, answer } = actRow.parse(row)
  return { request, answer, entries: entries.map(appendedOf) }
}

/** Keep what was answered to a call, sealed by the caller, beside what it did; nothing where it did nothing. Takes away what is over. */
export async function keepAnswer(sql: Sql, { key, run }: Act, sealed: string): Promise<void> {
  await sql.query('UPDATE ledger_act SET answer = $3 WHERE key = $1 AND run = $2', [key, run, sealed])
  await removeOldActs(sql)
}

/** Forget what a call did that was refused: it may be asked for again. */
export async function forgetAct(sql: Sql, { key, run }: Act): Promise<void> {
  await sql.query('DELETE FROM ledger_act WHERE key = $1 AND run = $2', [key, run])
}

/** Take away a hundred of those that are over. */
export async function removeOldActs(sql: Sql): Promise<void> {
  await sql.query(
    `DELETE FROM ledger_act WHERE key IN (SELECT key FROM ledger_act WHERE at < now() - ${lifetime} ORDER BY at LIMIT 100)`,
  )
}

function appendedOf({ id, leafHash, atMs }: { id: string; leafHash: string; atMs: number }): Appended {
  const [entryId, bytes] = [parseId<'entry'>(id), fromBase64Url(leafHash)]
  if (entryId === null || bytes === null) throw new Problem('unavailable', 'cannot read an act: it is not as written')
  return { id: entryId, leafHash: bytes, atMs }
}
