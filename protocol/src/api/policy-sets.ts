// Which policy set is in force, on the wire.

import * as z from 'zod'
import { reasonText } from './reason-text.ts'

/** SHA-256 over schema and policies, in lower-case hex. */
const policyDigest = z.string().regex(/^[0-9a-f]{64}$/)
/** Texts of policies by id. */
const policyTexts = z.record(z.string(), z.string())

export const policySets = z.object({
  /** Null when none is in force: then nothing is permitted. */
  inForce: policyDigest.nullable(),
  /** The set that ships with the version that serves. */
  shipped: policyDigest,
  /** What the shipped one would change. */
  differences: z.object({ added: policyTexts, removed: policyTexts, changed: policyTexts, schema: z.boolean() }),
})

/** Ask for the shipped set; the digest is the one that was seen. */
export const proposePolicySet = z.strictObject({ digest: policyDigest, reason: reasonText })
