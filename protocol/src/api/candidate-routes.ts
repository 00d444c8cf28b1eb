// Routes of candidates for the notice of 22 CFR 126.1(e)(2).

import {
  candidateChanged,
  candidates,
  candidatesQuery,
  closeCandidate,
  closeUnfiled,
  decideCandidate,
} from './candidates.ts'
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
    summary: 'Decide that it was a proposal: then it is a case',
    access: 'candidate.decide',
    body: decideCandidate,
    answer: candidateChanged,
    problems: ['conflict'],
  },
  dismissCandidate: {
    method: 'POST',
    path: '/api/v1/candidates/{candidateId}/dismiss',
    summary: 'Decide as empowered official that it was no proposal',
    access: 'candidate.determine',
    body: decideCandidate,
    answer: candidateChanged,
    problems: ['conflict'],
  },
  closeCandidate: {
    method: 'POST',
    path: '/api/v1/candidates/{candidateId}/close',
    summary: 'Close a case by a filing reference',
    access: 'candidate.decide',
    body: closeCandidate,
    answer: candidateChanged,
    problems: ['conflict'],
  },
  closeUnfiled: {
    method: 'POST',
    path: '/api/v1/candidates/{candidateId}/close-unfiled',
    summary: 'Close a case as empowered official by a written reason why no notice is filed',
    access: 'candidate.determine',
    body: closeUnfiled,
    answer: candidateChanged,
    problems: ['conflict'],
  },
} as const satisfies Record<string, Route>
