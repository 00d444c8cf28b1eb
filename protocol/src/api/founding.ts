// Founding a real enclave. Open only until it is closed, to whoever the configured issuer signs in: there is nobody yet whom
// a decision could be about.

import * as z from 'zod'
import { usPersonBases } from '../person.ts'
import { receipt } from './acknowledgement.ts'
import { enrollPasskey } from './passkeys.ts'
import { reasonText } from './reason-text.ts'

/** The code as it was handed over; letters in groups. */
export const enrollFounder = z.strictObject({ code: z.string().min(1).max(100) })

/** The code alone: whoever has it makes a passkey, which becomes the founder's identity. */
export const beginFounderPasskey = z.strictObject({ code: z.string().min(1).max(100) })
export const enrollFounderPasskey = enrollPasskey.omit({ secret: true })

/** What one founder says about another, in their own words; it stays on record. */
export const attestFounder = z.strictObject({ founderId: z.uuid(), statement: reasonText })

const founder = z.object({
  id: z.uuid(),
  name: z.string(),
  role: z.enum(['officer', 'administrator']),
  /** An empowered official besides (22 CFR 120.67). */
  official: z.boolean(),
  basis: z.enum(usPersonBases),
  evidence: z.string(),
  /** Null until the founder has enrolled. */
  identity: z.object({ issuer: z.string(), subject: z.string(), at: z.iso.datetime() }).nullable(),
  /** Until when their code opens; null once they have enrolled. */
  codeUntil: z.iso.datetime().nullable(),
  /** Names of those who attested. */
  attestedBy: z.array(z.string()),
})
export type FounderView = z.infer<typeof founder>

export const founding = z.object({
  enclave: z.string(),
  issuer: z.string(),
  subject: z.string(),
  /** Id of the founder who asks; null for anybody else, who sees nothing below. */
  you: z.uuid().nullable(),
  founders: z.array(founder),
  /** What must happen before it can be closed. */
  missing: z.array(z.string()),
  /** What it can be closed without, at a price. */
  attention: z.array(z.string()),
  absenceRule: z.string().nullable(),
})
export type FoundingView = z.infer<typeof founding>

/** An act of a founder, with where the founding stands after it. */
export const foundingChanged = z.object({ founding, receipt })

export const foundingClosed = z.object({ enclave: z.string(), receipt })
