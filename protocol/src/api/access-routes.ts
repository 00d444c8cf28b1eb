// Routes of whole questions over everybody and everything.

import { accessMap, accessMembers, accessMembersQuestion, accessQuestion } from './access.ts'
import type { Route } from './route.ts'

export const accessRoutes = {
  access: {
    method: 'POST',
    path: '/api/v1/decisions/access',
    summary:
      'Who can open what, everybody and everything, by classes; with a change, also what would be otherwise; with asOf, who could then. Nothing is changed',
    access: 'decision.search',
    body: accessQuestion,
    answer: accessMap,
    problems: ['conflict', 'not-found'],
  },
  accessMembers: {
    method: 'POST',
    path: '/api/v1/decisions/access/members',
    summary: 'The members of one class of people or files of that map',
    access: 'decision.search',
    body: accessMembersQuestion,
    answer: accessMembers,
    problems: ['conflict', 'not-found'],
  },
} as const satisfies Record<string, Route>
