// What waits for the approval of others, on the wire.

import * as z from 'zod'
import { accessMap } from './access.ts'
import { receipt } from './acknowledgement.ts'
import { policyEffectAnswer } from './policy-sets.ts'
import { reasonText } from './reason-text.ts'

const named = z.object({ id: z.uuid(), name: z.string() })

export const approval = z.object({
  id: z.uuid(),
  kind: z.string(),
  state: z.enum(['pending', 'executed', 'withdrawn', 'declined', 'expired', 'outdated']),
  /** What it does, with nothing personal. */
  title: z.string(),
  about: z.object({ kind: z.enum(['person', 'authorization', 'file', 'enclave']), id: z.string(), name: z.string() }),
  requestedBy: named,
  requestedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  approvedBy: z.array(named),
  needed: z.number().int(),
  /** An empowered official (22 CFR 120.67) must be among whoever asked and approves. */
  needsOfficial: z.boolean(),
  /** SHA-256 of the change's canonical JSON, hex: what an approval names. */
  digest: z.string(),
  /** An approval names the effect that it was shown. */
  hasEffect: z.boolean(),
  /** By whom it was declined, and why. */
  declined: z.object({ by: named, reason: z.string() }).nullable(),
  /** The caller has the role that approves it, did not ask for it, is not who it is about, and has not approved it. */
  waitsForYou: z.boolean(),
})
export type ApprovalView = z.infer<typeof approval>

/** Newest first, at most 200; `next` is null on the last page. */
export const approvals = z.object({ approvals: z.array(approval), next: z.string().nullable() })
export const approvalShown = approval.extend({
  /** Everything that would change, except countries: those are looked at for a stated purpose. */
  details: z.record(z.string(), z.unknown()),
})
const digest = z.string().regex(/^[0-9a-f]{64}$/)
/** `effect`: the digest of the effect that was shown, where the request has one. */
export const giveApproval = z.strictObject({ digest, effect: digest.optional() })
/** What a request would do to who can do what, over everybody and everything: one of both, or neither where it has none to show. */
export const approvalEffect = z.object({
  approvalId: z.uuid(),
  /** Names exactly these gains and losses; an approval names it. */
  effect: z.string().nullable(),
  /** Pairs of a person and a thing. */
  gains: z.number().int(),
  loses: z.number().int(),
  /** Of an authorization, or other terms of one: who can open what. Whole classes come by `access/members` with this change. */
  access: accessMap.nullable(),
  /** Of a policy set: who can do what. */
  policies: policyEffectAnswer.nullable(),
})
export const approvalGiven = z.object({
  approvalId: z.uuid(),
  approved: z.number().int(),
  needed: z.number().int(),
  executed: z.boolean(),
  /** To whoever approved last, once: half of what enrolls a passkey. Null for any other approval. */
  enrollment: z.object({ link: z.string(), expiresAt: z.iso.datetime() }).nullable(),
  receipt,
})
export const declineApproval = z.strictObject({ digest: z.string().regex(/^[0-9a-f]{64}$/), reason: reasonText })
export const approvalDeclined = z.object({ approvalId: z.uuid(), receipt })
export const approvalWithdrawn = z.object({ approvalId: z.uuid(), receipt })
/** A change that now waits for the approval of others. */
export const proposed = z.object({ approvalId: z.uuid(), needed: z.number().int(), receipt })
