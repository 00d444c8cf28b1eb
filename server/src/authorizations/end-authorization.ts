// Ending an authorization: one person does it, it takes effect at once, and it never covers again.

import { Problem, type Id } from '@sallyport/protocol'
import { mustMatch, type IfMatch } from '../base/index.ts'
import { withdrawRequest } from '../approvals/index.ts'
import { mustStillStand, narrowAccess, spendPermit, type Permit } from '../policy/index.ts'
import { ended } from './authorization.ts'
import type { AuthorizationChanged, AuthorizationDependencies } from './dependencies.ts'
import { authorizationEntry } from './entry.ts'
import { effectRequest } from './register-authorization.ts'
import { endRow, lockAuthorization, timeOf } from './store.ts'

/**
 * End the authorization that the permit names; one that waits for approval is ended with its request. Once this returns,
 * no decision taken on the older state becomes a permit (I3).
 * Throws Problem `not-found`, `precondition-failed` for a version that `ifMatch` does not name, `conflict` when it is ended already, `refused` for a permit that does not fit and for
 * whoever lost their own status or role meanwhile.
 */
export async function endAuthorization(
  deps: AuthorizationDependencies,
  permit: Permit<'authorization.end'>,
  { id, reason, ifMatch }: { readonly id: Id<'authorization'>; readonly reason: string; readonly ifMatch?: IfMatch },
): Promise<AuthorizationChanged> {
  let isSpent = false
  return await deps.database.transaction(async (tx) => {
    // The work runs again when it lost to another transaction; a permit is spent once.
    if (!isSpent) spendPermit(permit, 'authorization.end', id)
    isSpent = true
    const before = await lockAuthorization(tx, id)
    if (before === null) throw new Problem('not-found', 'cannot end authorization: none of that id, want one')
    mustMatch(before.version, ifMatch, 'authorization')
    const authorization = ended(before, { endedBy: permit.actor, atMs: await timeOf(tx), reason })
    await endRow(tx, authorization)
    const withdrawal =
      before.state === 'registered'
        ? await withdrawRequest(tx, deps, { requestId: before.requestId, kind: effectRequest, person: permit.actor })
        : []
    // INVARIANT: I3. Before the entry takes its time: a permit of the older state is then durable before it or never.
    await narrowAccess(tx)
    await mustStillStand(tx, permit.actor)
    const entries = await deps.ledger.appendIn(tx, [
      authorizationEntry('ended', authorization, permit.actor, {
        decision: permit.entryId,
        reason,
        from: before.state,
      }),
    ])
    return { authorization, entries: [...withdrawal, ...entries] }
  })
}
