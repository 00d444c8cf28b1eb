// Which records belong together, so that a question about one person is asked of all that they were known as.

import type { Id } from '@sallyport/protocol'
import type { Sql } from '../../base/index.ts'
import { mergesAround, splitsAround, survivorsOf } from '../merge/store.ts'

/** Another record, since when it belongs to this one, and the entry that says so. */
export interface RelatedRecord {
  readonly personId: Id<'person'>
  readonly atMs: number
  readonly entryId: Id<'entry'>
}

export interface RelatedRecords {
  /** The record in which this one goes on now, whatever merges are in between; null where it was not merged. */
  readonly goesOnIn: Id<'person'> | null
  /** Records that were merged into this one. */
  readonly mergedFrom: readonly RelatedRecord[]
  readonly splitFrom: RelatedRecord | null
  readonly splitInto: readonly RelatedRecord[]
}

/** Read the records that belong to one person's. The caller has decided the question. */
export async function relatedRecords(deps: { readonly database: Sql }, id: Id<'person'>): Promise<RelatedRecords> {
  const { database } = deps
  const [splits, mergedFrom] = [await splitsAround(database, id), await mergesAround(database, id)]
  return {
    goesOnIn: (await survivorsOf(database, [id])).get(id) ?? null,
    mergedFrom,
    splitFrom: splits.from[0] ?? null,
    splitInto: splits.into,
  }
}

/** Tell in which records those of these people go on now: those that were merged, and no others. */
export async function goOnIn(
  database: Sql,
  ids: readonly Id<'person'>[],
): Promise<ReadonlyMap<Id<'person'>, Id<'person'>>> {
  return ids.length === 0 ? new Map() : await survivorsOf(database, ids)
}
