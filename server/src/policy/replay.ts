// Deciding again: every recorded decision of a stretch of the ledger, from its entry alone, by the policy set that it names.
// INVARIANT: I9. Who has the ledger and the policy sets needs nothing else to tell whether a decision fell as it had to.

import { fromUtf8, personStatuses, Problem } from '@sallyport/protocol'
import * as z from 'zod'
import type { Ledger } from '../ledger/index.ts'
import { guardPermits, releasesClosed, releasesDeleted } from './guard.ts'
import { spendPermit, type Permit } from './permit.ts'
import type { Evaluation, PolicySet } from './policy-set.ts'

/** At most as many entries in one call, about two seconds of work. */
export const maxReplayed = 100_000

export interface ReplayParts {
  readonly ledger: Pick<Ledger, 'head' | 'readEntryBytes'>
  /** Throws Problem `unavailable` for a set whose texts are not those that its digest names. */
  readonly policySet: (digest: string | null) => Promise<PolicySet | null>
}

/** The first recorded decision that did not fall the same way again. */
export interface ReplayFinding {
  readonly index: number
  /** What was recorded and what came of it now, in plain words. */
  readonly text: string
}

export interface Replayed {
  /** Entries looked at: from this one, up to and without `to`. */
  readonly from: number
  readonly to: number
  /** Entries in the ledger. */
  readonly size: number
  readonly decisions: number
  /** Lists are one entry for many decisions, with the hash of what came through: not decided again. */
  readonly lists: number
  readonly finding: ReplayFinding | null
}

/**
 * Decide again what entries from `from` on record, `maxReplayed` of them at most; stops at the first finding. Throws Problem
 * `refused` for a permit that does not fit, `invalid-request` for a place behind the last entry.
 */
export async function replayDecisions(
  permit: Permit<'ledger.read'>,
  { ledger, policySet }: ReplayParts,
  { from }: { readonly from: number },
): Promise<Replayed> {
  spendPermit(permit, 'ledger.read', 'enclave')
  const { size } = await ledger.head()
  if (from > size) {
    throw new Problem('invalid-request', `cannot replay: there are ${size} entries, want to begin with one of them`)
  }
  const end = Math.min(size, from + maxReplayed)
  let [index, decisions, lists] = [from, 0, 0]
  const sets: Sets = new Map()
  for await (const some of ledger.readEntryBytes(from, end)) {
    for (const bytes of some) {
      const entry = readRecorded(bytes)
      if (entry.kind === 'decision.filter') lists++
      if (entry.decision !== null) {
        decisions++
        const { digest } = entry.decision.body.policy
        // Waited for once, not at each of a hundred thousand entries.
        if (!sets.has(digest)) sets.set(digest, await lookUp(policySet, digest))
      }
      const text = faultOf(entry, sets)
      if (text !== null) return { from, to: index + 1, size, decisions, lists, finding: { index, text } }
      index++
    }
  }
  return { from, to: end, size, decisions, lists, finding: null }
}

/** Policy sets by the digest that names them, or why one cannot be had. */
type Sets = Map<string | null, PolicySet | null | Problem>

async function lookUp(policySet: ReplayParts['policySet'], digest: string | null): Promise<PolicySet | null | Problem> {
  try {
    return await policySet(digest)
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
}

type Entry =
  | { readonly kind: string; readonly decision: Recorded | null }
  | { readonly kind: null; readonly decision: null }

/** Read what kind of entry it is, null for what is no entry of its kind, and the decision that it records, if any. */
function readRecorded(bytes: Uint8Array): Entry {
  try {
    // That these are the bytes that were recorded tells the audit; here they are only read.
    const entry: unknown = JSON.parse(fromUtf8(bytes))
    const { kind } = anyEntry.parse(entry)
    const isDecision = kind === 'decision.permit' || kind === 'decision.deny'
    return { kind, decision: isDecision ? recorded.parse(entry) : null }
  } catch {
    return { kind: null, decision: null }
  }
}

/** What is wrong with the decision that an entry records, if anything. */
function faultOf({ kind, decision }: Entry, sets: Sets): string | null {
  if (kind === null) return noEntry
  if (decision === null) return null
  const set = sets.get(decision.body.policy.digest) ?? null
  if (set instanceof Problem) return set.message
  if (set === null) return kind === 'decision.deny' ? null : 'recorded permit, and no policy set that permitted it'
  try {
    return disagreement(decision, set)
  } catch (error) {
    return error instanceof Problem ? error.message : noEntry
  }
}

const noEntry = 'it is no entry of its kind'
const anyEntry = z.object({ kind: z.string() })

// Only what deciding again takes, and the attributes as they are: a copy of them would cost as much as the decision.
const recorded = z.object({
  kind: z.enum(['decision.permit', 'decision.deny']),
  body: z.object({
    action: z.string(),
    attributes: z.unknown(),
    withoutAdded: z.unknown().optional(),
    policy: z.object({ digest: z.string().nullable(), determining: z.array(z.string()) }),
    deleted: z.boolean().default(false),
    closedBy: z.string().nullable().default(null),
  }),
})

type Recorded = z.infer<typeof recorded>

const guarded = z.object({
  principal: z.object({ status: z.enum([...personStatuses, 'unrostered']) }),
  context: z.object({ coverage: z.object({ live: z.boolean() }) }),
})

/** Decide a recorded decision again from its entry. Returns null where the answer is the recorded one. */
export function disagreement({ kind, body }: Recorded, set: PolicySet): string | null {
  const again = decideAgain(body, set)
  const before = kind === 'decision.permit' ? 'permit' : 'deny'
  if (again.effect !== before) return `recorded ${before}, decided again ${again.effect}`
  const [was, is] = [body.policy.determining, again.determining].map((ids) => [...ids].sort().join(', '))
  return was === is ? null : `recorded policies ${was}, decided again by ${is}`
}

// The policies, and then the guard as it stood after them, in every view that the decision had.
function decideAgain(
  { action, attributes, withoutAdded, deleted, closedBy }: Recorded['body'],
  set: PolicySet,
): Pick<Evaluation, 'effect' | 'determining'> {
  const determining = new Set<string>()
  for (const view of withoutAdded === undefined ? [attributes] : [attributes, withoutAdded]) {
    const evaluation = set.evaluateRecorded(action, view)
    if (evaluation.effect === 'deny') return evaluation
    const { principal, context } = guarded.parse(view)
    const person = principal.status === 'unrostered' ? null : { status: principal.status }
    if (!guardPermits(person, context.coverage)) return { effect: 'deny', determining: [] }
    for (const id of evaluation.determining) determining.add(id)
  }
  if (releasesDeleted(action, deleted) || releasesClosed(action, closedBy)) return { effect: 'deny', determining: [] }
  return { effect: 'permit', determining: [...determining] }
}
