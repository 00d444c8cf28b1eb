// Approving and withdrawing by the request's own id, whatever kind of change it is.

import { Problem, type Id, type JsonObject } from '@sallyport/protocol'
import type { Appended } from '../ledger/index.ts'
import { spendPermit, type Permit } from '../policy/index.ts'
import { approvalProblem, declineRequest, withdrawRequest } from './approve.ts'
import { mustNameEffect, type EffectNaming } from './effect.ts'
import type { ApprovalsDependencies } from './kinds.ts'
import { requestById } from './store.ts'

const unnamed: EffectNaming = { named: null, permit: null }

export interface ApprovalGiven {
  readonly approved: number
  readonly needed: number
  readonly isExecuted: boolean
  /** What the executed change gives to whoever approved last; null for most. */
  readonly yields: JsonObject | null
  readonly entries: readonly Appended[]
}

/**
 * Approve the request that the permit names, exactly the change of that digest, with the effect that was shown where it has one; the last
 * approval executes it. Throws Problem `not-found`; `conflict` for another digest or effect, a request that has moved on or what has changed
 * since;
 * `refused` for whoever asked, whom it is about, and a permit that does not fit.
 */
export async function giveApproval(
  deps: ApprovalsDependencies,
  permit: Permit<'approval.give'>,
  {
    id,
    digest,
    effect = unnamed,
  }: { readonly id: Id<'approval'>; readonly digest: string; readonly effect?: EffectNaming },
): Promise<ApprovalGiven> {
  // Now, since what is prepared may outlast it, and the transaction runs again when it lost to another.
  spendPermit(permit, 'approval.give', id)
  const shown = await mustNameEffect(deps, { id, ...effect })
  const asked = await requestById(deps.database, id)
  if (asked?.digest === digest) await deps.kinds.get(asked.kind)?.prepare?.(asked.change)
  const approval = await deps.database.transaction(async (tx) => {
    const request = await requestById(tx, id)
    const kind = request === null ? undefined : deps.kinds.get(request.kind)
    if (request === null || kind === undefined) throw nothing('approve')
    if (request.digest !== digest) {
      throw new Problem('conflict', 'cannot approve: the digest is of another change, want the one that is shown')
    }
    const { change } = request
    const { role } = kind
    const official = kind.official?.(change) ?? false
    const by = { approver: permit.actor, decision: permit.entryId }
    return await kind.approve({ tx, requestId: id, change, role, official, effect: shown, ...by })
  })
  // Only now: the attempt is in the ledger.
  if (approval.outcome === 'refused') throw approvalProblem(approval.refusal)
  const { approved, needed, isComplete, entries, yields = null } = approval
  return { approved, needed, isExecuted: isComplete, yields, entries }
}

/**
 * Decline the request that the permit names, for good; what is asked for then is asked for anew. Throws Problem `not-found`; `conflict`
 * for another digest and a request that has moved on; `refused` for whoever asked, whom it is about, and a permit that does not fit.
 */
export async function declineApproval(
  deps: ApprovalsDependencies,
  permit: Permit<'approval.decline'>,
  { id, digest, reason }: { readonly id: Id<'approval'>; readonly digest: string; readonly reason: string },
): Promise<readonly Appended[]> {
  let isSpent = false
  return await deps.database.transaction(async (tx) => {
    // The work runs again when it lost to another transaction; a permit is spent once.
    if (!isSpent) spendPermit(permit, 'approval.decline', id)
    isSpent = true
    const request = await requestById(tx, id)
    const kind = request === null ? undefined : deps.kinds.get(request.kind)
    if (request === null || kind === undefined) throw nothing('decline')
    if (request.digest !== digest) {
      throw new Problem('conflict', 'cannot decline: the digest is of another change, want the one that is shown')
    }
    const { role } = kind
    const official = kind.official?.(request.change) ?? false
    const { actor: person, entryId: decision } = permit
    const by = { requestId: id, role, official, decision, reason }
    const decline = () => declineRequest(tx, deps, { ...by, kind: request.kind, person })
    const step = { ...by, tx, change: request.change, approver: person, effect: null }
    return await (kind.decline?.(step, decline) ?? decline())
  })
}

/**
 * Withdraw a pending request that one made oneself. Throws Problem `not-found`, `refused` for somebody else's, `conflict`
 * for one that is not pending any more.
 */
export async function withdrawOwn(
  deps: ApprovalsDependencies,
  permit: Permit<'approval.withdraw'>,
  id: Id<'approval'>,
): Promise<readonly Appended[]> {
  let isSpent = false
  return await deps.database.transaction(async (tx) => {
    if (!isSpent) spendPermit(permit, 'approval.withdraw', id)
    isSpent = true
    const request = await requestById(tx, id)
    if (request === null) throw nothing('withdraw')
    if (request.requestedBy !== permit.actor) {
      throw new Problem('refused', 'cannot withdraw request: somebody else made it, want whoever did')
    }
    const entries = await withdrawRequest(tx, deps, { requestId: id, kind: request.kind, person: permit.actor })
    if (entries.length > 0) return entries
    throw new Problem('conflict', `cannot withdraw request: it is ${request.state}, want a pending one`)
  })
}

function nothing(verb: string): Problem {
  return new Problem('not-found', `cannot ${verb}: there is no such request, want one that was recorded`)
}
