// Approving a change to a person. The last approval that it takes executes it in the same transaction, once.

import type { Id } from '@sallyport/protocol'
import { Problem } from '@sallyport/protocol'
import { approve, type Approval, type ApprovalStep } from '../approvals/index.ts'
import { narrowAccess } from '../policy/index.ts'
import { nobody } from './apply-change.ts'
import { changed } from './change.ts'
import type { RosterDependencies } from './dependencies.ts'
import { openProposal, personChangeRequest, readProposal } from './propose-change.ts'
import { opened, recordChange } from './record-change.ts'
import { lockPerson } from './store.ts'

/**
 * Take one approval of a change to a person, and execute it with the last. A change that was asked for another version of the
 * person is refused and never executed. Throws Problem `not-found` for a person who is not there.
 */
export async function approveChange(
  deps: RosterDependencies,
  { tx, requestId, change: recorded, approver, role, official, decision }: ApprovalStep,
): Promise<Approval> {
  const proposal = readProposal(recorded)
  // The person first, then the epoch, then the request: in this order everywhere, so that nobody waits in a circle.
  const locked = await lockPerson(tx, proposal.person)
  if (locked === null) throw nobody()
  await narrowAccess(tx)
  const approval = await approve(tx, deps, {
    requestId,
    kind: personChangeRequest,
    person: approver,
    role,
    official,
    isOutdated: locked.person.version !== proposal.version,
  })
  if (approval.outcome === 'refused' || !approval.isComplete) return approval
  const { change, reason } = openProposal(readProposal(approval.change), locked.personKey, deps.fields)
  const before = opened(locked, deps)
  const author = { by: approval.requestedBy, atMs: locked.atMs }
  mustBeOthers(locked.person.id, approval.requestedBy, approval.approvedBy)
  const { entries } = await recordChange(tx, deps, {
    locked,
    before,
    after: changed(before, change, author),
    change: change.change,
    by: approval.requestedBy,
    approvedBy: approval.approvedBy,
    reason,
    actor: approver,
    body: { decision, request: requestId },
  })
  return { ...approval, entries: [...approval.entries, ...entries] }
}

// INVARIANT: I8, once more where the change is executed, whatever the rows of the request say.
function mustBeOthers(subject: Id<'person'>, asker: Id<'person'>, approvers: readonly Id<'person'>[]): void {
  const others = new Set(approvers.filter((one) => one !== subject && one !== asker))
  if (others.size >= 2) return
  throw new Problem('internal', `cannot change person: ${others.size} others approved, want two`)
}
