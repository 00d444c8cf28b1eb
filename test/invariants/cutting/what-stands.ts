// What of an enclave is there, by what it is made of: the rows that nobody but an authorized person's act may make, and the
// files that lie with them.

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../../../server/src/base/index.ts'
import { openKeystore, type KeystoreSeal } from '../../../server/src/keys/index.ts'

const tables = [
  'enclave',
  'ceremony',
  'founder',
  'founder_attestation',
  'person',
  'identity_binding',
  'label',
  'vault',
  'authorization_record',
  'legal_data',
  'policy_set',
  'ledger_head',
] as const
type Table = (typeof tables)[number]

export interface Standing {
  readonly rows: Readonly<Record<Table, number>>
  /** Digest of the keystore's file; null where there is none. */
  readonly keystore: string | null
  readonly files: readonly string[]
}

export async function whatStands(database: Database, data: string): Promise<Standing> {
  const files = await readdir(data).catch(() => [])
  const counts = await Promise.all(
    tables.map(async (table): Promise<[Table, number]> => {
      const [there] = await database.query('SELECT to_regclass($1) IS NOT NULL AS is_there', [`public.${table}`])
      if (there?.['is_there'] !== true) return [table, 0]
      return [table, Number((await database.query(`SELECT count(*) AS n FROM ${table}`))[0]?.['n'])]
    }),
  )
  const keystore = await readFile(join(data, 'keystore.json')).catch(() => null)
  return {
    rows: Object.fromEntries(counts) as Record<Table, number>,
    keystore: keystore === null ? null : createHash('sha256').update(keystore).digest('hex'),
    // What a database, a client's memory and a draft leave there makes nothing of an enclave.
    files: files.filter((name) => ['keystore.json', 'checkpoint', 'sample-keystore.key'].includes(name)).toSorted(),
  }
}

/** The ids of the keys; null where there is no keystore. Throws where there is one that does not open. */
export async function keysIn(seal: KeystoreSeal): Promise<string | null> {
  const isThere = await readFile(seal.path).catch(() => null)
  if (isThere === null) return null
  return (await openKeystore(seal))
    .list()
    .map(({ kid }) => kid)
    .join()
}
