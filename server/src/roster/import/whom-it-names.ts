// Of a roster of any size the people whom a table is about: those whom its rows name, whose names or ids look like what it brings,
// and the first of those whom it leaves out. Each is asked for by an index; nobody reads the whole roster.

import type { Id } from '@sallyport/protocol'
import type { Sql } from '../../base/index.ts'
import { foldedName } from '@sallyport/protocol/names'
import { namesThatLook, type LockedPerson } from '../store.ts'
import type { Roster } from './plan-import.ts'
import type { WantedPerson } from './read-people-table.ts'
import { externalIdsThatLook, peopleBut, peopleOf, peopleOfExternalIds } from './store.ts'

/** Whom the rows name by id or external id, and the records that those were merged into. */
export async function peopleNamedBy(sql: Sql, rows: readonly WantedPerson[]): Promise<readonly LockedPerson[]> {
  const ids = rows.flatMap(({ personId }) => (personId === null ? [] : [personId]))
  const keys = rows.flatMap(({ externalId }) => (externalId === null ? [] : [foldedName(externalId)]))
  const named = [...(await peopleOf(sql, [...new Set(ids)])), ...(await peopleOfExternalIds(sql, [...new Set(keys)]))]
  const known = new Map(named.map((one) => [one.person.id, one]))
  for (let next = survivors(known); next.length > 0; next = survivors(known)) {
    for (const one of await peopleOf(sql, next)) known.set(one.person.id, one)
  }
  return [...known.values()]
}

function survivors(known: ReadonlyMap<Id<'person'>, LockedPerson>): readonly Id<'person'>[] {
  return [...known.values()].flatMap(({ person }) =>
    person.status === 'ended' && person.mergedInto !== null && !known.has(person.mergedInto) ? [person.mergedInto] : [],
  )
}

export function readsOf(sql: Sql): Pick<Roster, 'namesThatLook' | 'externalIdsThatLook' | 'peopleBut'> {
  return {
    namesThatLook: (looks, limit) => namesThatLook(sql, looks, limit),
    externalIdsThatLook: (looks, limit) => externalIdsThatLook(sql, looks, limit),
    peopleBut: (named, limit) => peopleBut(sql, named, limit),
  }
}
