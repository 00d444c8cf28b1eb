// Why a decision fell as it did, read back from its ledger entry. The full record, for officers and auditors, under a permit
// whose entry is the record of the look.

import { fromBase64Url, type Id, personStatuses, Problem, type Reason } from '@sallyport/protocol'
import * as z from 'zod'
import type { Ledger } from '../ledger/index.ts'
import { spendPermit, type Permit } from './permit.ts'
import type { PolicySet, ToldPolicy } from './policy-set.ts'
import { closed, fixedReasons, guardCodes, toAcknowledge } from './reasons.ts'

const attributes = z.looseObject({
  principal: z.looseObject({ rostered: z.boolean(), status: z.enum([...personStatuses, 'unrostered']) }),
  context: z.looseObject({ door: z.string(), coverage: z.looseObject({ live: z.boolean() }) }),
})

const entry = z.object({
  id: z.string(),
  atMs: z.number(),
  kind: z.enum(['decision.permit', 'decision.deny']),
  actor: z.string().nullable(),
  about: z.object({ kind: z.string(), id: z.string() }),
  body: z.looseObject({
    action: z.string(),
    subject: z.looseObject({ issuer: z.string().optional(), subject: z.string().optional() }),
    attributes,
    /** What the policies saw without the labels that were added here; a permit takes both. */
    withoutAdded: attributes.optional(),
    /** What stood in place of the labels of the manifest. */
    rescue: z.object({ id: z.string(), policySha256: z.string(), instead: z.array(z.string()) }).optional(),
    labels: z.looseObject({}),
    place: z.looseObject({}),
    evidence: z.looseObject({}),
    policy: z.object({ digest: z.string().nullable(), determining: z.array(z.string()) }),
    reasons: z.array(z.string()),
    reliance: z
      .object({ authorizationId: z.string(), number: z.string(), version: z.number(), citation: z.string() })
      .nullable(),
    obligations: z.array(z.object({ id: z.string(), fqn: z.string(), source: z.string().nullable() })),
    deleted: z.boolean().default(false),
    /** A marking that closes the file to this person. */
    closedBy: z.string().nullable().default(null),
    sealed: z.string().optional(),
  }),
})

/** A decision as its entry records it. */
export type RecordedDecision = z.infer<typeof entry>

export interface ExplainParts {
  readonly ledger: Pick<Ledger, 'entry'>
  readonly policySet: (digest: string) => Promise<Pick<PolicySet, 'reason' | 'policy'> | null>
  /** Open what an entry keeps sealed about a person. Throws Problem `unavailable` when their key is gone. */
  readonly openEntry: (sealed: Uint8Array, personId: Id<'person'>) => Promise<string>
}

/** What the guard in code said after the policies: it is asked where they permit. */
export type GuardTold = 'agreed' | 'refused' | 'not-asked'

/** A recorded decision with everything that its entry tells, opened. */
export interface ExplainedDecision {
  readonly decision: RecordedDecision
  /** Place in the ledger's tree; null while the entry is pending. */
  readonly ledgerIndex: number | null
  readonly reasons: readonly Reason[]
  /** The policies that decided. */
  readonly decided: readonly ToldPolicy[]
  readonly guard: GuardTold
  /** What the entry keeps sealed about a foreign person; null when it keeps nothing. */
  readonly sealed: SealedPart | null
}

/**
 * Explain a decision from its entry. Throws Problem `refused` for a permit that does not fit, `not-found` when there is no
 * decision of that id, `unavailable` when its sealed part cannot be opened.
 */
export async function explainDecision(
  permit: Permit<'decision.explain'>,
  id: Id<'entry'>,
  { ledger, policySet, openEntry }: ExplainParts,
): Promise<ExplainedDecision> {
  spendPermit(permit, 'decision.explain', 'enclave')
  const stored = await ledger.entry(id)
  if (stored === null) throw new Problem('not-found', 'cannot explain: there is no decision of that id')
  const decision = readDecision(stored)
  const { digest } = decision.body.policy
  const set = digest === null ? null : await policySet(digest)
  const sealed = await openSealed(decision, openEntry)
  return {
    decision,
    ledgerIndex: stored.index,
    reasons: recordedReasons(decision, set, sealed),
    decided: decision.body.policy.determining.flatMap((one) => set?.policy(one) ?? []),
    guard: guardOf(decision),
    sealed,
  }
}

/** Read a ledger entry as a decision. Throws Problem `not-found` when it is an entry of another kind. */
export function readDecision(stored: unknown): RecordedDecision {
  const parsed = entry.safeParse(stored)
  if (!parsed.success) throw new Problem('not-found', 'cannot explain: that entry is no decision')
  return parsed.data
}

const sealedPart = z.looseObject({
  ties: z.looseObject({}),
  coverage: z.string(),
  gap: z.string(),
})

export type SealedPart = z.infer<typeof sealedPart>

/** Open what an entry keeps sealed about a foreign person; null when it keeps nothing. */
export async function openSealed(
  decision: RecordedDecision,
  open: (sealed: Uint8Array, personId: Id<'person'>) => Promise<string>,
): Promise<SealedPart | null> {
  if (decision.body.sealed === undefined || decision.actor === null) return null
  const sealed = fromBase64Url(decision.body.sealed)
  if (sealed === null) throw new Problem('internal', 'cannot explain: the sealed part is not base64url')
  return sealedPart.parse(JSON.parse(await open(sealed, decision.actor as Id<'person'>)))
}

function guardOf({ kind, body }: RecordedDecision): GuardTold {
  if (kind === 'decision.permit') return 'agreed'
  return body.reasons.some((code) => guardCodes.has(code)) ? 'refused' : 'not-asked'
}

/** Tell the reasons of a recorded decision in the words of the refusal; without its sealed part, in the words of the policies. */
export function recordedReasons(
  decision: RecordedDecision,
  set: Pick<PolicySet, 'reason'> | null,
  sealed: Pick<SealedPart, 'coverage' | 'gap'> | null,
): readonly Reason[] {
  return decision.body.reasons.map((code) => {
    if (code === closed(null).code) return closed(decision.body.closedBy)
    const known = set?.reason(code) ?? fixedReasons.get(code) ?? { code, text: code, fix: '', ask: 'officer' }
    if (code !== 'no-coverage' || sealed === null || sealed.coverage === '') return known
    return { ...known, text: sealed.coverage, ...(sealed.gap === 'acknowledgment' ? toAcknowledge : {}) }
  })
}
