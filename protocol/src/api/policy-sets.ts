// Which policy set is in force, on the wire: edited, tried, asked for, and every one that ever was.

import * as z from 'zod'
import { actions, type Action } from '../decision.ts'
import { reasonText } from './reason-text.ts'

/** SHA-256 over schema and policies, in lower-case hex. */
const policyDigest = z.string().regex(/^[0-9a-f]{64}$/)
/** Texts of policies by id. */
const policyTexts = z.record(z.string(), z.string())
const differences = z.object({ added: policyTexts, removed: policyTexts, changed: policyTexts, schema: z.boolean() })

/** Cedar. The schema is that of the version that serves. */
const policyText = z
  .string()
  .max(300_000)
  .refine((text) => text.isWellFormed() && !/[^\P{C}\n\t]/u.test(text), 'want plain text without control characters')

const action = z.enum(Object.keys(actions) as [Action, ...Action[]])

/**
 * What a set must answer to one request. Members that are left out are those of an engineer who is a U.S. person, in the United States, and
 * of a labelled file of her program `falcon`.
 */
export const policyExample = z.strictObject({
  title: z.string().min(1).max(200),
  action,
  principal: z.record(z.string(), z.unknown()).optional(),
  resource: z.record(z.string(), z.unknown()).optional(),
  context: z.record(z.string(), z.unknown()).optional(),
  decision: z.enum(['permit', 'deny']),
  /** Ids of policies that must be among those that decide. */
  by: z.array(z.string().max(100)).max(20).optional(),
})
export type PolicyExample = z.infer<typeof policyExample>

const policyExamples = z.array(policyExample).max(500)

export const policySets = z.object({
  /** Null when none is in force: then nothing is permitted. */
  inForce: policyDigest.nullable(),
  /** The set that ships with the version that serves. */
  shipped: policyDigest,
  /** What the shipped one would change. */
  differences,
})

export const policySetText = z.object({ digest: policyDigest, schemaText: z.string(), policyText: z.string() })

/** Every time a set came in force, newest first. */
export const policySetVersions = z.object({
  versions: z.array(
    z.object({
      digest: policyDigest,
      inForce: z.boolean(),
      at: z.iso.datetime(),
      entryId: z.uuid(),
      /** Null at the founding. */
      askedBy: z.object({ id: z.uuid(), name: z.string() }).nullable(),
      approvedBy: z.array(z.object({ id: z.uuid(), name: z.string() })),
      reason: z.string(),
    }),
  ),
  next: z.string().nullable(),
})

/** Try an edited set: nothing is kept and nothing changes. */
export const checkPolicySet = z.strictObject({ policyText, examples: policyExamples.default([]) })

export const policySetChecked = z.object({
  /** Of the set as it would be kept: written as the formatter writes it. Null where it is not Cedar. */
  digest: policyDigest.nullable(),
  findings: z.array(
    z.object({
      code: z.string(),
      policy: z.string().nullable(),
      message: z.string(),
      line: z.number().int().nullable(),
      column: z.number().int().nullable(),
    }),
  ),
  examples: z.array(
    z.object({ title: z.string(), whose: z.enum(['ours', 'theirs']), holds: z.boolean(), state: z.string() }),
  ),
  /** What each method says; empty where there are findings. */
  methods: z.array(z.object({ method: z.string(), proved: z.boolean(), state: z.string() })),
  differences,
})

/** Ask what would change if a set were in force: an edited one, or one that is kept. */
export const policyEffect = z.union([z.strictObject({ policyText }), z.strictObject({ digest: policyDigest })])

const explained = z.object({ code: z.string(), text: z.string() })

/** Everybody and everything, by classes that no policy and no authorization tells apart; complete. */
export const policyEffectAnswer = z.object({
  at: z.iso.datetime(),
  from: policyDigest.nullable(),
  to: policyDigest,
  people: z.array(
    z.object({
      members: z.array(z.object({ id: z.uuid(), name: z.string() })),
      status: z.string(),
      roles: z.array(z.string()),
      programs: z.array(z.string()),
    }),
  ),
  things: z.array(
    z.object({
      kind: z.string(),
      /** Empty for what policies know by its kind alone. */
      members: z.array(z.object({ id: z.uuid(), name: z.string() })),
      labels: z.array(z.string()),
    }),
  ),
  /** One for each class of people and of things, with one explanation. Numbers are places in the lists. */
  changes: z.array(
    z.object({
      people: z.number().int(),
      things: z.number().int(),
      change: z.enum(['gains', 'loses']),
      actions: z.array(action),
      /** Where and how they ask: in the United States, in a country, from a place that nobody knows, through a workload. */
      situations: z.array(z.string()),
      /** Of what is lost, what refuses it; of what is gained, what permits it. */
      because: z.array(explained),
    }),
  ),
})

/** Ask for the shipped set or one that was kept, by its digest as it was seen; or for an edited one. */
export const proposePolicySet = z.union([
  z.strictObject({ digest: policyDigest, reason: reasonText }),
  z.strictObject({ policyText, examples: policyExamples.default([]), reason: reasonText }),
])
