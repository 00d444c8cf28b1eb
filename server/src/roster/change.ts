// One change to one person as a step from a version to the next, without rows, seals or entries.

import {
  Problem,
  type Assignment,
  type CountryTies,
  type Id,
  type PersonChange,
  type TieKind,
} from '@sallyport/protocol'
import { mustHaveBegun } from './day.ts'
import {
  described,
  mustNotBeMerged,
  type ForeignPerson,
  type Person,
  type UsPerson,
  type Verification,
} from './person.ts'

/** Who brings a change about, and when, by the database's clock. */
export interface Author {
  readonly by: Id<'person'>
  readonly atMs: number
}

/** A person with country ties in the clear, which only a foreign person has; null while none are recorded. */
export interface OpenPerson {
  readonly person: Person
  readonly ties: CountryTies | null
}

/**
 * Take a change to its next version. Throws Problem `conflict` where the person is not in a state that it could change, or is
 * already as it says; `invalid-request` for a day that is yet to come.
 */
export function changed(before: OpenPerson, change: PersonChange, author: Author): OpenPerson {
  mustNotBeMerged(before.person)
  // The table has the step of each change under its own name.
  const step = steps[change.change] as (before: OpenPerson, change: PersonChange, author: Author) => OpenPerson
  const next = step(before, change, author)
  return { ...next, person: { ...next.person, version: before.person.version + 1 } }
}

type Steps = {
  readonly [C in PersonChange['change']]: (
    before: OpenPerson,
    change: Extract<PersonChange, { change: C }>,
    author: Author,
  ) => OpenPerson
}

const steps: Steps = {
  'verify-us-person': ({ person }, { basis, evidenceRef }, author) => {
    const verified: UsPerson = {
      ...described(person),
      status: 'us-person',
      basis,
      verification: verifiedBy(author, evidenceRef),
    }
    return { person: verified, ties: null }
  },
  'verify-foreign-person': ({ person }, { ties, evidenceRef }, author) => {
    const verified: ForeignPerson = {
      ...described(person),
      status: 'foreign-person',
      verification: verifiedBy(author, evidenceRef),
      sealedTies: null,
    }
    return { person: verified, ties }
  },
  'grant-role': (before, { role }) => {
    mustNotBeEnded(before.person)
    // SPEC: 22 CFR 120.67(a).
    if (role === 'empowered-official' && before.person.status !== 'us-person') {
      throw wrong(`status is ${before.person.status}`, 'a U.S. person as empowered official')
    }
    return facts(before, { roles: added(before.person.roles, role, 'role') })
  },
  'remove-role': (before, { role }) =>
    facts(before, { roles: without(before.person.roles, (one) => one === role, 'role') }),
  assign: (before, { program, purpose }) => {
    const { person } = before
    mustNotBeEnded(person)
    if (person.assignments.some(isAssignment(program, purpose))) throw already('the assignment')
    return facts(before, { assignments: [...person.assignments, { program, purpose }] })
  },
  unassign: (before, { program, purpose }) =>
    facts(before, { assignments: without(before.person.assignments, isAssignment(program, purpose), 'assignment') }),
  'add-tie': (before, { tie, country }) => {
    const ties = tiesOf(before)
    // INVARIANT: while no country is known nothing covers the person, and the first one would widen.
    if (Object.values(ties).every((one: readonly string[]) => one.length === 0)) throw unknownCountries()
    const field = tieFields[tie]
    return { ...before, ties: { ...ties, [field]: added(ties[field], country, 'country tie') } }
  },
  'remove-tie': (before, { tie, country }) => {
    const ties = tiesOf(before)
    const field = tieFields[tie]
    return { ...before, ties: { ...ties, [field]: without(ties[field], (one) => one === country, 'country tie') } }
  },
  'record-regular-employee': (before, { basis }) => {
    const { person } = before
    mustNotBeEnded(person)
    if (person.isRegularEmployee && person.regularEmployeeBasis === basis) throw already('regular employment')
    return facts(before, { isRegularEmployee: true, regularEmployeeBasis: basis })
  },
  'end-regular-employment': (before) => {
    if (!before.person.isRegularEmployee) throw already('no regular employment')
    return facts(before, { isRegularEmployee: false, regularEmployeeBasis: null })
  },
  'record-nda': (before, { signedOn }, { atMs }) => {
    const { person } = before
    mustNotBeEnded(person)
    mustHaveBegun(signedOn, 'NDA', atMs)
    if (person.hasNda && person.ndaSignedOn === signedOn) throw already('the NDA')
    return facts(before, { hasNda: true, ndaSignedOn: signedOn })
  },
  'withdraw-nda': (before) => {
    if (!before.person.hasNda) throw already('no NDA')
    return facts(before, { hasNda: false, ndaSignedOn: null })
  },
  'record-briefing': (before, { briefedOn }, { atMs }) => {
    const { person } = before
    mustNotBeEnded(person)
    mustHaveBegun(briefedOn, 'briefing', atMs)
    if (person.briefedOn === briefedOn) throw already('that briefing')
    return facts(before, { briefedOn })
  },
  'record-foreign-employer': (before) => {
    if (before.person.actsForForeignEmployer) throw already('a foreign employer')
    return facts(before, { actsForForeignEmployer: true })
  },
  'clear-foreign-employer': (before) => {
    if (!before.person.actsForForeignEmployer) throw already('no foreign employer')
    return facts(before, { actsForForeignEmployer: false })
  },
  'change-employer': (before, { employer }) => {
    if (before.person.employer === employer) throw already('that employer')
    return facts(before, { employer })
  },
  correct: (before, change, { atMs }) => {
    mustHaveBegun(change.ndaSignedOn, 'NDA', atMs)
    return { ...before, person: corrected(before.person, change) }
  },
  review: (before, _, { atMs }) => {
    mustNotBeEnded(before.person)
    if (before.person.status === 'unverified') throw wrong('status is unverified', 'somebody verified')
    return facts(before, { reviewedAtMs: atMs })
  },
}

function corrected(person: Person, change: Extract<PersonChange, { change: 'correct' }>): Person {
  const { change: _, evidenceRef, ...described } = change
  const given = Object.entries(described).filter(([, value]) => value !== undefined)
  if (given.length === 0 && evidenceRef === undefined) throw wrong('nothing is corrected', 'one field or more')
  if (change.ndaSignedOn !== undefined && !person.hasNda) throw wrong('there is no NDA', 'one that is recorded')
  const next: Person = { ...person, ...Object.fromEntries(given) }
  if (evidenceRef === undefined) return next
  if (next.status === 'unverified' || next.verification === null) {
    throw wrong('nothing was verified', 'somebody verified')
  }
  return { ...next, verification: { ...next.verification, evidenceRef } }
}

function facts(before: OpenPerson, next: Partial<ReturnType<typeof described>>): OpenPerson {
  return { ...before, person: { ...before.person, ...next } }
}

function verifiedBy({ by, atMs }: Author, evidenceRef: string): Verification {
  return { by, atMs, evidenceRef }
}

function tiesOf({ person, ties }: OpenPerson): CountryTies {
  if (person.status !== 'foreign-person') throw wrong(`status is ${person.status}`, 'a foreign person')
  if (ties === null) throw unknownCountries()
  return ties
}

const tieFields = {
  citizenship: 'citizenships',
  'former-citizenship': 'formerCitizenships',
  'permanent-residency': 'permanentResidencies',
} as const satisfies Record<TieKind, keyof CountryTies>

function isAssignment(program: string, purpose: string): (one: Assignment) => boolean {
  return (one) => one.program === program && one.purpose === purpose
}

function added<T>(all: readonly T[], one: T, what: string): readonly T[] {
  if (all.includes(one)) throw already(`the ${what}`)
  return [...all, one]
}

function without<T>(all: readonly T[], isIt: (one: T) => boolean, what: string): readonly T[] {
  const left = all.filter((one) => !isIt(one))
  if (left.length === all.length) throw wrong(`there is no such ${what}`, 'one that is recorded')
  return left
}

function mustNotBeEnded(person: Person): asserts person is Exclude<Person, { status: 'ended' }> {
  if (person.status === 'ended') throw wrong('status is ended', 'a new verification first')
}

function unknownCountries(): Problem {
  return wrong('no country is known', 'a verification that records them')
}

function already(what: string): Problem {
  return new Problem('conflict', `cannot change person: the record has ${what} already, want a change`)
}

function wrong(state: string, want: string): Problem {
  return new Problem('conflict', `cannot change person: ${state}, want ${want}`)
}

/** The ties of a person as the row keeps them, sealed by `seal`. */
export function sealedAgain({ person, ties }: OpenPerson, seal: (ties: CountryTies) => Uint8Array): Person {
  if (person.status !== 'foreign-person') return person
  return { ...person, sealedTies: ties === null ? null : seal(ties) } satisfies ForeignPerson
}
