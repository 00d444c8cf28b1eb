// Decisions as they are explained, and whole questions: who can open this, what can she open.

import * as z from 'zod'
import { actions, type Action } from '../decision.ts'
import { after, moment } from './query.ts'

const reason = z.object({ code: z.string(), text: z.string(), fix: z.string(), ask: z.string() })

export const explanation = z.object({
  id: z.uuid(),
  at: z.iso.datetime(),
  effect: z.enum(['permit', 'deny']),
  action: z.string(),
  door: z.string(),
  subject: z.object({
    personId: z.uuid().nullable(),
    name: z.string().nullable(),
    identity: z.string().nullable(),
    /** The record in which that of the subject goes on, where it was merged since. */
    goesOnIn: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  }),
  resource: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string().nullable() }),
  /** Every attribute that the policies saw. */
  attributes: z.record(z.string(), z.unknown()),
  /** Ids of the policies that decided, of one policy set by its digest. */
  policies: z.object({
    digest: z.string(),
    determining: z.array(z.string()),
    /** Those that decided, in words, with the paths of the attributes that each reads: `principal.programs`. */
    decided: z.array(
      z.object({ id: z.string(), effect: z.enum(['permit', 'forbid']), text: z.string(), reads: z.array(z.string()) }),
    ),
  }),
  /** What the guard in code said, which is asked where the policies permit. */
  guard: z.enum(['agreed', 'refused', 'not-asked']),
  authorization: z
    .object({ id: z.uuid(), number: z.string(), version: z.number().int(), citation: z.string() })
    .nullable(),
  /** What stood in place of the labels of the file's manifest, and of which; null where those held. */
  rescue: z.object({ approvalId: z.uuid(), policySha256: z.string(), instead: z.array(z.string()) }).nullable(),
  obligations: z.array(z.object({ id: z.string(), text: z.string() })),
  reasons: z.array(reason),
  /** Position in the tree; null until the sequencer has taken it in. */
  ledgerIndex: z.number().int().nullable(),
})
export type Explanation = z.infer<typeof explanation>

const action = z.enum(Object.keys(actions) as [Action, ...Action[]])
const thing = z.object({ kind: z.string(), id: z.string() })

/** Of whom, about which file, how they fell, when. `from` is inclusive, `to` is not. */
export const decisionsQuery = z.strictObject({
  personId: z.uuid().optional(),
  fileId: z.uuid().optional(),
  effect: z.enum(['permit', 'deny']).optional(),
  action: action.optional(),
  from: moment.optional(),
  to: moment.optional(),
  after,
})

/** The newest first, at most 100; a page can be empty and not the last. Without those that no checkpoint has yet. */
export const decisions = z.object({
  decisions: z.array(
    z.object({
      id: z.uuid(),
      at: z.iso.datetime(),
      effect: z.enum(['permit', 'deny']),
      action: z.string(),
      door: z.string(),
      /** Null for whoever was on no roster. */
      person: z.object({ id: z.uuid(), name: z.string() }).nullable(),
      resource: thing.extend({ name: z.string().nullable() }),
      /** Number of the authorization that a permit relied on. */
      authorization: z.string().nullable(),
      reasons: z.array(z.object({ code: z.string(), text: z.string() })),
      ledgerIndex: z.number().int(),
    }),
  ),
  next: z.string().nullable(),
})

/** A refusal as whoever was refused may hear it: nothing of the thing, of other records or of authorizations. */
export const ownRefusal = z.object({
  id: z.uuid(),
  at: z.iso.datetime(),
  action: z.string(),
  door: z.string(),
  /** `name` of a file or a vault that you may see by now; null otherwise. */
  resource: thing.extend({ name: z.string().nullable() }),
  /** Of your own record, as it was then. */
  you: z.object({ status: z.string(), roles: z.array(z.string()), programs: z.array(z.string()) }),
  place: z.object({ known: z.boolean(), country: z.string() }),
  /** False where a workload asked without you. */
  human: z.boolean(),
  /** With the paths of the attributes that the policy of that code reads. */
  reasons: z.array(reason.extend({ reads: z.array(z.string()) })),
})
export type OwnRefusalView = z.infer<typeof ownRefusal>

/** The newest first, at most 50; a page can be empty and not the last. Without those that no checkpoint has yet. */
export const ownRefusals = z.object({ refusals: z.array(ownRefusal), next: z.string().nullable() })

const outcome = z.object({
  effect: z.enum(['permit', 'deny']),
  /** Number of the authorization that a permit would rely on, and what a record of it would cite. */
  authorization: z.string().nullable(),
  citation: z.string().nullable(),
  permittedBy: z.array(z.object({ code: z.string(), text: z.string() })),
  reasons: z.array(reason),
})

/** A stretch of the ledger whose decisions were decided again from their entries. */
export const replayed = z.object({
  from: z.number().int(),
  /** Up to and without this entry. */
  to: z.number().int(),
  /** Entries in the ledger: whoever replays all of it goes on from `to` until it is this. */
  size: z.number().int(),
  decisions: z.number().int(),
  /** Entries of lists: each is many decisions and keeps the hash of what came through, so that it cannot be decided again. */
  lists: z.number().int(),
  /** The first decision that did not fall the same way again; there the replay stopped. */
  finding: z.object({ index: z.number().int(), text: z.string() }).nullable(),
})

/** With `asOf`, by what was on record at that moment. */
export const whoCan = z.strictObject({ fileId: z.uuid(), asOf: moment.optional(), after })
export const whoCanAnswer = z.object({
  fileId: z.uuid(),
  at: z.iso.datetime(),
  people: z.array(outcome.extend({ personId: z.uuid(), name: z.string(), status: z.string() })),
  /** Where to go on; null on the last page. */
  next: z.string().nullable(),
})

export const whatCan = z.strictObject({ personId: z.uuid(), asOf: moment.optional(), after })
export const whatCanAnswer = z.object({
  personId: z.uuid(),
  at: z.iso.datetime(),
  files: z.array(outcome.extend({ fileId: z.uuid(), name: z.string(), vault: z.string() })),
  next: z.string().nullable(),
})
