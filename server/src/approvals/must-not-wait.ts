// What waits for approval is not asked for twice: two requests for one change would bury what waits, and officers under mail.

import { canonicalJson, Problem, type JsonObject } from '@sallyport/protocol'
import type { Transaction } from '../base/index.ts'
import { lockWaiting, pendingHolding } from './store.ts'

/**
 * Refuse to ask for what waits already: a pending request of the kind whose change holds these members and, where members do not say
 * it all, is the same by `isSame`. Two who ask at once come one after the other, until the transaction ends. Throws Problem `conflict`
 * that names the request, in `waiting` too.
 */
export async function mustNotWait(
  tx: Transaction,
  wanted: {
    readonly kind: string
    readonly members: JsonObject
    readonly isSame?: (change: JsonObject) => boolean
    /** What could not be done, as in `cannot <verb>`. */
    readonly verb: string
    /** What waits. */
    readonly what: string
  },
): Promise<void> {
  const { kind, members, isSame = () => true, verb, what } = wanted
  await lockWaiting(tx, canonicalJson([kind, members]))
  const found = (await pendingHolding(tx, kind, members)).find(({ change }) => isSame(change))
  if (found === undefined) return
  throw new Problem(
    'conflict',
    `cannot ${verb}: ${what} waits for approval already, want request ${found.id} approved or withdrawn`,
    { details: { waiting: { kind: 'approval', id: found.id } } },
  )
}
