// Approvals: the one mechanism for every quorum. A change that widens anything is asked for as data, exactly as it would be
// executed, and takes a number of distinct people, none of them who asked or whom it is about, and all of them still in the
// role when it is executed. Whoever takes the last approval executes the change in the same transaction, once. What ends or
// narrows access needs none of this.

import type { ModuleMigrations } from '../base/index.ts'

export const approvalsMigrations: ModuleMigrations = {
  module: 'approvals',
  folder: new URL('migrations/', import.meta.url),
}

export { approvalProblem, approve, requestApproval, withdrawRequest, type Approval } from './approve.ts'
export {
  answerEffect,
  effectQuestion,
  mustNameEffect,
  type EffectNaming,
  type EffectQuestion,
  type ShownEffect,
} from './effect.ts'
export { declineApproval, giveApproval, withdrawOwn, type ApprovalGiven } from './give-approval.ts'
export type { ApprovalKind, ApprovalsDependencies, ApprovalStep } from './kinds.ts'
export { countAsOne } from './one-hand.ts'
export { mustNotWait } from './must-not-wait.ts'
export { findRequest, listPendingOf, listRequests, type DescribedRequest } from './read-requests.ts'
export type { ApprovalRefusal } from './request.ts'
export { approvalsTables } from './tables.ts'
