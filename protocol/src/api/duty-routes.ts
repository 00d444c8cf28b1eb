// Routes of duties of authorizations.

import { authorizationDuties, dutyRecorded, fulfilDuty, ownDuties, reopenDuty } from './duties.ts'
import type { Route } from './route.ts'

export const dutyRoutes = {
  ownDuties: {
    method: 'GET',
    path: '/api/v1/tasks/duties',
    summary: 'The duties of authorizations that you own and that are not done',
    access: 'signed-in',
    why: "it shows the caller's own duties, to the caller alone",
    answer: ownDuties,
    problems: ['refused'],
  },
  authorizationDuties: {
    method: 'GET',
    path: '/api/v1/authorizations/{authorizationId}/duties',
    summary: 'The duties of an authorization, its own and those that the regulations add, with what shows them done',
    access: 'authorization.list',
    answer: authorizationDuties,
  },
  fulfilDuty: {
    method: 'POST',
    path: '/api/v1/authorizations/{authorizationId}/duties/done',
    summary: 'Record that a duty was done, with what shows it: as its owner or an officer',
    access: 'authorization.fulfil',
    body: fulfilDuty,
    answer: dutyRecorded,
    problems: ['conflict'],
  },
  reopenDuty: {
    method: 'POST',
    path: '/api/v1/authorizations/{authorizationId}/duties/reopen',
    summary: 'Take back that a duty was done, by a record that says why; officers alone',
    access: 'authorization.fulfil',
    body: reopenDuty,
    answer: dutyRecorded,
    problems: ['conflict'],
  },
} as const satisfies Record<string, Route>
