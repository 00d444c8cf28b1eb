// What is odd about the rows of a table that would register or amend, and still may be so: beside the register, and beside each other.
// Doubts are told and refuse nothing; none of them is resolved by choosing.

import type { AuthorizationTerms } from '@sallyport/protocol'
import type { Sql } from '../../base/index.ts'
import { besides, doubtsAbout } from '../doubts.ts'
import type { Fault } from '../fault.ts'
import type { PlannedRow } from './plan-import.ts'

/** Others of one row that are told. */
const othersAtMost = 50

/** Name the doubts of each row that has some, by its number in the sheet. */
export async function doubtfulRows(
  sql: Sql,
  rows: readonly PlannedRow[],
  atMs: number,
): Promise<ReadonlyMap<number, readonly Fault[]>> {
  const asked = rows.filter(({ outcome }) => outcome === 'registered' || outcome === 'amended')
  const numbers = new Set(rows.map(({ terms }) => terms.number))
  const within = doubtsAmong(asked)
  const doubts = new Map<number, readonly Fault[]>()
  for (const one of asked) {
    const id = one.outcome === 'registered' ? null : one.authorization.id
    const known = await doubtsAbout(sql, one.terms, { id, atMs })
    // What it replaces may be another row.
    const all = known.filter(({ field }) => field !== 'replaces' || !numbers.has(one.terms.replaces ?? ''))
    const found = [...all, ...(within.get(one.row) ?? [])]
    if (found.length > 0) doubts.set(one.row, found)
  }
  return doubts
}

/** Name what rows contradict in, or overlap with, other rows of the same table. */
export function doubtsAmong(
  rows: readonly { readonly row: number; readonly terms: AuthorizationTerms }[],
): ReadonlyMap<number, readonly Fault[]> {
  const reached = new Map<string, { readonly row: number; readonly terms: AuthorizationTerms }[]>()
  for (const one of rows) {
    for (const key of reaches(one.terms)) {
      const among = reached.get(key)
      if (among === undefined) reached.set(key, [one])
      else among.push(one)
    }
  }
  return new Map(
    rows.flatMap(({ row, terms }) => {
      const others = new Set(reaches(terms).flatMap((key) => reached.get(key) ?? []))
      const beside = [...others].filter((other) => other.row !== row && areAtOneTime(terms, other.terms))
      const found = beside
        .toSorted((a, b) => a.row - b.row)
        .slice(0, othersAtMost)
        .flatMap((other) =>
          besides(terms, other.terms).map(({ field, text }) => ({ field, text: `${text} (row ${other.row})` })),
        )
      return found.length === 0 ? [] : [[row, found] as const]
    }),
  )
}

function reaches({ persons, parties }: AuthorizationTerms): readonly string[] {
  return [
    ...persons.map((id) => `person ${id}`),
    ...parties.flatMap(({ id, side }) => (side === 'foreign' ? [`party ${id}`] : [])),
  ]
}

function areAtOneTime(one: AuthorizationTerms, other: AuthorizationTerms): boolean {
  return (
    Date.parse(one.validFrom) < Date.parse(other.validUntil) && Date.parse(other.validFrom) < Date.parse(one.validUntil)
  )
}
