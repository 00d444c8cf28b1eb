// Two records may turn out to be of one human being, or one record of two. Whose hands approved what is then another question:
// a human being counts once for a request, and never for their own.

import type { Id } from '@sallyport/protocol'
import type { Transaction } from '../base/index.ts'
import type { Appended } from '../ledger/index.ts'
import type { ApprovalDependencies } from './approve.ts'
import { dropApprovals, excludeFrom, pendingOfHands } from './store.ts'

/**
 * Say that records may be of one human being. INVARIANT: I8, nobody approves under one record what they asked for under another,
 * or what is about another: such pending requests exclude all of `records`. Of any other request only what `standing` approved
 * still counts, where there is one. The caller holds the epoch, so that nobody approves meanwhile. Yields the entries of who was
 * excluded and what was dropped.
 */
export async function countAsOne(
  tx: Transaction,
  { ledger }: Pick<ApprovalDependencies, 'ledger'>,
  {
    records,
    standing,
    by,
  }: {
    readonly records: readonly Id<'person'>[]
    readonly standing: Id<'person'> | null
    readonly by: Id<'person'>
  },
): Promise<readonly Appended[]> {
  const entries: Appended[] = []
  for (const { id, kind, digest, requestedBy, excluded, approvedBy } of await pendingOfHands(tx, records)) {
    const isTheirs = [requestedBy, ...excluded].some((one) => records.includes(one))
    const about = { kind: 'approval', id }
    const added = isTheirs ? records.filter((one) => one !== requestedBy && !excluded.includes(one)) : []
    if (added.length > 0) {
      await excludeFrom(tx, id, added)
      const body = { for: kind, digest, excluded: added }
      entries.push(...(await ledger.appendIn(tx, [{ kind: 'approval.excluded', actor: by, about, body }])))
    }
    const lapsed = approvedBy.filter((one) => records.includes(one) && (isTheirs || one !== standing))
    if (lapsed.length === 0) continue
    await dropApprovals(tx, id, lapsed)
    const body = { for: kind, digest, lapsed }
    entries.push(...(await ledger.appendIn(tx, [{ kind: 'approval.lapsed', actor: by, about, body }])))
  }
  return entries
}
