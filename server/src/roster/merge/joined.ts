// What becomes of the record that is kept when another of the same human being is merged into it: without rows, seals or entries.

import type { CountryTies, Id } from '@sallyport/protocol'
import type { OpenPerson } from '../change.ts'
import { described, type Person } from '../person.ts'

/** What a record, or one that was merged into it before, was last verified as. */
export interface Statement {
  readonly status: 'us-person' | 'foreign-person'
  readonly employer: string | null
  readonly isRegularEmployee: boolean
  readonly hasNda: boolean
  readonly actsForForeignEmployer: boolean
  /** Of a foreign person; null where none were recorded. */
  readonly ties: CountryTies | null
}

export interface Duplicate {
  readonly person: Person
  readonly statements: readonly Statement[]
  /** Its status, or that of a record merged into it before, ended; not that somebody left. */
  readonly didStatusEnd: boolean
  /** It asked for or approved what the kept record has: the same human being did, for themself. */
  readonly hadAHand: boolean
}

/** Why a verification does not hold any more: in what the two records say otherwise of one human being. */
export const disagreements = [
  'status',
  'status-ended',
  'countries',
  'employer',
  'regular-employment',
  'nda',
  'own-approval',
] as const
export type Disagreement = (typeof disagreements)[number]

/**
 * Join a duplicate's record into the kept one. INVARIANT: I8, nothing widens: whatever narrows is taken over, whatever gives
 * (status, roles, programs, employment, NDA) is not, and where the two disagree in what decides access the kept record becomes
 * unverified. `person` of the answer is the kept one, of its own version still.
 */
export function joined(
  kept: OpenPerson,
  duplicate: Duplicate,
): { readonly open: OpenPerson; readonly disagreements: readonly Disagreement[] } {
  const { person: other, statements } = duplicate
  const person: Person = {
    ...kept.person,
    // The number by which the organization knows them goes along where there is none.
    externalId: kept.person.externalId ?? other.externalId,
    actsForForeignEmployer: [kept.person, other, ...statements].some((one) => one.actsForForeignEmployer),
  }
  if (person.status !== 'us-person' && person.status !== 'foreign-person') {
    return { open: { ...kept, person }, disagreements: [] }
  }
  const found = disagreementsOf(kept, duplicate)
  if (found.length > 0) {
    return { open: { person: { ...described(person), status: 'unverified' }, ties: null }, disagreements: found }
  }
  const ties = kept.ties === null ? null : statements.reduce((all, { ties: more }) => union(all, more), kept.ties)
  return { open: { person, ties }, disagreements: [] }
}

function disagreementsOf(kept: OpenPerson, duplicate: Duplicate): readonly Disagreement[] {
  const { person: is } = kept
  const { person: other, statements, didStatusEnd, hadAHand } = duplicate
  const some = (disagrees: (one: Statement) => boolean) => statements.some(disagrees)
  // What only decides for a foreign person disagrees only there. An unverified record's blanks say nothing.
  const isForeign = is.status === 'foreign-person'
  const namesAnother = other.employer !== null && other.employer !== is.employer
  const tells: Record<Disagreement, boolean> = {
    status: some((one) => one.status !== is.status),
    'status-ended': didStatusEnd,
    countries: isForeign && isUnknown(kept.ties) && some((one) => !isUnknown(one.ties)),
    employer: isForeign && (namesAnother || some((one) => one.employer !== is.employer)),
    'regular-employment': isForeign && is.isRegularEmployee && some((one) => !one.isRegularEmployee),
    nda: isForeign && is.hasNda && some((one) => !one.hasNda),
    'own-approval': hadAHand,
  }
  return disagreements.filter((one) => tells[one])
}

function isUnknown(ties: CountryTies | null): boolean {
  return ties === null || Object.values(ties).every((all: readonly string[]) => all.length === 0)
}

function union(some: CountryTies, more: CountryTies | null): CountryTies {
  if (more === null) return some
  const both = (field: keyof CountryTies) => [...new Set([...some[field], ...more[field]])]
  return {
    citizenships: both('citizenships'),
    formerCitizenships: both('formerCitizenships'),
    permanentResidencies: both('permanentResidencies'),
  }
}

/** The records of one merge, the kept one's and the duplicate's, each with those that were merged into it before. */
export interface RecordsOfBoth {
  readonly kept: readonly Id<'person'>[]
  readonly duplicate: readonly Id<'person'>[]
}
