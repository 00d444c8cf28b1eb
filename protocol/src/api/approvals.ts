// What waits for the approval of others, on the wire.

import * as z from 'zod'
import { receipt } from './acknowledgement.ts'
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
export const giveApproval = z.strictObject({ digest: z.string().regex(/^[0-9a-f]{64}$/) })
export const approvalGiven = z.object({
  approvalId: z.uuid(),
  approved: z.number().int(),
  needed: z.number().int(),
  executed: z.boolean(),
  receipt,
})
export const declineApproval = z.strictObject({ digest: z.string().regex(/^[0-9a-f]{64}$/), reason: reasonText })
export const approvalDeclined = z.object({ approvalId: z.uuid(), receipt })
export const approvalWithdrawn = z.object({ approvalId: z.uuid(), receipt })
/** A change that now waits for the approval of others. */
export const proposed = z.object({ approvalId: z.uuid(), needed: z.number().int(), receipt })
