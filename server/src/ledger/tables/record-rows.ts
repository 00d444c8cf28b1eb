// What an entry does not say of its rows by itself, put beside it when it is written: their times, the digests of what is sealed in
// them. So whoever folds the ledger later knows every column, and nothing personal is told.

import type { JsonObject } from '@sallyport/protocol'
import type { Transaction } from '../../base/index.ts'
import type { EntryDraft } from '../entry.ts'
import { keySeparator, readNewest, readRecorded } from './store.ts'
import { recordedKinds, type LedgerTable, type ModuleTables, type RowEffect, type RowKey } from './table.ts'

/** Member of an entry's body that has them; no other member of any body is called so. */
export const rowsMember = 'rowsHeld'

/** Put into each draft what its rows hold besides, in the transaction that wrote them. Returns drafts that have none as they are. */
export type RecordRows = (tx: Transaction, drafts: readonly EntryDraft[]) => Promise<readonly EntryDraft[]>

export function recordRowsOf(modules: readonly ModuleTables[]): RecordRows {
  const tables = new Map(modules.flatMap((module) => module.tables.map((table) => [table.name, table] as const)))
  return async (tx, drafts) => {
    const wanted = drafts.map((draft) => wantedOf(draft, modules, tables))
    if (wanted.every(({ rows, newest }) => rows.length + newest.length === 0)) return drafts
    const found = await readAll(
      tx,
      tables,
      wanted.flatMap(({ rows }) => rows),
    )
    const whole: EntryDraft[] = []
    for (const [at, draft] of drafts.entries()) {
      const { rows = [], newest = [] } = wanted[at] ?? {}
      const held: JsonObject[] = rows.flatMap(({ table, key, columns: names }) => {
        const columns = found.get(nameOf({ table: table.name, key }))
        if (columns === undefined) return []
        const some = Object.fromEntries(Object.entries(columns).filter(([name]) => names.has(name)))
        return [{ table: table.name, key, columns: some }]
      })
      for (const { table, by, is } of newest) held.push(...(await readNewest(tx, table, by, is)))
      whole.push(held.length === 0 ? draft : { ...draft, body: { ...draft.body, [rowsMember]: held } })
    }
    return whole
  }
}

interface WantedRow {
  readonly table: LedgerTable
  readonly key: RowKey
  readonly columns: ReadonlySet<string>
}

/** The rows of an entry, each once, with what it is to say of them besides. */
function wantedOf(
  { id, kind, actor, about, body }: EntryDraft,
  modules: readonly ModuleTables[],
  tables: ReadonlyMap<string, LedgerTable>,
): {
  readonly rows: readonly WantedRow[]
  readonly newest: readonly { readonly table: LedgerTable; readonly by: string; readonly is: string }[]
} {
  const entry = { id: id ?? unnamed, atMs: 0, kind, actor, about: about?.id ?? '', body }
  const effects = modules.flatMap(({ folds }) => folds[kind]?.(entry, () => null) ?? [])
  const rows = new Map<string, WantedRow>()
  for (const effect of effects) {
    if (effect.does !== 'put' && effect.does !== 'copy') continue
    const table = tables.get(effect.table)
    const changes = table === undefined ? [] : changedBy(effect, table)
    if (table === undefined || changes.length === 0) continue
    const { key } = effect
    const before = rows.get(nameOf(effect))?.columns ?? []
    rows.set(nameOf(effect), { table, key, columns: new Set([...before, ...changes]) })
  }
  const newest = effects.flatMap((effect) => {
    const table = effect.does === 'newest' ? tables.get(effect.table) : undefined
    return effect.does === 'newest' && table !== undefined ? [{ table, by: effect.by, is: effect.is }] : []
  })
  return { rows: [...rows.values()], newest }
}

/** The columns that an effect changes, and that are put beside its entry because the entry does not say them. */
export function changedBy(effect: RowEffect, { columns }: Pick<LedgerTable, 'columns'>): readonly string[] {
  const recorded = Object.entries(columns).flatMap(([name, kind]) => (recordedKinds.has(kind) ? [name] : []))
  return effect.does === 'put' && effect.changes !== undefined ? effect.changes : recorded
}

async function readAll(
  tx: Transaction,
  tables: ReadonlyMap<string, LedgerTable>,
  rows: readonly WantedRow[],
): Promise<ReadonlyMap<string, JsonObject>> {
  const found = new Map<string, JsonObject>()
  for (const [name, some] of Map.groupBy(rows, ({ table }) => table.name)) {
    const table = tables.get(name)
    if (table === undefined) continue
    const read = await readRecorded(
      tx,
      table,
      some.map(({ key }) => key),
    )
    for (const [key, columns] of read) found.set(`${name}\n${key}`, columns)
  }
  return found
}

function nameOf({ table, key }: { readonly table: string; readonly key: RowKey }): string {
  return `${table}\n${key.join(keySeparator)}`
}

// No row is named by the entry that makes it.
const unnamed = '00000000-0000-0000-0000-000000000000' as NonNullable<EntryDraft['id']>
