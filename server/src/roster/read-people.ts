// Reading the roster. People are read only under a permit, and the permit's ledger entry is the record of the look. Three
// narrow reads take none: one's own record, names beside an answer that was itself decided, and what an entry keeps sealed, which
// main hands to the explanation of decisions and nobody else opens.

import { Problem, type Id, type PersonStatus } from '@sallyport/protocol'
import type { Sql } from '../base/index.ts'
import { spendPermit, type Permit } from '../policy/index.ts'
import type { Person } from './person.ts'
import {
  namesOf,
  peopleAfter,
  pageOfPeople,
  peopleNamedAfter,
  peopleThatLook,
  personById,
  personKeyOf,
  personOfIdentity,
  type PeoplePage,
  statusCounts,
} from './store.ts'
import { lookOf, nameWords } from '@sallyport/protocol/names'
import type { PersonVault } from './vault.ts'

/** Read a page of the roster, by display name. Throws Problem `refused` for a permit that does not fit. */
export async function listPeople(
  deps: { readonly database: Sql },
  permit: Permit<'person.list'>,
  after: readonly string[] | null = null,
): Promise<PeoplePage> {
  spendPermit(permit, 'person.list', 'enclave')
  return await peopleAfter(deps.database, after)
}

/**
 * Read those whose whole name it is; where there are none, or more than a page of them, a page of those whose names have every word
 * of `name`, or one that begins as it does. Neither case nor accents nor look-alike letters matter. Throws Problem `refused` as above.
 */
export async function findPeople(
  deps: { readonly database: Sql },
  permit: Permit<'person.list'>,
  { name, after }: { readonly name: string; readonly after: readonly string[] | null },
): Promise<PeoplePage> {
  spendPermit(permit, 'person.list', 'enclave')
  const words = nameWords(name)
  // The whole name is one step into an index, however many have one of its words.
  const alike = after === null ? await peopleThatLook(deps.database, lookOf(name)) : []
  const whole = alike.filter(({ displayName }) => nameWords(displayName).join(' ') === words.join(' '))
  if (whole.length > 0 && alike.length < pageOfPeople) return { people: whole, last: null }
  return words.length === 0 ? { people: [], last: null } : await peopleNamedAfter(deps.database, words, after)
}

/** Read one person; null when there is nobody of that id. Throws Problem `refused` for a permit that does not fit. */
export async function findPerson(
  deps: { readonly database: Sql },
  permit: Permit<'person.list'>,
  id: Id<'person'>,
): Promise<Person | null> {
  spendPermit(permit, 'person.list', 'enclave')
  return await personById(deps.database, id)
}

/** Read the record of whoever a verified token names, for that caller alone; null for an unrostered caller. */
export async function personOf(
  database: Sql,
  caller: { readonly issuer: string; readonly subject: string },
): Promise<Person | null> {
  return await personOfIdentity(database, caller.issuer, caller.subject)
}

/** How many people there are by status, beside an answer that was itself decided. */
export async function countByStatus(database: Sql): Promise<Readonly<Partial<Record<PersonStatus, number>>>> {
  return await statusCounts(database)
}

/** Read display names, to show beside people whom a decided answer speaks of. Nobody of an id, no name. */
export async function displayNames(
  database: Sql,
  ids: readonly Id<'person'>[],
): Promise<ReadonlyMap<Id<'person'>, string>> {
  return ids.length === 0 ? new Map() : await namesOf(database, ids)
}

/**
 * Open what a ledger entry keeps sealed about a person, for a use case that spent the permit for the look.
 * Throws Problem `unavailable` when the person's key is gone or does not open it.
 */
export async function openSealedEntry(
  deps: { readonly database: Sql; readonly fields: PersonVault },
  sealed: Uint8Array,
  personId: Id<'person'>,
): Promise<string> {
  const personKey = await personKeyOf(deps.database, personId)
  if (personKey === null) throw new Problem('unavailable', 'cannot open entry: the key of its person is gone')
  return deps.fields.open(sealed, 'entry', personKey, personId)
}
