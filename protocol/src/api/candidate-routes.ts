// Routes of candidates for the notice of 22 CFR 126.1(e)(2).

import { candidateChanged, candidates, candidatesQuery, closeCandidate, decideCandidate } from './candidates.ts'
import type { Route } from './route.ts'

export const candidateRoutes = {
  candidates: {
    method: 'GET',
    path: '/api/v1/candidates',
    summary:
      'Refusals that may call for the notice of 22 CFR 126.1(e)(2), and open cases; ?all=true, also what is closed',
    access: 'candidate.list',
    query: candidatesQuery,
    answer: candidates,
  },
  decideCandidate: {
    method: 'POST',
    path: '/api/v1/candidates/{candidateId}/decide',
    summary: 'Decide whether it was a proposal: then it is a case',
    access: 'candidate.decide',
    body: decideCandidate,
    answer: candidateChanged,
    problems: ['conflict'],
  },
  closeCandidate: {
    method: 'POST',
    path: '/api/v1/candidates/{candidateId}/close',
    summary: 'Close a case by a filing reference, or by a written reason of the empowered official',
    access: 'candidate.decide',
    body: closeCandidate,
    answer: candidateChanged,
    problems: ['conflict'],
  },
} as const satisfies Record<string, Route>
