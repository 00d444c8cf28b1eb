// Routes of what waits for the approval of others.

import {
  approvalDeclined,
  approvalEffect,
  approvalGiven,
  approvals,
  approvalShown,
  approvalWithdrawn,
  declineApproval,
  giveApproval,
} from './approvals.ts'
import { approvalsQuery } from './query.ts'
import type { Route } from './route.ts'

export const approvalRoutes = {
  approvals: {
    method: 'GET',
    path: '/api/v1/approvals',
    summary: 'What waits for approval; ?all=true with what is done, declined, withdrawn or expired',
    access: 'approval.list',
    query: approvalsQuery,
    answer: approvals,
  },
  approval: {
    method: 'GET',
    path: '/api/v1/approvals/{approvalId}',
    summary: 'One request with what it would change',
    access: 'approval.list',
    answer: approvalShown,
    isCached: true,
  },
  approvalEffect: {
    method: 'GET',
    path: '/api/v1/approvals/{approvalId}/effect',
    summary:
      'Who and what would gain or lose what by it, everybody and everything, with the digest that an approval names',
    access: 'decision.search',
    answer: approvalEffect,
    problems: ['conflict'],
  },
  giveApproval: {
    method: 'POST',
    path: '/api/v1/approvals/{approvalId}/approve',
    summary: 'Approve exactly the change of this digest, with the effect that was shown; the last approval executes it',
    access: 'approval.give',
    body: giveApproval,
    answer: approvalGiven,
    isShownOnce: true,
    problems: ['conflict'],
  },
  declineApproval: {
    method: 'POST',
    path: '/api/v1/approvals/{approvalId}/decline',
    summary: 'Decline exactly the change of this digest, for good; one person does it',
    access: 'approval.decline',
    body: declineApproval,
    answer: approvalDeclined,
    problems: ['conflict'],
  },
  withdrawApproval: {
    method: 'POST',
    path: '/api/v1/approvals/{approvalId}/withdraw',
    summary: 'Withdraw what one asked for oneself',
    access: 'approval.withdraw',
    answer: approvalWithdrawn,
    problems: ['conflict'],
  },
} as const satisfies Record<string, Route>
