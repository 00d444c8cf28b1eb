// Reading entries. Whether somebody may read is decided and recorded by the caller, before.

import { setImmediate } from 'node:timers/promises'
import { Problem, type Id, type JsonObject } from '@sallyport/protocol'
import { leafHash, parseEntry } from '@sallyport/protocol/ledger'
import type { LedgerContext } from './context.ts'
import { sha256 } from './signatures.ts'
import { readBytes, readEntry, readPage, searchEntries, type EntryQuery, type EntryRow } from './store.ts'

export interface StoredEntry {
  /** Place in the tree; null while the entry is pending. */
  readonly index: number | null
  readonly id: Id<'entry'>
  readonly atMs: number
  readonly kind: string
  readonly actor: Id<'person'> | null
  readonly about: { readonly kind: string; readonly id: string } | null
  readonly body: JsonObject
  /** What was hashed. */
  readonly bytes: Uint8Array
  readonly leafHash: Uint8Array
}

const pageSize = 256
const bytesAtOnce = 1024
const bytesInTurn = 64

export async function findEntry(context: LedgerContext, id: Id<'entry'>): Promise<StoredEntry | null> {
  const row = await readEntry(context.database, id)
  return row === null ? null : storedEntry(row)
}

/** Yield entries `from` up to and without `to` in order, a page at a time. Stops where the log ends. */
export async function* readEntries(context: LedgerContext, from: number, to: number): AsyncGenerator<StoredEntry> {
  for (let next = from; next < to;) {
    const page = await readPage(context.database, next, to, pageSize)
    for (const row of page) yield storedEntry(row)
    if (page.length < pageSize) return
    next += page.length
  }
}

/**
 * Yield what was hashed of entries `from` up to and without `to`, in order and some at a time: for whoever reads very many. Nothing
 * compares it with the tree here. Throws Problem `unavailable` where entries are missing.
 */
export async function* readEntryBytes(
  { database }: LedgerContext,
  from: number,
  to: number,
): AsyncGenerator<readonly Uint8Array[]> {
  const read = (first: number) =>
    first < to ? readBytes(database, first, Math.min(to, first + bytesAtOnce)) : Promise.resolve([])
  let coming = read(from)
  for (let first = from; first < to; first += bytesAtOnce) {
    const found = await coming
    // The database reads on while these are worked at. Its fault is met where they are awaited, if anybody still does.
    coming = read(first + bytesAtOnce)
    coming.catch(() => undefined)
    if (found.length !== Math.min(bytesAtOnce, to - first)) {
      throw new Problem(
        'unavailable',
        `cannot read entries: some from ${first} on are missing, want all that were recorded`,
      )
    }
    for (let at = 0; at < found.length; at += bytesInTurn) {
      yield found.slice(at, at + bytesInTurn)
      // The next ones come in meanwhile, and others get their turn.
      await setImmediate()
    }
  }
}

export async function search(context: LedgerContext, query: EntryQuery): Promise<readonly StoredEntry[]> {
  return (await searchEntries(context.database, query)).map(storedEntry)
}

/** The entry as its bytes have it; columns that say otherwise were altered. */
function storedEntry(row: EntryRow): StoredEntry {
  const entry = parseEntry(row.bytes)
  if (entry === null || !isSameEntry(row, entry)) {
    throw new Problem('unavailable', `cannot read entry ${row.id}: its row was altered, want it as it was written`)
  }
  const { id, atMs, kind, actor, about, body } = entry
  return {
    index: row.index,
    id,
    atMs,
    kind,
    actor,
    about,
    body,
    bytes: row.bytes,
    leafHash: leafHash(sha256, row.bytes),
  }
}

type EntryFacts = Pick<EntryRow, 'id' | 'atMs' | 'kind' | 'actor' | 'about'>

/** Tell whether the columns for lookup say what the bytes say. */
export function isSameEntry(a: EntryFacts, b: EntryFacts): boolean {
  const isSameAbout = a.about?.kind === b.about?.kind && a.about?.id === b.about?.id
  return a.id === b.id && a.atMs === b.atMs && a.kind === b.kind && a.actor === b.actor && isSameAbout
}
