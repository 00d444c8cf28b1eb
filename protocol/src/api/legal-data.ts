// Legal data on the wire: what is in force, what other data would change, and asking for it.

import * as z from 'zod'
import { receipt } from './acknowledgement.ts'
import { reasonText } from './reason-text.ts'

const digest = z.string().regex(/^[0-9a-f]{64}$/)
const dated = {
  validFrom: z.string().nullable(),
  /** The first day on which it no longer holds. */
  validUntil: z.string().nullable(),
  source: z.string(),
  sureness: z.string(),
}
const row = { country: z.string(), list: z.string(), ...dated }

export const legalDataShown = z.object({
  /** Null where none was ever loaded: then nobody is covered. */
  inForce: z
    .object({
      digest,
      /** Day of the last change of the law that it knows of. What came after is unknown. */
      asOf: z.string(),
      /** Washington's day, by which a row holds or not. */
      today: z.string(),
      rows: z.array(
        z.object({ ...row, paragraph: z.string().nullable(), holds: z.enum(['today', 'not yet', 'no longer']) }),
      ),
    })
    .nullable(),
  /** What is or was in force, newest first, at most 100. */
  versions: z.array(z.object({ digest, asOf: z.string(), isInForce: z.boolean(), loadedAt: z.iso.datetime() })),
})

/** As `server/src/authorizations/legal-data.json` has it. */
const data = z.record(z.string(), z.unknown())

export const checkLegalData = z.strictObject({ data })
const rows = z.object({
  proscribedCountries: z.array(z.object({ ...row, paragraph: z.string() })),
  employeeCountries: z.array(z.object(row)),
  /** What exemptions ask for, and how long a kind of authorization holds: whose rule (a section, every exemption, a kind), and what it says. */
  rules: z.array(z.object({ rule: z.string(), says: z.string(), ...dated })),
})
export const legalDataChecked = z.object({
  digest,
  asOf: z.string(),
  added: rows,
  removed: rows,
  /** Counts of foreign persons on this day, by 22 CFR 126.1 alone. */
  people: z.object({
    newlyProscribed: z.number().int(),
    noLongerProscribed: z.number().int(),
    unknown: z.number().int(),
  }),
})

export const proposeLegalData = z.strictObject({ data, reason: reasonText })
export const legalDataProposed = z.object({ approvalId: z.uuid(), needed: z.number().int(), digest, receipt })
