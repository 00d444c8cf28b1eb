// How long a start takes for looking through a large ledger: the audit that reads every entry, beside the plainest loop that reads
// and hashes the same bytes.

import { hash } from 'node:crypto'
import type { Database } from '../server/src/base/index.ts'
import type { Ledger } from '../server/src/ledger/index.ts'
import { temporaryLedger } from '../server/src/ledger/testing.ts'
import { draft } from './ledger.ts'
import { median, seconds, type BenchRow } from './row.ts'

const atOnce = 4096

/** Measure on a database of its own, about a minute for 200,000 entries and the more for more. */
export async function benchAudit(count = 200_000): Promise<BenchRow[]> {
  const { ledger, options, stop } = await temporaryLedger()
  const { database } = options
  try {
    await fill(ledger, database, count)
    const audits: number[] = []
    const plain: number[] = []
    for (let turn = 0; turn < 3; turn++) {
      plain.push(await seconds(() => readAndHash(database, count)))
      audits.push(await seconds(() => requireUnaltered(ledger)))
    }
    return [rowOf(count, median(audits), median(plain))]
  } finally {
    await stop()
  }
}

async function fill(ledger: Ledger, database: Database, count: number): Promise<void> {
  for (let written = 0; written < count; written += atOnce) {
    const drafts = Array.from({ length: Math.min(atOnce, count - written) }, (_, n) => ({
      ...draft,
      body: { ...draft.body, n: written + n },
    }))
    await database.transaction((tx) => ledger.appendIn(tx, drafts))
    while ((await ledger.sequenceOnce()) > 0);
  }
  await database.query('VACUUM ANALYZE')
}

async function requireUnaltered(ledger: Ledger): Promise<void> {
  const finding = await ledger.audit()
  if (finding !== null) throw new Error(`cannot measure: ${JSON.stringify(finding)}, want none`)
}

async function readAndHash(database: Database, count: number): Promise<void> {
  const text = 'SELECT bytes FROM ledger_entries WHERE index >= $1 AND index < $2 ORDER BY index'
  for (let first = 0; first < count; first += atOnce) {
    const rows = await database.query({ name: 'bench-bytes', text }, [first, first + atOnce])
    for (const row of rows) hash('sha256', row['bytes'] as Uint8Array, 'buffer')
  }
}

function rowOf(count: number, auditSeconds: number, plainSeconds: number): BenchRow {
  return {
    what: 'audit of the whole ledger, as every start does',
    value: count / auditSeconds,
    unit: '1/s',
    reference: `${(count / plainSeconds).toFixed(0)} a second read and hashed, nothing compared`,
    ratio: plainSeconds / auditSeconds,
    target: 0.25,
    note: `${count} entries in ${auditSeconds.toFixed(1)} s`,
  }
}

if (import.meta.main) console.table(await benchAudit(Number(process.argv[2] ?? 200_000)))
