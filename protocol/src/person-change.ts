// What can change about a person of the roster, one change at a time, as data: exactly what is asked for, approved and
// recorded. Which changes take others' approval is told here, so that gate and clients say the same.

import * as z from 'zod'
import { slug } from './authorization.ts'
import { country, countryToday } from './countries.ts'
import { mailAddress } from './mail-address.ts'
import { personKinds, regularEmployeeBases, roles, usPersonBases, type PersonStatus } from './person.ts'

/** One line of text for people, without characters that hide, reorder or break it. */
export const oneLine = (max: number) =>
  z
    .string()
    .transform((text) => text.normalize('NFC').trim())
    .pipe(
      z
        .string()
        .min(1)
        .max(max)
        .refine((text) => text.isWellFormed() && !hidden.test(text), 'want one line of visible text'),
    )
// Zero-width joiners stand in names of several scripts; every other format character only hides or reorders.
const hidden = /[\p{Cc}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/u

const foreignCountry = countryToday.refine((one) => one !== 'US', 'want foreign countries only')
const countries = z
  .array(foreignCountry)
  .max(100)
  .refine((all) => new Set(all).size === all.length, 'want each country once')

/** SPEC: 22 CFR 120.50(b). Whoever is a citizen or permanent resident of the United States has none of these here. */
export const countryTies = z.strictObject({
  citizenships: countries,
  formerCitizenships: countries,
  permanentResidencies: countries,
})

/** The same as they are on record, whatever was taken for a country when they were recorded. */
const recorded = z.array(country)
export const recordedTies = z.object({
  citizenships: recorded,
  formerCitizenships: recorded,
  permanentResidencies: recorded,
})

export const tieKinds = ['citizenship', 'former-citizenship', 'permanent-residency'] as const
export type TieKind = (typeof tieKinds)[number]

/** Where the evidence is kept; never the evidence. */
const evidenceRef = oneLine(300)
const tie = { tie: z.enum(tieKinds) }
const role = z.enum(roles)
const change = <C extends string, S extends z.core.$ZodShape>(name: C, shape: S) =>
  z.strictObject({ change: z.literal(name), ...shape })

/** One change to one person. Strict: a country on a U.S. person has no place here. */
export const personChange = z.discriminatedUnion('change', [
  /** Verify, verify anew, or restore somebody who was ended. */
  change('verify-us-person', { basis: z.enum(usPersonBases), evidenceRef }),
  change('verify-foreign-person', { ties: countryTies, evidenceRef }),
  change('grant-role', { role }),
  change('remove-role', { role }),
  change('assign', { program: slug, purpose: slug }),
  change('unassign', { program: slug, purpose: slug }),
  change('add-tie', { ...tie, country: foreignCountry }),
  /** Also of a code that is no country's any more. */
  change('remove-tie', { ...tie, country }),
  change('record-regular-employee', { basis: z.enum(regularEmployeeBases) }),
  change('end-regular-employment', {}),
  change('record-nda', { signedOn: z.iso.date() }),
  change('withdraw-nda', {}),
  change('record-briefing', { briefedOn: z.iso.date() }),
  change('record-foreign-employer', {}),
  change('clear-foreign-employer', {}),
  change('change-employer', { employer: slug.nullable() }),
  /** What describes the person and decides nothing. */
  change('correct', {
    displayName: oneLine(200).optional(),
    kind: z.enum(personKinds).optional(),
    externalId: oneLine(100).nullable().optional(),
    /** Where notices go; null for nowhere. */
    mail: mailAddress.nullable().optional(),
    evidenceRef: evidenceRef.optional(),
    ndaSignedOn: z.iso.date().optional(),
  }),
  /** Somebody looked whether the status still holds, and it does. */
  change('review', {}),
])
export type PersonChange = z.output<typeof personChange>

/** What each change is called, wherever people ask for it, approve it and read of it: as an order, without a capital. */
export const personChangeWords = {
  'verify-us-person': 'verify as a U.S. person',
  'verify-foreign-person': 'verify as a foreign person',
  'grant-role': 'give a role',
  'remove-role': 'take a role away',
  assign: 'assign to a program',
  unassign: 'take off a program',
  'add-tie': 'add a country',
  'remove-tie': 'take a country off',
  'record-regular-employee': 'record regular employment',
  'end-regular-employment': 'end regular employment',
  'record-nda': 'record an NDA',
  'withdraw-nda': 'withdraw the NDA',
  'record-briefing': 'record a briefing',
  'record-foreign-employer': 'record that they act for a foreign employer',
  'clear-foreign-employer': 'record that they act for no foreign employer any more',
  'change-employer': 'change the employer',
  correct: 'correct what describes them',
  review: 'confirm that the status still holds',
} as const satisfies Record<PersonChange['change'], string>

/**
 * Tell whether a change to somebody of this status takes two others' approval. What only decides for a foreign person
 * (employer, regular employment, NDA, briefing) widens nothing for anybody else: verifying them as one takes approval of it all.
 */
export function widens({ change }: Pick<PersonChange, 'change'>, status: PersonStatus): boolean {
  const effect = effects[change]
  return effect === 'widens' || (effect === 'widens for a foreign person' && status === 'foreign-person')
}

const effects = {
  'verify-us-person': 'widens',
  'verify-foreign-person': 'widens',
  'grant-role': 'widens',
  assign: 'widens',
  'remove-tie': 'widens',
  'clear-foreign-employer': 'widens',
  'record-regular-employee': 'widens for a foreign person',
  'record-nda': 'widens for a foreign person',
  'record-briefing': 'widens for a foreign person',
  'change-employer': 'widens for a foreign person',
  'remove-role': 'narrows',
  unassign: 'narrows',
  'add-tie': 'narrows',
  'end-regular-employment': 'narrows',
  'withdraw-nda': 'narrows',
  'record-foreign-employer': 'narrows',
  correct: 'neither',
  review: 'neither',
} as const satisfies Record<PersonChange['change'], string>
