// Approving an authorization that somebody else registered. The second approval puts it into effect.

import { canonicalJson, Problem, type Id } from '@sallyport/protocol'
import { approvalProblem, approve, type ApprovalRefusal } from '../approvals/index.ts'
import { spendPermit, type Permit } from '../policy/index.ts'
import { effected, mustBeRegistered, type Authorization } from './authorization.ts'
import type { AuthorizationChanged, AuthorizationDependencies } from './dependencies.ts'
import { authorizationEntry } from './entry.ts'
import { effectChange, effectRequest } from './register-authorization.ts'
import { effectRow, lockAuthorization, timeOf } from './store.ts'

/**
 * Approve the authorization that the permit names, exactly as it was registered.
 * Throws Problem `not-found`; `conflict` when it does not wait for approval, or was approved by the same person before;
 * `refused` for who registered it, for anybody whom it names, and for a permit that does not fit.
 */
export async function approveAuthorization(
  deps: AuthorizationDependencies,
  permit: Permit<'authorization.approve'>,
  id: Id<'authorization'>,
): Promise<AuthorizationChanged> {
  let isSpent = false
  const result = await deps.database.transaction(async (tx): Promise<AuthorizationChanged | ApprovalRefusal> => {
    // The work runs again when it lost to another transaction; a permit is spent once.
    if (!isSpent) spendPermit(permit, 'authorization.approve', id)
    isSpent = true
    const authorization = await lockAuthorization(tx, id)
    if (authorization === null)
      throw new Problem('not-found', 'cannot approve authorization: none of that id, want one')
    mustBeRegistered(authorization)
    const approval = await approve(tx, deps, {
      requestId: authorization.requestId,
      kind: effectRequest,
      person: permit.actor,
      role: 'officer',
    })
    if (approval.outcome === 'refused') return approval.refusal
    const approvals = { have: approval.approved, need: approval.needed }
    const approved: Authorization = { ...authorization, approvals }
    if (!approval.isComplete) return { authorization: approved, entries: approval.entries }

    if (canonicalJson(approval.change) !== canonicalJson(effectChange(id, authorization.terms))) {
      throw new Problem('internal', 'cannot approve authorization: its terms are not those that were approved')
    }
    const effective = effected(approved, await timeOf(tx))
    await effectRow(tx, effective)
    const entries = await deps.ledger.appendIn(tx, [
      authorizationEntry('approved', effective, permit.actor, { decision: permit.entryId }),
    ])
    return { authorization: effective, entries: [...approval.entries, ...entries] }
  })
  // Only now: the attempt is in the ledger.
  if (typeof result === 'string') throw approvalProblem(result)
  return result
}
