// What a ledger's bytes are to whoever folds them. That these are the bytes that were recorded tells the audit; here they are only read.

import { fromUtf8, type Id, type JsonObject } from '@sallyport/protocol'
import * as z from 'zod'
import type { FoldedEntry, RowEffect } from './table.ts'

/** An entry with its place in the tree; null while it waits. */
export interface PlacedEntry extends FoldedEntry {
  readonly index: number | null
}

export interface PlacedBytes {
  readonly bytes: Uint8Array
  readonly index: number | null
}

const entryShape = z.object({
  id: z.string().transform((text) => text as Id<'entry'>),
  at: z.string(),
  kind: z.string(),
  actor: z
    .string()
    .transform((text) => text as Id<'person'>)
    .nullable(),
  about: z.object({ id: z.string() }).nullable(),
  body: z.custom<JsonObject>((value) => typeof value === 'object' && value !== null),
})

export const recordedRows = z.array(
  z.object({ table: z.string(), key: z.array(z.string()), columns: z.record(z.string(), z.json()) }),
)

/** What was put beside an entry, as what it makes of its rows. */
export function asPut({ table, key, columns }: z.infer<typeof recordedRows>[number]): RowEffect {
  return { does: 'put', table, key, columns }
}

/** One that does not read as an entry is of the kind `unreadable`, which nobody folds. */
export function readPlaced({ bytes, index }: PlacedBytes): PlacedEntry {
  try {
    const { id, at, kind, actor, about, body } = entryShape.parse(JSON.parse(fromUtf8(bytes)))
    return { index, id, atMs: Date.parse(at), kind, actor, about: about?.id ?? '', body }
  } catch {
    return { index, id: '' as Id<'entry'>, atMs: 0, kind: 'unreadable', actor: null, about: '', body: {} }
  }
}

// The members of an entry are in the order of their names, and those behind its kind have a fixed form: nothing in a body can look so.
const end = /"kind":"([a-z.-]+)","salt":"[A-Za-z0-9_-]{22}","v":1\}$/

/** The kind of an entry by its last bytes alone; null where they are not those of one. */
export function kindAtEnd(bytes: Uint8Array): string | null {
  return end.exec(Buffer.from(bytes.subarray(-160)).toString('latin1'))?.[1] ?? null
}
