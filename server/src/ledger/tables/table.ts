// What a module says of its tables: which of their columns entries say, and what each kind of entry makes of their rows. From that
// the ledger folds its entries into the state that every table should be in, and compares. INVARIANT: I9.

import type { Id, Json, JsonObject } from '@sallyport/protocol'
import type { Sql } from '../../base/index.ts'

/**
 * How a column is compared. As it is: `value`, `fact`, or null by now without an entry: `fact-or-null`; a time to the millisecond: `time`, `time-said`; an array in any order: `set`;
 * a JSON array in any order: `json-set`; the words of a tsvector: `words`; bytes in hex: `hex`; by its SHA-256: `sealed`, `sealed-said` (bytes), `digest` (text of any other type), `canonical` (JSON, by that
 * of its canonical form, which is what an entry's own digest is of); whether it is null: `presence`; a number that only grows, and of
 * which an entry saw an earlier value: `at-least`.
 */
export type ColumnKind =
  | 'value'
  | 'fact'
  | 'fact-or-null'
  | 'time'
  | 'time-said'
  | 'set'
  | 'json-set'
  | 'words'
  | 'hex'
  | 'sealed'
  | 'sealed-said'
  | 'digest'
  | 'canonical'
  | 'presence'
  | 'at-least'

/** What an entry does not say by itself: it is read from the row and put beside the rest when the entry is written. */
export const recordedKinds: ReadonlySet<ColumnKind> = new Set(['fact', 'fact-or-null', 'time', 'sealed', 'digest'])

export interface LedgerTable {
  readonly name: string
  /** The columns that name a row, with their SQL types. */
  readonly key: Readonly<Record<string, string>>
  /** Every other column that is compared. */
  readonly columns: Readonly<Record<string, ColumnKind>>
  /** Columns that are not, and why. */
  readonly leftOut?: Readonly<Record<string, string>>
  /** What is compared instead of the table itself: SQL of rows with the columns above. */
  readonly source?: string
  /** SQL over `t` that is true of rows that no entry has to name yet, such as what waits. */
  readonly mayStand?: string
  /** A column whose value an entry may have named in place of the row: `mayHave`. */
  readonly markedBy?: string
  /** The key is personal: it is told by its SHA-256 alone. */
  readonly isKeyPersonal?: boolean
  /** SQL over `t` by which its rows are in the order in which they were made: for `newest`. */
  readonly order?: string
  /** SQL that has deferred triggers write what belongs to a row now, and defers them again: [before, after]. */
  readonly settle?: readonly [string, string]
}

/** The values of a row's key, as PostgreSQL's text. */
export type RowKey = readonly string[]
export type Columns = Readonly<Record<string, Json>>

/** What an entry makes of rows. */
export type RowEffect =
  /** The row is there with these values; what is not named stays as it was. */
  | {
      readonly does: 'put'
      readonly table: string
      readonly key: RowKey
      readonly columns: Columns
      /** Of the columns that are put beside entries, those that this one changes; all of them where it is left out. */
      readonly changes?: readonly string[]
    }
  /** The entry found these values there. What it found otherwise than an entry before it said was changed in between. */
  | { readonly does: 'expect'; readonly table: string; readonly key: RowKey; readonly columns: Columns }
  /** The newest row of which a column has this value is one that the entry made: it names it where it is put beside it. */
  | { readonly does: 'newest'; readonly table: string; readonly by: string; readonly is: string }
  | { readonly does: 'drop'; readonly table: string; readonly key: RowKey }
  /** The row is there with what another row has by now. */
  | {
      readonly does: 'copy'
      readonly table: string
      readonly key: RowKey
      readonly from: { readonly table: string; readonly key: RowKey }
      readonly columns: (of: Columns) => Columns
    }
  /** Values that this entry changes without saying to what: not covered until a later one says. */
  | { readonly does: 'unsay'; readonly table: string; readonly key: RowKey; readonly columns: readonly string[] }
  /** A row that this entry makes without naming it: one whose `markedBy` has this value is not covered. */
  | { readonly does: 'may-have'; readonly table: string; readonly mark: string }
  /** Every row that is there by now gets these values. */
  | { readonly does: 'put-all'; readonly table: string; readonly columns: Columns }
  /** Every row goes, or every one of which one part of the key has a value. */
  | {
      readonly does: 'drop-all'
      readonly table: string
      readonly where?: { readonly part: number; readonly is: string }
    }

/** An entry as it is folded. */
export interface FoldedEntry {
  readonly id: Id<'entry'>
  readonly atMs: number
  readonly kind: string
  readonly actor: Id<'person'> | null
  /** Id of the thing that it is about; empty for none. */
  readonly about: string
  readonly body: JsonObject
}

/**
 * What is sealed in the entry for the person whom it is about, as text; null where it cannot be opened: their key was erased, or the
 * entry is only being written. A fold then leaves out what it would say.
 */
export type OpenSealed = () => string | null

/** Say what an entry makes of the module's rows. Throws for an entry that is none of its kind. */
export type Fold = (entry: FoldedEntry, open: OpenSealed) => readonly RowEffect[]

export interface ModuleTables {
  readonly tables: readonly LedgerTable[]
  /** Tables that are not compared, and why. */
  readonly leftOut: Readonly<Record<string, string>>
  /** What is there before the first entry. */
  readonly initial?: readonly RowEffect[]
  /** By kind of entry. Several modules may fold one kind. */
  readonly folds: Readonly<Record<string, Fold>>
  /** Kinds of entries of the module that make nothing of any row, and why. */
  readonly withoutRows: Readonly<Record<string, string>>
  /** The wrapped keys of these people, as far as the module keeps any. */
  readonly personKeys?: (sql: Sql, ids: readonly string[]) => Promise<ReadonlyMap<string, Uint8Array>>
}

export const put = (table: string, key: RowKey, columns: Columns, changes?: readonly string[]): RowEffect => ({
  does: 'put',
  table,
  key,
  columns,
  ...(changes === undefined ? {} : { changes }),
})
export const expects = (table: string, key: RowKey, columns: Columns): RowEffect => ({
  does: 'expect',
  table,
  key,
  columns,
})
export const drop = (table: string, key: RowKey): RowEffect => ({ does: 'drop', table, key })
