// Routes of draws against authorizations, and of what is due of them.

import { authorizationTasks, drawAuthorization, draws, lineDrawn, takeBackDraw } from './authorizations.ts'
import { pageQuery } from './query.ts'
import type { Route } from './route.ts'

export const drawRoutes = {
  authorizationTasks: {
    method: 'GET',
    path: '/api/v1/tasks/authorizations',
    summary: 'What of authorizations is due: expiry, draw-down, duties, notices of agreements; due is never a refusal',
    access: 'authorization.list',
    query: pageQuery,
    answer: authorizationTasks,
  },
  authorizationDraws: {
    method: 'GET',
    path: '/api/v1/authorizations/{authorizationId}/draws',
    summary: 'What was drawn of the lines of an authorization, and what is left',
    access: 'authorization.list',
    answer: draws,
  },
  drawAuthorization: {
    method: 'POST',
    path: '/api/v1/authorizations/{authorizationId}/draws',
    summary: 'Draw quantity and value from a line; a license that is used up covers nobody from then on',
    access: 'authorization.draw',
    body: drawAuthorization,
    answer: lineDrawn,
    problems: ['conflict'],
  },
  takeBackDraw: {
    method: 'POST',
    path: '/api/v1/authorizations/{authorizationId}/draws/take-back',
    summary: 'Take a draw back by an entry that says why; what ended by being used up stays ended',
    access: 'authorization.draw',
    body: takeBackDraw,
    answer: lineDrawn,
    problems: ['conflict'],
  },
} as const satisfies Record<string, Route>
