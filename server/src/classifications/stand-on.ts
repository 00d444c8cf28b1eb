// What a label stands on: a record that is in force and says what the label says.

import { classificationText, itemOf, lineText, Problem, type Id } from '@sallyport/protocol'
import type { Sql, Transaction } from '../base/index.ts'
import type { Classification } from './classification.ts'
import { classificationNumbered, classificationsById, holdClassification, holdingOf } from './store.ts'

/** A label that says something of which a record decides. */
export interface Claim {
  readonly dimension: 'jurisdiction' | 'item'
  readonly value: string
}

export interface StoodOn {
  readonly id: Id<'classification'>
  readonly number: string
  /** What of the record the label says: `USML IV(h)(1)`, `ITAR`. */
  readonly says: string
}

/**
 * Find the record of this number and hold it as it is until the transaction ends. Throws Problem `invalid-request` for none that is in
 * force, and for one that does not say what is claimed.
 */
export async function standOn(tx: Transaction, number: string, claim: Claim): Promise<StoodOn> {
  const refuse = (state: string, want: string) =>
    new Problem('invalid-request', `cannot define label: record ${number} ${state}, want ${want}`)
  const named = await classificationNumbered(tx, number)
  const record = named === null ? null : await holdClassification(tx, named.id)
  if (record?.state !== 'in-force') throw refuse(stateOf(record), 'one that is in force')
  const says = saidBy(record, claim)
  if (says !== null) return { id: record.id, number, says }
  throw refuse(`says ${classificationText(record.terms)}`, `one that says ${claim.value}`)
}

function stateOf(record: Classification | null): string {
  if (record === null) return 'is not in the register'
  if (record.state === 'registered') return 'waits for approval'
  return record.state === 'superseded' ? `is superseded by ${record.supersededBy.number}` : `is ${record.state}`
}

function saidBy({ terms }: Classification, { dimension, value }: Claim): string | null {
  if (dimension === 'jurisdiction') {
    return terms.jurisdiction === value && value !== 'unknown' ? value.toUpperCase() : null
  }
  const line = terms.lines.find((one) => itemOf(one) === value)
  return line === undefined ? null : lineText(line)
}

export interface Standing {
  readonly number: string
  /** The record at the end of its line, while that is in force; null where nothing holds. */
  readonly holding: { readonly number: string; readonly says: string } | null
}

/** What these records are numbered, and what holds in their place: beside an answer that was itself decided. */
export async function standingOf(
  sql: Sql,
  ids: readonly Id<'classification'>[],
): Promise<ReadonlyMap<Id<'classification'>, Standing>> {
  const holding = await holdingOf(sql, ids)
  const all = [...new Set([...ids, ...holding.values()])]
  const records = new Map((await classificationsById(sql, all)).map((one) => [one.id, one]))
  return new Map(
    ids.flatMap((id) => {
      const record = records.get(id)
      const held = records.get(holding.get(id) ?? id)
      if (record === undefined) return []
      const isHeld = holding.has(id) && held !== undefined
      const standing = isHeld ? { number: held.terms.number, says: classificationText(held.terms) } : null
      return [[id, { number: record.terms.number, holding: standing }] as const]
    }),
  )
}
