// An authorization: the umbrella over licenses, agreements and exemptions, with its terms as data.
// SPEC: 22 CFR 120.57 (license, agreement, exemption), 123.1, 124.1, 126.1; kinds beyond these arrive with the register.

import * as z from 'zod'
import { country } from './countries.ts'

/** Short name in the enclave's own vocabulary (programs, parties, purposes): lower case, digits, hyphens. */
export const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'want lower case letters, digits and hyphens')
const instant = z.iso.datetime({ offset: true })
const text = (max: number) => z.string().trim().min(1).max(max)

export const authorizationKinds = ['DSP-5', 'DSP-61', 'DSP-73', 'DSP-85', 'TAA', 'MLA', 'WDA', 'exemption'] as const
export type AuthorizationKind = (typeof authorizationKinds)[number]

const party = z.strictObject({
  id: slug,
  name: text(200),
  country,
  /** A U.S. party never covers its own foreign employees; a foreign party covers its regular employees (22 CFR 120.64). */
  side: z.enum(['us', 'foreign']),
})

/** A proviso is a rule that the answer carries as an obligation, or openly somebody's duty; never only text. */
const proviso = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('obligation'), id: slug, text: text(2000), obligation: slug }),
  z.strictObject({ kind: z.literal('duty'), id: slug, text: text(2000), owner: text(200) }),
])

/** The empowered official's recorded determination that a license may be used for one country of 22 CFR 126.1. */
const determination = z.strictObject({ country, text: text(2000), by: z.uuid(), at: instant })

export const authorizationTerms = z.strictObject({
  number: text(60),
  kind: z.enum(authorizationKinds),
  /** Citation in force, as it is to be written on a record: `22 CFR 124.1(a)`. */
  citation: text(120),
  title: text(200),
  parties: z.array(party).max(200),
  /** Foreign persons named in the authorization. */
  persons: z.array(z.uuid()).max(2000),
  /** Countries that it names. ITAR: must hold every country that counts for the person. */
  countries: z.array(country).min(1).max(250),
  /** USML paragraphs, as the label has them: `viii-h-1`. */
  items: z.array(slug).min(1).max(500),
  programs: z.array(slug).min(1).max(100),
  purposes: z.array(slug).min(1).max(100),
  provisos: z.array(proviso).max(200),
  determinations: z.array(determination).max(50),
  validFrom: instant,
  validUntil: instant,
})
export type AuthorizationTerms = z.infer<typeof authorizationTerms>
export type Proviso = z.infer<typeof proviso>

/** `registered` waits for approval; `effective` counts between its dates; `ended` never counts again. */
export const authorizationStates = ['registered', 'effective', 'ended'] as const
export type AuthorizationState = (typeof authorizationStates)[number]
