// Every table beside what the ledger's entries say of it, at one moment. INVARIANT: I9. What somebody changes in a table beside the
// ledger is found and named: table, row, column, and the entry that last said otherwise; never a value.

import { createHash } from 'node:crypto'
import { canonicalJson, Problem } from '@sallyport/protocol'
import type { Database, Transaction } from '../../base/index.ts'
import { readHead, readTime } from '../store.ts'
import { foldEntries, type OpenForPerson, type Overtaken } from './fold-entries.ts'
import {
  countFaults,
  countNotCovered,
  keySeparator,
  openSaid,
  readCanonical,
  readFault,
  type TableCounts,
} from './store.ts'
import type { LedgerTable, ModuleTables } from './table.ts'

/** What disagrees. */
export interface TableFinding {
  readonly table: string
  /** Values of the key, as PostgreSQL writes them; for a key that is personal the SHA-256 of it. */
  readonly key: string
  /** Null where it is the whole row. */
  readonly column: string | null
  /** Entry that last said otherwise; null for one that waits for the tree, and where none says that there is such a row. */
  readonly index: number | null
  readonly text: string
}

export interface ComparedTable {
  readonly table: string
  readonly rows: number
  /** Rows that are at fault. */
  readonly faults: number
  /** Rows of which no entry says anything and none has to. */
  readonly rowsNotCovered: number
  /** Columns that no entry says of some rows: those that were written before entries said them. */
  readonly columnsNotCovered: readonly { readonly column: string; readonly rows: number }[]
  /** The first of its rows that disagrees, in the order of their keys. */
  readonly finding: TableFinding | null
}

export interface TablesCompared {
  readonly atMs: number
  /** Entries of the tree, and those that wait for it. */
  readonly entries: number
  readonly pending: number
  /** Entries of kinds that this version does not know. */
  readonly unknown: readonly { readonly kind: string; readonly entries: number }[]
  /** The first entry that does not read, or whose person's key does not open what it seals. */
  readonly unread: { readonly index: number | null; readonly text: string } | null
  readonly tables: readonly ComparedTable[]
}

const valuesAtOnce = 256

/** Compare. Changes nothing: all of it is one transaction that only reads, and a table of the session's own. */
export async function compareTables(
  database: Database,
  modules: readonly ModuleTables[],
  open: OpenForPerson,
): Promise<TablesCompared> {
  return await database.bulk('scratch', async (tx) => {
    await openSaid(tx)
    const atMs = await readTime(tx)
    const head = await readHead(tx)
    if (head === null) throw new Problem('unavailable', 'cannot compare tables: the ledger was not founded, want one')
    const { entries, pending, unknown, fault, overtaken } = await foldEntries(tx, modules, head.size, open)
    const tables: ComparedTable[] = []
    for (const table of modules.flatMap((module) => module.tables)) {
      tables.push(await compare(tx, table, overtaken.get(table.name)))
    }
    return {
      atMs,
      entries,
      pending,
      unknown: [...unknown].map(([kind, count]) => ({ kind, entries: count })),
      unread: fault,
      tables,
    }
  })
}

/** The first disagreement of all, in the order in which the tables are compared; null for none. */
export function firstFinding({ tables }: Pick<TablesCompared, 'tables'>): TableFinding | null {
  return tables.find(({ finding }) => finding !== null)?.finding ?? null
}

async function compare(tx: Transaction, table: LedgerTable, overtaken: Overtaken | undefined): Promise<ComparedTable> {
  const counts = await countFaults(tx, table)
  const canonical = await compareCanonical(tx, table)
  const columnsNotCovered = counts.isPartly ? await countNotCovered(tx, table) : []
  return {
    table: table.name,
    rows: counts.rows,
    faults: counts.missing + counts.extra + counts.different + canonical.faults + (overtaken?.count ?? 0),
    rowsNotCovered: counts.notCovered,
    columnsNotCovered,
    finding: (await findingOf(tx, table, counts)) ?? canonical.first ?? overtakenOf(table, overtaken),
  }
}

async function findingOf(tx: Transaction, table: LedgerTable, { first }: TableCounts): Promise<TableFinding | null> {
  if (first === null) return null
  const { fault, columns, saidBy } = await readFault(tx, table, first)
  const row = { table: table.name, key: toldKey(table, first) }
  const ofRow = { ...row, column: null, index: saidBy[''] ?? null }
  if (fault === 'missing') return { ...ofRow, text: `the row is not there, ${byEntry(saidBy[''], 'has it')}` }
  if (fault === 'extra') {
    const isGone = '' in saidBy
    return {
      ...ofRow,
      text: `the row is there, ${isGone ? byEntry(saidBy[''], 'took it away') : 'and no entry has it'}`,
    }
  }
  const column = Object.keys(table.columns).find((name) => columns.includes(name)) ?? ''
  return { ...row, column, index: saidBy[column] ?? null, text: `it is not as ${byEntry(saidBy[column], 'says')}` }
}

/** The row is as the ledger says by now, because an entry took over what somebody had put there. */
function overtakenOf(table: LedgerTable, overtaken: Overtaken | undefined): TableFinding | null {
  if (overtaken === undefined) return null
  const { key, column, index, saidBy } = overtaken.first
  const found = index === null ? 'an entry that waits' : `entry ${index}`
  const text = `${found} found it otherwise than ${byEntry(saidBy, 'said')}`
  return { table: table.name, key: toldKey(table, key), column, index, text }
}

async function compareCanonical(
  tx: Transaction,
  table: LedgerTable,
): Promise<{ readonly faults: number; readonly first: TableFinding | null }> {
  let [faults, first]: [number, TableFinding | null] = [0, null]
  for (const [column, kind] of Object.entries(table.columns)) {
    if (kind !== 'canonical') continue
    for (let after = ''; ;) {
      const page = await readCanonical(tx, table, column, after, valuesAtOnce)
      for (const { key, value, digest, index } of page) {
        if (createHash('sha256').update(canonicalJson(value)).digest('hex') === digest) continue
        faults++
        const text = `it is not as ${byEntry(index, 'says')}`
        first ??= { table: table.name, key: toldKey(table, key), column, index, text }
      }
      const last = page.at(-1)
      if (last === undefined || page.length < valuesAtOnce) break
      after = last.key
    }
  }
  return { faults, first }
}

function byEntry(index: number | null | undefined, says: string): string {
  return index === null || index === undefined
    ? `an entry that waits or the founding ${says}`
    : `entry ${index} ${says}`
}

function toldKey({ isKeyPersonal = false }: LedgerTable, key: string): string {
  if (isKeyPersonal) return `sha256:${createHash('sha256').update(key).digest('hex')}`
  return key.split(keySeparator).join(' ')
}
