// Who acts on the record of somebody else must still stand when it takes effect: a permit lives 5 s, and status can end meanwhile.

import { Problem, type Id } from '@sallyport/protocol'
import type { Transaction } from '../base/index.ts'
import { personById } from './store.ts'

/**
 * Refuse whoever lost their own status since it was decided that they may. INVARIANT: of two officers who end each other at once, in
 * whatever way, one is left. The caller holds the epoch, so that nobody's status ends until its transaction does. Throws Problem
 * `refused`.
 */
export async function mustStillStand(tx: Transaction, by: Id<'person'>): Promise<void> {
  const actor = await personById(tx, by)
  if (actor?.status === 'us-person' || actor?.status === 'foreign-person') return
  throw new Problem('refused', `cannot change people: your own status is ${actor?.status ?? 'none'} by now`)
}
