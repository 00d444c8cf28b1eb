// A person of the roster: a union over what export control knows of them, each arm with only its own fields, and the steps
// from one arm to another.

import * as z from 'zod'
import {
  country,
  Problem,
  roles,
  slug,
  usPersonBases,
  type Assignment,
  type Id,
  type Role,
  type UsPersonBasis,
} from '@sallyport/protocol'

/** Who looked, when, and where the evidence is kept; the evidence itself stays out of the roster. */
interface Verification {
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
  /** Party whose employee the person is; null for the enclave's own people. */
  readonly employer: string | null
  readonly isRegularEmployee: boolean
  readonly hasNda: boolean
  readonly roles: readonly Role[]
  readonly assignments: readonly Assignment[]
}

/** Nobody has said yet who this is: treated as foreign and uncovered. */
interface Unverified extends Common {
  readonly status: 'unverified'
}

/** SPEC: 22 CFR 120.62. No country belongs to this arm: none ever matters. */
interface UsPerson extends Common {
  readonly status: 'us-person'
  readonly basis: UsPersonBasis
  readonly verification: Verification
}

/** SPEC: 22 CFR 120.63. Ties are sealed; null until they are recorded, and then nothing covers the person. */
interface ForeignPerson extends Common {
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
  readonly ending: Ending
  readonly endedBy: Id<'person'> | null
  readonly endedAtMs: number
}

export type Person = Unverified | UsPerson | ForeignPerson | Ended

/**
 * End a person: from any status, at once, and for good.
 * Throws Problem `conflict` for somebody who is ended already.
 */
export function ended(person: Person, by: { ending: Ending; endedBy: Id<'person'>; atMs: number }): Ended {
  if (person.status === 'ended') throw new Problem('conflict', 'cannot end person: status is ended, want any other')
  const { id, version, displayName, employer, isRegularEmployee, hasNda, assignments } = person
  const common = { id, version: version + 1, displayName, employer, isRegularEmployee, hasNda, assignments }
  return {
    ...common,
    roles: person.roles,
    status: 'ended',
    verification: person.status === 'unverified' ? null : person.verification,
    ending: by.ending,
    endedBy: by.endedBy,
    endedAtMs: by.atMs,
  }
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
// Whoever is a citizen or permanent resident of the United States is a U.S. person, and has no ties here.
const countries = z
  .array(country.refine((one) => one !== 'US', 'want foreign countries only'))
  .max(50)
  .refine(distinct, 'want each country once')

/** Somebody to add. Strict: a country on a U.S. person, or any field that the roster does not keep, is refused. */
export const newPerson = z.discriminatedUnion('status', [
  z.strictObject({ ...commonInput, status: z.literal('unverified') }),
  z.strictObject({ ...commonInput, status: z.literal('us-person'), basis: z.enum(usPersonBases), verification }),
  z.strictObject({
    ...commonInput,
    status: z.literal('foreign-person'),
    verification,
    ties: z
      .strictObject({ citizenships: countries, formerCitizenships: countries, permanentResidencies: countries })
      .nullable(),
  }),
])
export type NewPerson = z.input<typeof newPerson>
