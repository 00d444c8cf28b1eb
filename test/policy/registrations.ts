// What comes of registering an authorization, as data (policies/cases/registrations.json): refused with its faults, or registered with
// what is odd about it.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { authorizationTerms, type AuthorizationTerms, type Id } from '@sallyport/protocol'
import * as z from 'zod'
import { casesFolder } from './cases.ts'

/** Terms with people by their names at the sample's issuer, and days from today on in place of moments. */
const terms = z.record(z.string(), z.unknown())

const registrationCase = z.strictObject({
  title: z.string(),
  base: z.string(),
  /** Members in place of those of the base. */
  change: terms,
  outcome: z.union([
    /** The fields that are named, all of them. */
    z.strictObject({ refused: z.array(z.string()).min(1) }),
    /** Field and part of the text of what is odd and registered all the same. */
    z.strictObject({ warnings: z.array(z.tuple([z.string(), z.string()])) }),
  ]),
})
export type RegistrationCase = z.infer<typeof registrationCase>

const file = z.strictObject({ bases: z.record(z.string(), terms), cases: z.array(registrationCase).min(1) })

export interface Registrations {
  readonly cases: readonly RegistrationCase[]
  /** The terms of a case, as `id` knows its people. */
  readonly termsOf: (one: RegistrationCase, id: (subject: string) => Id<'person'>) => AuthorizationTerms
}

export function readRegistrations(): Registrations {
  const { bases, cases } = file.parse(JSON.parse(readFileSync(join(casesFolder, 'registrations.json'), 'utf8')))
  return {
    cases,
    termsOf: ({ base, change }, id) => {
      const written = { ...bases[base], ...change }
      const day = (days: unknown) => new Date(Date.now() + Number(days) * 86_400_000).toISOString()
      const people = (written['persons'] as string[]).map(id)
      const determinations = (written['determinations'] as { by: string }[]).map((one) => ({ ...one, by: id(one.by) }))
      const claim = written['exemption'] as { certification: { signer: string } } | undefined
      return authorizationTerms.parse({
        ...written,
        persons: people,
        determinations,
        ...(claim === undefined
          ? {}
          : {
              exemption: {
                ...claim,
                certification: { ...claim.certification, signer: id(claim.certification.signer) },
              },
            }),
        validFrom: day(written['validFrom']),
        validUntil: day(written['validUntil']),
      })
    },
  }
}
