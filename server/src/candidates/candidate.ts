// A candidate as it is read, and what it was about.

import type { Id } from '@sallyport/protocol'
import * as z from 'zod'

export const candidateStates = ['open', 'case', 'dismissed', 'notified', 'not-notified'] as const
/** `dismissed`: it was no proposal. `notified` and `not-notified`: it was one, and its case is closed. */
export type CandidateState = (typeof candidateStates)[number]

/** What one candidate is about, in place of every refusal of that person, matter and day. */
export const matter = z.object({
  /** Washington's. */
  day: z.string(),
  /** Names of the programs and items that were asked for, sorted; empty for what stands for all the rest of a day. */
  programs: z.array(z.string()),
  items: z.array(z.string()),
  /** The first refusal, as the ledger has it. */
  entryId: z.string(),
  action: z.string(),
  about: z.object({ kind: z.string(), id: z.string() }),
  atMs: z.number(),
})
export type Matter = z.infer<typeof matter>

export const decision = z.object({ isProposal: z.boolean(), reason: z.string() })

/** SPEC: 22 CFR 126.1(e)(2): the notice, by the reference of its filing; or the written reason why there was none. */
export const closing = z.union([
  z.object({ filing: z.string(), filedOn: z.string() }),
  // `official` is in those that were written before the official was a role: a name.
  z.object({ official: z.string().optional(), reason: z.string() }),
])

interface Act<T> {
  readonly by: Id<'person'>
  readonly atMs: number
  /** Null where the person's key is gone. */
  readonly what: T | null
}

export interface Candidate {
  readonly id: Id<'candidate'>
  readonly state: CandidateState
  readonly personId: Id<'person'>
  /** Null where the person's key is gone. */
  readonly matter: Matter | null
  readonly refusals: number
  readonly openedAtMs: number
  readonly decided: Act<z.infer<typeof decision>> | null
  readonly closed: Act<z.infer<typeof closing>> | null
}
