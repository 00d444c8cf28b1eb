// A refusal on record as whoever was refused may speak of it: whose it was, of what, and which roles can put it right.

import type { Id } from '@sallyport/protocol'
import type { Ledger } from '../ledger/index.ts'
import { readDecision } from './explain.ts'
import type { PolicySet } from './policy-set.ts'
import { fixedReasons } from './reasons.ts'

export interface RefusalParts {
  readonly ledger: Pick<Ledger, 'entry'>
  readonly policySet: (digest: string) => Promise<Pick<PolicySet, 'reason'> | null>
}

export interface Refusal {
  readonly person: Id<'person'> | null
  readonly action: string
  readonly about: { readonly kind: string; readonly id: string }
  /** Roles that its reasons name. */
  readonly ask: readonly string[]
}

/** Read a refusal by the id of its decision; null where there is no decision of that id, or it was none. */
export async function refusalOf({ ledger, policySet }: RefusalParts, id: Id<'entry'>): Promise<Refusal | null> {
  const stored = await ledger.entry(id)
  if (stored?.kind !== 'decision.deny') return null
  const { actor, about, body } = readDecision(stored)
  const { digest } = body.policy
  const set = digest === null ? null : await policySet(digest)
  const ask = body.reasons.flatMap((code) => set?.reason(code)?.ask ?? fixedReasons.get(code)?.ask ?? [])
  return { person: actor as Id<'person'> | null, action: body.action, about, ask }
}
