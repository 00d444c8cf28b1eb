// The one row that says what this enclave is and since when.

import * as z from 'zod'
import { Problem } from '@sallyport/protocol'
import type { Sql, Transaction } from '../../base/index.ts'

const enclaveKinds = ['sample', 'real'] as const
/** A sample enclave holds nobody's real data and can never become a real one. */
export type EnclaveKind = (typeof enclaveKinds)[number]

export interface Enclave {
  readonly name: string
  readonly kind: EnclaveKind
  readonly foundedAtMs: number
}

const enclaveRow = z
  .object({ name: z.string(), kind: z.enum(enclaveKinds), founded_at: z.date() })
  .transform((row): Enclave => ({ name: row.name, kind: row.kind, foundedAtMs: row.founded_at.getTime() }))

/** Read what this enclave is; null when it is not founded yet. */
export async function readEnclave(sql: Sql): Promise<Enclave | null> {
  const [row] = await sql.query('SELECT name, kind, founded_at FROM enclave')
  return row === undefined ? null : enclaveRow.parse(row)
}

/** Keep the enclave from being founded until this transaction ends: what it adds belongs to the ceremony or is refused. */
export async function holdUnfounded(tx: Transaction): Promise<Enclave | null> {
  await tx.query('LOCK TABLE enclave IN SHARE MODE')
  return await readEnclave(tx)
}

/** Write the row. Throws Problem `conflict` when there is one. */
export async function foundEnclave(tx: Transaction, name: string, kind: EnclaveKind): Promise<void> {
  const rows = await tx.query(
    'INSERT INTO enclave (name, kind) VALUES ($1, $2) ON CONFLICT (only_row) DO NOTHING RETURNING name',
    [name, kind],
  )
  if (rows.length === 0) throw new Problem('conflict', 'cannot found enclave: it is founded, want an empty database')
}
