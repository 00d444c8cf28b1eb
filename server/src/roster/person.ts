// A person of the roster: a union over what export control knows of them, each arm with only its own fields, and the steps
// from one arm to another.

import * as z from 'zod'
import {
  countryTies,
  Problem,
  roles,
  slug,
  usPersonBases,
  type Assignment,
  type Id,
  type PersonKind,
  type RegularEmployeeBasis,
  type Role,
  type UsPersonBasis,
} from '@sallyport/protocol'

/** Who looked, when, and where the evidence is kept; the evidence itself stays out of the roster. */
export interface Verification {
  /** Null only at founding, before there was anybody to do it. */
  readonly by: Id<'person'> | null
  readonly atMs: number
  readonly evidenceRef: string
}

interface Common {
  readonly id: Id<'person'>
  /** Incremented with each change. */
  readonly version: number
  readonly displayName: string
  readonly kind: PersonKind
  /** The organization's own number for the person; nobody else's has it. */
  readonly externalId: string | null
  /** Where notices go; null for nowhere. */
  readonly mail: string | null
  /** Party whose employee the person is; null for the enclave's own people. */
  readonly employer: string | null
  readonly isRegularEmployee: boolean
  /** Null also where it was attested at founding without saying why. */
  readonly regularEmployeeBasis: RegularEmployeeBasis | null
  /** A recorded fact. Whether it bars is counsel's to decide: the setting `foreign-employer-bars`. */
  readonly actsForForeignEmployer: boolean
  readonly hasNda: boolean
  /** ISO 8601 days. */
  readonly ndaSignedOn: string | null
  readonly briefedOn: string | null
  /** When somebody last looked whether the status holds, besides verifying it. */
  readonly reviewedAtMs: number | null
  readonly roles: readonly Role[]
  readonly assignments: readonly Assignment[]
}

/** Nobody has said yet who this is: treated as foreign and uncovered. */
export interface Unverified extends Common {
  readonly status: 'unverified'
}

/** SPEC: 22 CFR 120.62. No country belongs to this arm: none ever matters. */
export interface UsPerson extends Common {
  readonly status: 'us-person'
  readonly basis: UsPersonBasis
  readonly verification: Verification
}

/** SPEC: 22 CFR 120.63. Ties are sealed; null until they are recorded, and then nothing covers the person. */
export interface ForeignPerson extends Common {
  readonly status: 'foreign-person'
  readonly verification: Verification
  readonly sealedTies: Uint8Array | null
}

export const endings = ['left', 'status-ended'] as const
/** `left` the organization; or the status itself ended. A card or visa date that passes ends neither. */
export type Ending = (typeof endings)[number]

export interface Ended extends Common {
  readonly status: 'ended'
  readonly verification: Verification | null
  /** `merged` for good: what the record was about goes on in `mergedInto`. */
  readonly ending: Ending | 'merged'
  /** The record that was kept, which may itself be merged by now; null unless `merged`. */
  readonly mergedInto: Id<'person'> | null
  readonly endedBy: Id<'person'> | null
  readonly endedAtMs: number
}

export type Person = Unverified | UsPerson | ForeignPerson | Ended

/**
 * End a person: from any status, at once.
 * Throws Problem `conflict` for somebody who is ended already.
 */
export function ended(person: Person, by: { ending: Ending; endedBy: Id<'person'>; atMs: number }): Ended {
  mustNotBeMerged(person)
  if (person.status === 'ended') throw new Problem('conflict', 'cannot end person: status is ended, want any other')
  return {
    ...described(person),
    version: person.version + 1,
    status: 'ended',
    verification: person.status === 'unverified' ? null : person.verification,
    ending: by.ending,
    mergedInto: null,
    endedBy: by.endedBy,
    endedAtMs: by.atMs,
  }
}

/** Refuse any change to a merged record. Throws Problem `conflict` that names the record that was kept. */
export function mustNotBeMerged(person: Person): void {
  if (person.status !== 'ended' || person.mergedInto === null) return
  throw new Problem(
    'conflict',
    `cannot change person: the record was merged into ${person.mergedInto}, want that one changed, or split`,
  )
}

/** What belongs to every arm, without what belongs to one. */
export function described(person: Person): Common {
  const { id, version, displayName, kind, externalId, mail, employer, isRegularEmployee, regularEmployeeBasis } = person
  const { actsForForeignEmployer, hasNda, ndaSignedOn, briefedOn, reviewedAtMs, roles, assignments } = person
  const facts = { isRegularEmployee, regularEmployeeBasis, actsForForeignEmployer, hasNda, ndaSignedOn, briefedOn }
  return { id, version, displayName, kind, externalId, mail, employer, ...facts, reviewedAtMs, roles, assignments }
}

const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => text.isWellFormed() && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text), 'want one line of text')

const personId = z.uuid().transform((text) => text.toLowerCase() as Id<'person'>)
const distinct = (items: readonly unknown[]) => new Set(items.map((item) => JSON.stringify(item))).size === items.length

const commonInput = {
  /** Given where somebody must be known before they are added, as founders who attest for each other; else made. */
  id: personId.optional(),
  displayName: line(200),
  employer: slug.nullable(),
  isRegularEmployee: z.boolean(),
  hasNda: z.boolean(),
  roles: z.array(z.enum(roles)).refine(distinct, 'want each role once'),
  assignments: z
    .array(z.strictObject({ program: slug, purpose: slug }))
    .max(200)
    .refine(distinct, 'want each assignment once'),
}
const verification = z.strictObject({ by: personId.nullable(), evidenceRef: line(300) })

/** Somebody to add. Strict: a country on a U.S. person, or any field that the roster does not keep, is refused. */
export const newPerson = z.discriminatedUnion('status', [
  z.strictObject({ ...commonInput, status: z.literal('unverified') }),
  z.strictObject({ ...commonInput, status: z.literal('us-person'), basis: z.enum(usPersonBases), verification }),
  z.strictObject({
    ...commonInput,
    status: z.literal('foreign-person'),
    verification,
    ties: countryTies.nullable(),
  }),
])
export type NewPerson = z.input<typeof newPerson>
