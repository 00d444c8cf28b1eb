// Refusals that are worth a look and how far somebody is with each, and releases that are unusual.

import * as z from 'zod'
import { receipt } from './acknowledgement.ts'
import { after } from './query.ts'
import { reasonText } from './reason-text.ts'
import type { Route } from './route.ts'

export const refusalsQuery = z.strictObject({
  /** `true` shows those as well that were closed as harmless or handed on as an incident. */
  all: z.enum(['true', 'false']).optional(),
  after,
})

const named = z.object({ id: z.uuid(), name: z.string() })
const triageState = z.enum(['looking', 'harmless', 'incident'])

/** A decision as it is listed: nothing that its entry keeps sealed. An analyst is told no names of files. */
const decided = z.object({
  decisionId: z.uuid(),
  at: z.iso.datetime(),
  /** Null for nobody of the roster. */
  by: named.nullable(),
  action: z.string(),
  about: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  place: z.object({ name: z.string(), country: z.string().nullable() }),
  door: z.string(),
})

const refusal = decided.extend({
  /** Codes. */
  reasons: z.array(z.string()),
  /**
   * Why it is worth a look. `stranger`: nobody of the roster; `ended`: somebody whose status ended; `place`: not from a place in the
   * United States; `keeper`: an act of those who keep the enclave; `file`: a file whose release nothing covers; `burst`: one of ten or
   * more of one person within an hour, where those that are alike count once.
   */
  rules: z.array(z.enum(['stranger', 'ended', 'place', 'keeper', 'file', 'burst'])),
  /**
   * The newest refusal that is equal to this one (who, what, of what, from where, why, and how far somebody is with it) and at most ten
   * minutes younger; its own id where it is that. Those of one are one matter.
   */
  alike: z.uuid(),
  triage: z.object({ state: triageState, note: z.string(), by: named, at: z.iso.datetime() }).nullable(),
})
export type RefusalView = z.infer<typeof refusal>

export const refusals = z.object({
  /** Newest first; a page can be empty and not the last. */
  refusals: z.array(refusal),
  next: z.string().nullable(),
})

export const triageRefusal = z.strictObject({
  /** The state that you saw; null for none. Another one is a conflict. */
  from: triageState.nullable(),
  state: triageState,
  /** Why, in your words. It stands in the ledger: no names, no countries. */
  note: reasonText,
  /** Others that are to be in the same state with it, all of them or none: those that are alike. */
  also: z.array(z.uuid()).max(500).optional(),
})
export const refusalTriaged = z.object({ decisionId: z.uuid(), state: triageState, receipt })

export const unusualReleases = z.object({
  /**
   * Newest first. `many`: one of twenty or more of one person within an hour; `new-place`: from a place where this person opened nothing
   * before, among those that were compared.
   */
  releases: z.array(decided.extend({ rules: z.array(z.enum(['many', 'new-place'])) })),
  /** The newest releases that were compared, at most 2,000, and when the first of them was. */
  compared: z.number().int(),
  since: z.iso.datetime().nullable(),
})
export type UnusualRelease = z.infer<typeof unusualReleases>['releases'][number]

export const refusalRoutes = {
  refusals: {
    method: 'GET',
    path: '/api/v1/refusals',
    summary:
      'Refusals that are worth a look, by plain rules, with how far somebody is with each; ?all=true, also those that are closed',
    access: 'refusal.list',
    query: refusalsQuery,
    answer: refusals,
  },
  triageRefusal: {
    method: 'POST',
    path: '/api/v1/refusals/{decisionId}/triage',
    summary: 'Say how far you are with a refusal: looking, harmless or incident',
    access: 'refusal.triage',
    body: triageRefusal,
    answer: refusalTriaged,
    problems: ['conflict'],
  },
  unusualReleases: {
    method: 'GET',
    path: '/api/v1/releases/unusual',
    summary: 'Releases that are unusual by plain rules, among the newest',
    access: 'refusal.list',
    answer: unusualReleases,
  },
} as const satisfies Record<string, Route>
