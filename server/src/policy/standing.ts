// Who acts on others must still stand when it takes effect: a permit lives 5 s, and status or role can be gone meanwhile.

import { Problem, type Id, type Role } from '@sallyport/protocol'
import type { Transaction } from '../base/index.ts'
import { holdStanding } from './store.ts'

/**
 * Refuse whoever lost, since it was decided that they may, the status of a verified U.S. person or every one of the roles that do
 * this. INVARIANT: of two officers who end each other, or take each other's role, at once and in whatever way, one is left.
 * It holds the epoch, so that nobody's standing ends until the transaction does; call it after `narrowAccess`, for whoever waited
 * there may wait for the very change that ends them. Throws Problem `refused`.
 */
export async function mustStillStand(
  tx: Transaction,
  by: Id<'person'>,
  roles: readonly Role[] = ['officer'],
): Promise<void> {
  for (const role of roles) {
    if ((await holdStanding(tx, [by], role)).has(by)) return
  }
  throw new Problem('refused', `cannot act on others: you are no longer a verified ${roles.join(' or ')}`)
}
