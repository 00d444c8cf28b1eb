// Questions about the past: how one person's record came to be what it is, who was on the roster on a day, and what changed
// between two days. Never with countries.

import { fromBase64Url, Problem, type Id } from '@sallyport/protocol'
import * as z from 'zod'
import type { Ledger } from '../../ledger/index.ts'
import { spendPermit, type Permit } from '../../policy/index.ts'
import type { RosterDependencies } from '../dependencies.ts'
import type { Person } from '../person.ts'
import { openSealedEntry } from '../read-people.ts'
import { nobody, pageOfPeople, personKeyOf, type PeoplePage } from '../store.ts'
import { endingEvidence, type EndingEvidence } from './ending-evidence.ts'
import { relatedRecords, type RelatedRecords } from './related-records.ts'
import { changedBetween, idsAfter, peopleAsOf, personAsOf, versionsOf, type PersonVersion } from './store.ts'

export type ToldVersion = Omit<PersonVersion, 'sealedReason'> & {
  /** Null where none was given, and where the person's key is gone. */
  readonly reason: string | null
}

/** What questions about the past stand on; looks at countries are found in the ledger. */
export type HistoryDependencies = Pick<RosterDependencies, 'database' | 'fields'> & {
  readonly ledger: Pick<Ledger, 'search' | 'entry'>
}

export interface PersonHistory {
  /** Oldest first. */
  readonly versions: readonly ToldVersion[]
  /** Who looked at their countries and for what, newest first, at most 1,000. */
  readonly looks: readonly Look[]
  /** How each ending of the status took effect, newest first, at most 100. */
  readonly endings: readonly EndingEvidence[]
  readonly related: RelatedRecords
}

/**
 * Read every version of one person, every look at their countries, how each ending took effect, and which records belong to
 * theirs. Throws Problem `not-found` for nobody, `refused` for a permit that does not fit.
 */
export async function personHistory(
  deps: HistoryDependencies,
  permit: Permit<'person.list'>,
  id: Id<'person'>,
): Promise<PersonHistory> {
  spendPermit(permit, 'person.list', 'enclave')
  const key = await personKeyOf(deps.database, id)
  if (key === null) throw new Problem('not-found', 'cannot read history: nobody of that id')
  const versions = await versionsOf(deps.database, id)
  return {
    versions: versions.map(({ sealedReason, ...version }) => ({
      ...version,
      reason: sealedReason === null ? null : openReason(deps, sealedReason, key, id),
    })),
    looks: await looksAt(deps, id),
    endings: await endingEvidence(deps.ledger, id, versions),
    related: await relatedRecords(deps, id),
  }
}

function openReason(
  { fields }: Pick<RosterDependencies, 'fields'>,
  sealed: Uint8Array,
  key: Uint8Array,
  id: Id<'person'>,
): string | null {
  try {
    return fields.open(sealed, 'reason', key, id)
  } catch {
    return null
  }
}

/** A look at somebody's countries, as its entry tells it. */
export interface Look {
  readonly by: Id<'person'> | null
  readonly atMs: number
  readonly entryId: Id<'entry'>
  /** Null where the person's key is gone. */
  readonly purpose: string | null
}

async function looksAt(deps: HistoryDependencies, id: Id<'person'>): Promise<readonly Look[]> {
  const found = await deps.ledger.search({ kind: 'ties.shown', about: { kind: 'person', id }, limit: 1000 })
  return await Promise.all(
    found.map(async ({ actor, atMs, id: entryId, body }) => {
      const sealed = fromBase64Url(z.string().catch('').parse(body['sealed'])) ?? new Uint8Array()
      const text = await openSealedEntry(deps, sealed, id).catch(() => '{}')
      const { purpose = null } = z.object({ purpose: z.string().optional() }).parse(JSON.parse(text))
      return { by: actor, atMs, entryId, purpose }
    }),
  )
}

/**
 * Read one person as they were at a moment; null for somebody who was not on the roster then. Throws Problem `refused` for a
 * permit that does not fit.
 */
export async function findPersonAsOf(
  deps: Pick<RosterDependencies, 'database'>,
  permit: Permit<'person.list'>,
  { id, atMs }: { readonly id: Id<'person'>; readonly atMs: number },
): Promise<Person | null> {
  spendPermit(permit, 'person.list', 'enclave')
  return await personAsOf(deps.database, id, atMs)
}

/**
 * Read a page of the roster as it was at a moment: people in the order of their coming, by name within the page. Throws Problem
 * `refused` for a permit that does not fit.
 */
export async function listPeopleAsOf(
  deps: Pick<RosterDependencies, 'database'>,
  permit: Permit<'person.list'>,
  { atMs, after }: { readonly atMs: number; readonly after: readonly string[] | null },
): Promise<PeoplePage> {
  spendPermit(permit, 'person.list', 'enclave')
  const ids = await idsAfter(deps.database, after?.[0] ?? nobody, pageOfPeople)
  return { people: await peopleAsOf(deps.database, atMs, ids), last: lastOf(ids) }
}

function lastOf(ids: readonly Id<'person'>[]): readonly string[] | null {
  const last = ids.length < pageOfPeople ? undefined : ids.at(-1)
  return last === undefined ? null : [last]
}

/** What is not the same about one person at two moments; null for somebody who was not there. */
export interface Difference {
  readonly personId: Id<'person'>
  readonly before: Person | null
  readonly after: Person | null
  /** Names of what differs. */
  readonly differs: readonly string[]
}

/**
 * Compare the roster at two moments, a page of those who changed in between, in the order of their coming. Throws Problem
 * `refused` for a permit that does not fit.
 */
export async function compareRoster(
  deps: Pick<RosterDependencies, 'database'>,
  permit: Permit<'person.list'>,
  { fromMs, toMs, after }: { readonly fromMs: number; readonly toMs: number; readonly after: readonly string[] | null },
): Promise<{ readonly differences: readonly Difference[]; readonly last: readonly string[] | null }> {
  spendPermit(permit, 'person.list', 'enclave')
  // Whoever has no version that began in between is the same at both.
  const ids = await changedBetween(deps.database, [fromMs, toMs], after?.[0] ?? nobody, pageOfPeople)
  const before = new Map((await peopleAsOf(deps.database, fromMs, ids)).map((one) => [one.id, one]))
  const later = new Map((await peopleAsOf(deps.database, toMs, ids)).map((one) => [one.id, one]))
  const differences = [...new Set([...before.keys(), ...later.keys()])].flatMap((id) => {
    const [was, is] = [before.get(id) ?? null, later.get(id) ?? null]
    const differs = differing(was, is)
    return differs.length === 0 ? [] : [{ personId: id, before: was, after: is, differs }]
  })
  return { differences, last: lastOf(ids) }
}

function differing(was: Person | null, is: Person | null): readonly string[] {
  if (was === null || is === null) return ['person']
  if (was.version === is.version) return []
  const [one, other] = [told(was), told(is)]
  const differs = Object.keys(one).filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]))
  // Only what is not shown: countries, a review, an evidence reference.
  return differs.length === 0 ? ['record'] : differs
}

function told(person: Person): Readonly<Record<string, unknown>> {
  return {
    status: person.status,
    name: person.displayName,
    kind: person.kind,
    mail: person.mail,
    roles: [...person.roles].sort(),
    assignments: person.assignments,
    employer: person.employer,
    'regular employee': person.isRegularEmployee,
    NDA: person.hasNda,
    'foreign employer': person.actsForForeignEmployer,
  }
}
