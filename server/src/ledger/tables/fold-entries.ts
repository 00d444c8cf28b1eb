// The entries, in their order, folded into what they say of every row: a page at a time, so that it takes as much memory whatever
// the ledger holds.

import { canonicalJson, fromBase64Url, Problem, type Id, type Json } from '@sallyport/protocol'
import * as z from 'zod'
import type { Transaction } from '../../base/index.ts'
import { readBytes, readPendingBytes } from '../store.ts'
import { changedBy, rowsMember } from './record-rows.ts'
import { asPut, kindAtEnd, readPlaced, recordedRows, type PlacedBytes, type PlacedEntry } from './read-placed.ts'
import { keySeparator, readSaid, sayGone, sayOfAll, writeSaid, type SaidRow } from './store.ts'
import { type Columns, type LedgerTable, type ModuleTables, type RowEffect } from './table.ts'

/** Open what an entry seals for a person, under the person's wrapped key. Throws Problem `unavailable` where that does not open it. */
export type OpenForPerson = (sealed: Uint8Array, wrappedKey: Uint8Array, personId: Id<'person'>) => string

/** An entry that could not be folded, or whose sealed part the person's key does not open. */
export interface FoldFault {
  readonly index: number | null
  readonly text: string
}

export interface Folded {
  readonly entries: number
  readonly pending: number
  /** By kind, entries of which this version does not know what they make of rows. */
  readonly unknown: ReadonlyMap<string, number>
  readonly fault: FoldFault | null
  /** By table, what entries found there otherwise than entries before them said. */
  readonly overtaken: ReadonlyMap<string, Overtaken>
}

export interface Overtaken {
  readonly count: number
  readonly first: {
    readonly key: string
    readonly column: string
    /** The entry that found it so, and the one that said otherwise. */
    readonly index: number | null
    readonly saidBy: number | null
  }
}

const entriesAtOnce = 1024

interface FoldStep {
  readonly effect: RowEffect
  readonly index: number | null
  /** It was read from the row when the entry was written. */
  readonly isRecorded?: boolean
}

/** Fold the `size` entries of the tree and those that wait for it into what the session's table says. */
export async function foldEntries(
  tx: Transaction,
  modules: readonly ModuleTables[],
  size: number,
  open: OpenForPerson,
): Promise<Folded> {
  const folding = new Folding(tx, modules, open)
  await folding.begin()
  for (let first = 0; first < size; first += entriesAtOnce) {
    const page = await readBytes(tx, first, Math.min(size, first + entriesAtOnce))
    if (page.length !== Math.min(entriesAtOnce, size - first)) throw missing(first)
    await folding.take(page.map((bytes, at) => ({ bytes, index: first + at })))
  }
  let pending = 0
  for (let after: readonly string[] | null = null; ;) {
    const page = await readPendingBytes(tx, after, entriesAtOnce)
    await folding.take(page.entries.map((bytes) => ({ bytes, index: null })))
    pending += page.entries.length
    if (page.last === null) break
    after = page.last
  }
  const { unknown, fault, overtaken } = folding
  return { entries: size, pending, unknown, fault, overtaken }
}

/** The state of one run: nothing in it grows with the ledger. */
class Folding {
  readonly unknown = new Map<string, number>()
  readonly overtaken = new Map<string, Overtaken>()
  fault: FoldFault | null = null
  readonly #tx: Transaction
  readonly #modules: readonly ModuleTables[]
  readonly #tables: ReadonlyMap<string, LedgerTable>
  readonly #quiet: ReadonlySet<string>
  readonly #open: OpenForPerson

  constructor(tx: Transaction, modules: readonly ModuleTables[], open: OpenForPerson) {
    this.#tx = tx
    this.#modules = modules
    this.#open = open
    this.#tables = new Map(modules.flatMap(({ tables }) => tables.map((table) => [table.name, table] as const)))
    this.#quiet = new Set(modules.flatMap(({ withoutRows }) => Object.keys(withoutRows)))
  }

  async begin(): Promise<void> {
    const effects = this.#modules.flatMap(({ initial = [] }) => initial)
    await this.#apply(effects.map((effect) => ({ effect, index: null })))
  }

  async take(page: readonly PlacedBytes[]): Promise<void> {
    const entries = this.#relevant(page)
    const keys = await this.#keysFor(entries)
    await this.#apply(entries.flatMap((entry) => this.#effectsOf(entry, keys)))
  }

  /** Most entries are decisions, which make nothing of any row but of the epoch that they saw: one of each page is read for that. */
  #relevant(page: readonly PlacedBytes[]): readonly PlacedEntry[] {
    const relevant: PlacedEntry[] = []
    let decision: (typeof page)[number] | null = null
    for (const one of page) {
      const kind = kindAtEnd(one.bytes)
      if (kind !== null && this.#quiet.has(kind)) continue
      if (kind === 'decision.permit' || kind === 'decision.deny' || kind === 'decision.filter') decision = one
      else relevant.push(readPlaced(one))
    }
    if (decision !== null) relevant.push(readPlaced(decision))
    return relevant
  }

  async #keysFor(entries: readonly PlacedEntry[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const ids = [...new Set(entries.flatMap(({ body, about }) => (typeof body['sealed'] === 'string' ? [about] : [])))]
    const keys = new Map<string, Uint8Array>()
    if (ids.length === 0) return keys
    for (const { personKeys } of this.#modules) {
      for (const [id, key] of (await personKeys?.(this.#tx, ids)) ?? []) if (!keys.has(id)) keys.set(id, key)
    }
    return keys
  }

  #effectsOf(entry: PlacedEntry, keys: ReadonlyMap<string, Uint8Array>): readonly FoldStep[] {
    const { index, kind } = entry
    const folds = this.#modules.flatMap((module) => module.folds[kind] ?? [])
    if (folds.length === 0) {
      this.unknown.set(kind, (this.unknown.get(kind) ?? 0) + 1)
      return []
    }
    try {
      const effects = folds.flatMap((fold) => fold(entry, () => this.#openSealed(entry, keys)))
      const recorded = recordedRows.parse(entry.body[rowsMember] ?? [])
      const copies = effects.filter(({ does }) => does === 'copy')
      const ofCopy = ({ table }: { readonly table: string }) =>
        copies.some((copy) => 'key' in copy && copy.table === table)
      const isNamed = (table: string) => recorded.some((row) => row.table === table)
      return [
        ...effects
          .filter(({ does }) => does !== 'copy')
          .map((effect) => ({ effect, index, isRecorded: effect.does === 'newest' && isNamed(effect.table) })),
        ...recorded.filter((row) => !ofCopy(row)).map((row) => ({ effect: asPut(row), index, isRecorded: true })),
        ...copies.map((effect) => ({ effect, index })),
        // What is a row's own and not that of the one it was copied from.
        ...recorded.filter(ofCopy).map((row) => ({ effect: asPut(row), index, isRecorded: true })),
      ]
    } catch (error) {
      if (!(error instanceof z.ZodError || error instanceof Problem)) throw error
      this.fault ??= { index, text: error instanceof Problem ? error.message : `it does not read as an entry ${kind}` }
      return []
    }
  }

  /** A key that was erased opens nothing, and then nothing is said; one that is another's is a fault. */
  #openSealed({ body, about }: PlacedEntry, keys: ReadonlyMap<string, Uint8Array>): string | null {
    const sealed = fromBase64Url(typeof body['sealed'] === 'string' ? body['sealed'] : '')
    const key = keys.get(about)
    if (sealed === null || key === undefined || key.length === 0) return null
    try {
      return this.#open(sealed, key, about as Id<'person'>)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      throw new Problem('unavailable', 'the key of the person whom it is about does not open what it seals')
    }
  }

  async #apply(steps: readonly FoldStep[]): Promise<void> {
    let some: FoldStep[] = []
    for (const step of steps) {
      const { effect, index } = step
      if (effect.does !== 'put-all' && effect.does !== 'drop-all') {
        some.push(step)
        continue
      }
      await this.#applyToRows(some)
      some = []
      if (effect.does === 'put-all') {
        await sayOfAll(this.#tx, effect.table, effect.columns, saidBy(Object.keys(effect.columns), index))
      } else {
        const { where } = effect
        await sayGone(
          this.#tx,
          effect.table,
          where === undefined ? null : { part: where.part + 1, is: where.is },
          index,
        )
      }
    }
    await this.#applyToRows(some)
  }

  async #applyToRows(steps: readonly FoldStep[]): Promise<void> {
    const touched = new Map<string, { readonly table: string; readonly key: string }>()
    for (const { effect } of steps) for (const one of rowsOf(effect)) touched.set(nameOf(one), one)
    if (touched.size === 0) return
    const known = await readSaid(this.#tx, [...touched.values()])
    const rows = new Map<string, SaidRow>(known.map((row) => [nameOf(row), row]))
    const changed = new Map<string, SaidRow>()
    for (const step of steps) {
      const next = this.#after(step, rows)
      if (next === null) continue
      rows.set(nameOf(next), next)
      changed.set(nameOf(next), next)
    }
    await writeSaid(this.#tx, [...changed.values()])
  }

  #after({ effect, index, isRecorded = false }: FoldStep, rows: ReadonlyMap<string, SaidRow>): SaidRow | null {
    const [row] = rowsOf(effect)
    if (row === undefined) return null
    const before = rows.get(nameOf(row))
    switch (effect.does) {
      case 'put':
        return this.#put(row, before, effect.columns, index, isRecorded ? [] : this.#changedBy(effect))
      case 'drop':
        return { ...row, columns: null, saidBy: { '': index } }
      case 'copy': {
        const of = rows.get(nameOf(placeOf(effect.from)))?.columns ?? {}
        return this.#put(row, before, effect.columns(of), index, this.#changedBy(effect))
      }
      case 'unsay':
        if (before === undefined || before.columns === null) return null
        return { ...before, columns: withoutThese(before.columns, effect.columns) }
      case 'may-have':
        return { ...row, columns: {}, saidBy: { '': index } }
      case 'expect':
        this.#expect(row, before, effect.columns, index)
        return null
      case 'newest':
        return isRecorded ? null : { table: effect.table, key: `~${effect.is}`, columns: {}, saidBy: { '': index } }
      case 'put-all':
      case 'drop-all':
        // Of no single row: #apply does these.
        break
    }
    return null
  }

  #changedBy(effect: RowEffect & { readonly table: string }): readonly string[] {
    return changedBy(effect, this.#tables.get(effect.table) ?? { columns: {} })
  }

  /** An edit that a later entry took over: what it found is not what an entry before it said. */
  #expect(
    row: { readonly table: string; readonly key: string },
    before: SaidRow | undefined,
    found: Columns,
    index: number | null,
  ): void {
    const said = before?.columns ?? {}
    const column = Object.keys(found).find(
      (name) => name in said && canonicalJson(said[name] ?? null) !== canonicalJson(found[name] ?? null),
    )
    if (column === undefined) return
    const count = this.overtaken.get(row.table)?.count ?? 0
    const first = this.overtaken.get(row.table)?.first ?? {
      ...row,
      column,
      index,
      saidBy: before?.saidBy[column] ?? null,
    }
    this.overtaken.set(row.table, { count: count + 1, first })
  }

  #put(
    row: { readonly table: string; readonly key: string },
    before: SaidRow | undefined,
    columns: Columns,
    index: number | null,
    unsaid: readonly string[],
  ): SaidRow {
    const kinds: LedgerTable['columns'] = this.#tables.get(row.table)?.columns ?? {}
    const wrong = Object.keys(columns).find((column) => kinds[column] === undefined)
    if (wrong !== undefined) throw new Error(`cannot fold: ${row.table} has no column ${wrong} that is compared`)
    // What this entry leaves to be put beside it: where nothing was put there, that is not covered from here on.
    const kept = Object.entries(before?.columns ?? {}).filter(([name]) => !unsaid.includes(name))
    const earlier: Columns = Object.fromEntries(kept)
    const given = Object.fromEntries(
      Object.entries(columns).map(([name, value]): [string, Json] => {
        const was = earlier[name]
        if ((kinds[name] === 'set' || kinds[name] === 'words') && Array.isArray(value))
          return [name, value.map(String).toSorted()]
        // Entries are in the order of their times, and what they saw may be a little older than what one before them saw.
        return [name, kinds[name] === 'at-least' && Number(was ?? 0) > Number(value) ? (was ?? value) : value]
      }),
    )
    const by = before?.columns == null ? {} : before.saidBy
    return {
      ...row,
      columns: { ...earlier, ...given },
      saidBy: { ...by, ...saidBy(['', ...Object.keys(given)], index) },
    }
  }
}

function rowsOf(effect: RowEffect): readonly { readonly table: string; readonly key: string }[] {
  if (effect.does === 'put-all' || effect.does === 'drop-all') return []
  if (effect.does === 'newest') return [{ table: effect.table, key: `~${effect.is}` }]
  if (effect.does === 'may-have') return [{ table: effect.table, key: `~${effect.mark}` }]
  return effect.does === 'copy' ? [placeOf(effect), placeOf(effect.from)] : [placeOf(effect)]
}

function placeOf({ table, key }: { readonly table: string; readonly key: readonly string[] }) {
  return { table, key: key.join(keySeparator) }
}

function nameOf({ table, key }: { readonly table: string; readonly key: string }): string {
  return `${table}\n${key}`
}

function saidBy(columns: readonly string[], index: number | null): Readonly<Record<string, number | null>> {
  return Object.fromEntries(columns.map((column) => [column, index]))
}

function withoutThese(columns: Columns, names: readonly string[]): Columns {
  return Object.fromEntries(Object.entries(columns).filter(([name]) => !names.includes(name)))
}

function missing(first: number): Problem {
  return new Problem(
    'unavailable',
    `cannot compare tables: entries from ${first} on are missing, want all that were recorded`,
  )
}
