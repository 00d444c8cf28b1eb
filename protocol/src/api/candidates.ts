// Candidates for the immediate notice of 22 CFR 126.1(e)(2), and their cases.

import * as z from 'zod'
import { receipt } from './acknowledgement.ts'
import { after } from './query.ts'
import { plainText, reasonText } from './reason-text.ts'

const state = z.enum(['open', 'case', 'dismissed', 'notified', 'not-notified'])

/** `true` shows those that were dismissed and closed as well. */
export const candidatesQuery = z.strictObject({ all: z.enum(['true', 'false']).optional(), after })

const named = z.object({ id: z.uuid(), name: z.string() })
const act = { by: named, at: z.iso.datetime() }

const candidate = z.object({
  id: z.uuid(),
  state,
  person: named,
  /** Null where the key of the person is gone. */
  matter: z
    .object({
      /** Washington's day. */
      day: z.string(),
      /** Both are empty where it stands for all the other matters of a day. */
      programs: z.array(z.string()),
      items: z.array(z.string()),
      /** The first refusal. */
      decisionId: z.string(),
      at: z.iso.datetime(),
      action: z.string(),
      about: z.object({ kind: z.string(), id: z.string() }),
    })
    .nullable(),
  refusals: z.number().int(),
  decided: z.object({ ...act, isProposal: z.boolean().nullable(), reason: z.string().nullable() }).nullable(),
  closed: z
    .object({
      ...act,
      filing: z.string().nullable(),
      filedOn: z.string().nullable(),
      /** As it was typed, in cases that were closed before the official was a role; else it is who closed it. */
      official: z.string().nullable(),
      reason: z.string().nullable(),
    })
    .nullable(),
})
export type CandidateView = z.infer<typeof candidate>

export const candidates = z.object({
  candidates: z.array(candidate),
  next: z.string().nullable(),
  /** Whether every refusal that was in the ledger has been looked at. */
  isUpToDate: z.boolean(),
})

/** Why it was a proposal, or why it was none. */
export const decideCandidate = z.strictObject({ reason: reasonText })

/** The reference under which the notice was filed. */
export const closeCandidate = z.strictObject({ filing: plainText(200).min(1), filedOn: z.iso.date() })
/** Why no notice was filed. */
export const closeUnfiled = z.strictObject({ reason: plainText(2000).min(1) })

export const candidateChanged = z.object({ candidate, receipt })
