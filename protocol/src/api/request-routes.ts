// Routes of what people who were refused ask for.

import { pageQuery } from './query.ts'
import { answerRequest, makeRequest, personRequests, requestAnswered, requestMade } from './requests.ts'
import type { Route } from './route.ts'

export const requestRoutes = {
  requests: {
    method: 'GET',
    path: '/api/v1/requests',
    summary: 'What you asked for after you were refused, and what became of it',
    access: 'signed-in',
    why: "it shows the caller's own requests, to the caller alone",
    query: pageQuery,
    answer: personRequests,
    problems: ['refused'],
  },
  makeRequest: {
    method: 'POST',
    path: '/api/v1/requests',
    summary: 'Ask for what would change a refusal of yours, of the role that it names',
    access: 'signed-in',
    why: 'whoever was refused is permitted nothing; it rests on a refusal of their own that is on record, and gives nothing',
    body: makeRequest,
    answer: requestMade,
    problems: ['refused', 'not-found', 'conflict', 'too-many-requests'],
  },
  withdrawRequest: {
    method: 'POST',
    path: '/api/v1/requests/{requestId}/withdraw',
    summary: 'Take back what you asked for',
    access: 'signed-in',
    why: "it takes back the caller's own request",
    answer: requestAnswered,
    problems: ['refused'],
  },
  requestsWaiting: {
    method: 'GET',
    path: '/api/v1/requests/waiting',
    summary: 'What people who were refused ask of your role',
    access: 'request.answer',
    query: pageQuery,
    answer: personRequests,
  },
  answerRequest: {
    method: 'POST',
    path: '/api/v1/requests/{requestId}/answer',
    summary: 'Say what was done about a request, or why not; it gives nothing by itself',
    access: 'request.answer',
    body: answerRequest,
    answer: requestAnswered,
  },
} as const satisfies Record<string, Route>
