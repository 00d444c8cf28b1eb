// Withdrawing a record: one officer does it, at once. What stands on it is not classified from then on, until another comes in its place.

import { Problem, type Id } from '@sallyport/protocol'
import { mustStillStand, spendPermit, type Permit } from '../policy/index.ts'
import type { ClassificationChanged, ClassificationDependencies } from './dependencies.ts'
import { withdrawIn, written } from './register-classification.ts'
import { lockClassification } from './store.ts'

/**
 * Withdraw a record, with its request where it waits for approval. Throws Problem `not-found`, `conflict` for one that is superseded
 * or withdrawn, `refused` for a permit that does not fit and for whoever lost status or role meanwhile.
 */
export async function withdrawClassification(
  deps: ClassificationDependencies,
  permit: Permit<'classification.withdraw'>,
  { id, reason }: { readonly id: Id<'classification'>; readonly reason: string },
): Promise<ClassificationChanged> {
  let isSpent = false
  return await deps.database.transaction(async (tx) => {
    if (!isSpent) spendPermit(permit, 'classification.withdraw', 'enclave')
    isSpent = true
    const before = await lockClassification(tx, id)
    if (before === null) throw new Problem('not-found', 'cannot withdraw classification: none of that id, want one')
    if (before.state !== 'registered' && before.state !== 'in-force') {
      throw new Problem(
        'conflict',
        `cannot withdraw classification: it is ${before.state}, want one that waits or is in force`,
      )
    }
    await mustStillStand(tx, permit.actor)
    const entries = await withdrawIn(tx, deps, before, { by: permit.actor, decision: permit.entryId, reason })
    return { classification: await written(tx, id), entries }
  })
}
