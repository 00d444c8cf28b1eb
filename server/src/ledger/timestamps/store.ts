// SQL of timestamps: whose turn it is to ask the authority, and what it answered.

import * as z from 'zod'
import type { Id } from '@sallyport/protocol'
import type { Sql, Transaction } from '../../base/index.ts'

const turnRow = z.object({ attempts: z.int(), now_ms: z.int() })

export interface Turn {
  /** Since the last timestamp, this one counted. */
  readonly attempts: number
  /** The database's clock. */
  readonly nowMs: number
}

/**
 * Take the turn to ask the authority, for a lease: whatever becomes of the one who took it, nobody else asks before it is over.
 * Null while another has it, before the next attempt is due, and while there is a timestamp that is younger than `everyMs`.
 */
export async function takeStampingTurn(sql: Sql, everyMs: number, leaseMs: number): Promise<Turn | null> {
  const [row] = await sql.query(
    {
      name: 'ledger-stamping-turn',
      text: `
INSERT INTO ledger_stamping AS s (attempts, next_at)
SELECT 1, now() + $2::float8 * interval '1 millisecond'
 WHERE NOT EXISTS (SELECT FROM ledger_timestamp WHERE stamped_at > now() - $1::float8 * interval '1 millisecond')
ON CONFLICT (only_row) DO UPDATE SET attempts = s.attempts + 1, next_at = excluded.next_at WHERE s.next_at <= now()
RETURNING s.attempts, floor(extract(epoch FROM now()) * 1000)::bigint AS now_ms`,
    },
    [everyMs, leaseMs],
  )
  if (row === undefined) return null
  const { attempts, now_ms: nowMs } = turnRow.parse(row)
  return { attempts, nowMs }
}

/** Have the next attempt wait. Nothing happens to a turn that somebody else took since. */
export async function postponeStamping(sql: Sql, turn: Turn, trouble: string | null, waitMs: number): Promise<void> {
  await sql.query(
    `UPDATE ledger_stamping SET trouble = $2, next_at = now() + $3::float8 * interval '1 millisecond' WHERE attempts = $1`,
    [turn.attempts, trouble, waitMs],
  )
}

/** End a turn that came to a timestamp. False for one that somebody else took since. */
export async function endStampingTurn(tx: Transaction, turn: Turn): Promise<boolean> {
  const rows = await tx.query(
    'UPDATE ledger_stamping SET attempts = 0, trouble = NULL, next_at = now() WHERE attempts = $1 RETURNING 1 AS ended',
    [turn.attempts],
  )
  return rows.length === 1
}

export interface Stamped {
  readonly size: number
  /** The signed note that was stamped, byte for byte. */
  readonly note: string
  /** The authority's whole answer (DER of a TimeStampResp). */
  readonly answer: Uint8Array
  readonly authorityAtMs: number
  readonly entryId: Id<'entry'>
}

/** False where a checkpoint of that size has a timestamp already. */
export async function insertTimestamp(tx: Transaction, stamped: Stamped): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO ledger_timestamp (size, note, answer, authority_at, entry_id)
     VALUES ($1, $2, $3, to_timestamp($4::float8 / 1000), $5) ON CONFLICT DO NOTHING RETURNING 1 AS stamped`,
    [stamped.size, stamped.note, Buffer.from(stamped.answer), stamped.authorityAtMs, stamped.entryId],
  )
  return rows.length === 1
}

export async function isStamped(sql: Sql, size: number): Promise<boolean> {
  return (await sql.query('SELECT 1 AS stamped FROM ledger_timestamp WHERE size = $1', [size])).length === 1
}

const stampedRow = z.object({
  size: z.int(),
  note: z.string(),
  answer: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  authority_at: z.date(),
  entry_id: z.string().transform((text) => text as Id<'entry'>),
})

/** Timestamps of checkpoints that are larger than `after`, smallest first, at most `most`. */
export async function readTimestamps(sql: Sql, after: number, most: number): Promise<readonly Stamped[]> {
  const rows = await sql.query(
    'SELECT size, note, answer, authority_at, entry_id FROM ledger_timestamp WHERE size > $1 ORDER BY size LIMIT $2',
    [after, most],
  )
  return rows.map((row) => {
    const { authority_at, entry_id, ...rest } = stampedRow.parse(row)
    return { ...rest, authorityAtMs: authority_at.getTime(), entryId: entry_id }
  })
}

/** Sizes of the checkpoints that have a timestamp, up to a size, ascending: one an hour at most. */
export async function readStampedSizes(sql: Sql, most: number): Promise<readonly number[]> {
  const rows = await sql.query('SELECT size FROM ledger_timestamp WHERE size <= $1 ORDER BY size', [most])
  return rows.map((row) => sizeRow.parse(row).size)
}

const sizeRow = z.object({ size: z.int() })

const stampingRow = z.object({ trouble: z.string().nullable(), last_ms: z.int().nullable() })

/** Why the last attempt failed, and when the last timestamp was kept. */
export async function readStamping(
  sql: Sql,
): Promise<{ readonly trouble: string | null; readonly lastMs: number | null }> {
  const [row] = await sql.query(`
SELECT (SELECT trouble FROM ledger_stamping) AS trouble,
       (SELECT floor(extract(epoch FROM max(stamped_at)) * 1000)::bigint FROM ledger_timestamp) AS last_ms`)
  const { trouble, last_ms: lastMs } = stampingRow.parse(row)
  return { trouble, lastMs }
}
