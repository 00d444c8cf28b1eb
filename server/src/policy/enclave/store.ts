// The one row that says what this enclave is and since when, and the one row of the ceremony that founds a real one.

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

/** What a real enclave is named by outside of itself. Fixed when its ceremony begins: labels and ledger carry it for good. */
export interface CeremonyRecord {
  readonly name: string
  /** Host part of its labels and obligations. */
  readonly namespace: string
  /** Schema-less URL of its ledger. */
  readonly ledgerOrigin: string
}

const ceremonyRow = z
  .object({ enclave_name: z.string(), namespace: z.string(), ledger_origin: z.string() })
  .transform((row): CeremonyRecord => ({
    name: row.enclave_name,
    namespace: row.namespace,
    ledgerOrigin: row.ledger_origin,
  }))

/** Read the ceremony of a real enclave, also after it was closed; null when nobody has begun one. */
export async function readCeremony(sql: Sql): Promise<CeremonyRecord | null> {
  const [row] = await sql.query('SELECT enclave_name, namespace, ledger_origin FROM ceremony')
  return row === undefined ? null : ceremonyRow.parse(row)
}

/** Returns false when a ceremony was begun already. */
export async function insertCeremony(tx: Transaction, record: CeremonyRecord): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO ceremony (enclave_name, namespace, ledger_origin) VALUES ($1, $2, $3)
     ON CONFLICT (only_row) DO NOTHING RETURNING enclave_name`,
    [record.name, record.namespace, record.ledgerOrigin],
  )
  return rows.length === 1
}

/**
 * Keep the enclave from being founded until this transaction ends: what it adds belongs to the ceremony or is refused.
 * `closing` keeps others from closing too, so that of two who close one waits and then finds it founded.
 */
export async function holdUnfounded(tx: Transaction, purpose: 'acting' | 'closing'): Promise<Enclave | null> {
  await tx.query(`LOCK TABLE enclave IN ${purpose === 'closing' ? 'SHARE ROW EXCLUSIVE' : 'SHARE'} MODE`)
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
