// Routes of sessions.

import type { Route } from './route.ts'
import {
  askForProgram,
  exchangeGrant,
  grantToProgram,
  programAsked,
  programGranted,
  programSignedIn,
} from './sessions.ts'
import { session, sessionEnded, sessions, signInAtIssuer, signInBegun, signInByCertificate } from './sessions.ts'

const nobodyYet = 'nobody is signed in before they have signed in'

export const sessionRoutes = {
  session: {
    method: 'GET',
    path: '/api/v1/session',
    summary: "Your session by its cookie and a proof of the browser's key, and the ways to sign in",
    access: 'none',
    why: `${nobodyYet}; a session is shown to whoever has it and proves its key`,
    answer: session,
  },
  signInAtIssuer: {
    method: 'POST',
    path: '/api/v1/session/issuer',
    summary: "Begin to sign in at an organization's own provider, with a proof of the browser's key",
    access: 'none',
    why: nobodyYet,
    body: signInAtIssuer,
    answer: signInBegun,
    problems: ['not-signed-in', 'not-found'],
  },
  signInByCertificate: {
    method: 'POST',
    path: '/api/v1/session/certificate',
    summary: "Begin to sign in with a client certificate, with a proof of the browser's key",
    access: 'none',
    why: nobodyYet,
    body: signInByCertificate,
    answer: signInBegun,
    problems: ['not-signed-in', 'not-found'],
  },
  askForProgram: {
    method: 'POST',
    path: '/api/v1/session/program',
    summary: 'Ask for the sign-in of a program, with a proof of its key; its person confirms it in a browser',
    access: 'none',
    why: nobodyYet,
    body: askForProgram,
    answer: programAsked,
    problems: ['not-signed-in'],
  },
  grantToProgram: {
    method: 'POST',
    path: '/api/v1/session/program/grant',
    summary: 'Let a program in as yourself, by a session in a browser',
    access: 'none',
    why: "it gives a program the caller's own identity, by their session in a browser and nothing else",
    body: grantToProgram,
    answer: programGranted,
    problems: ['not-signed-in', 'conflict'],
  },
  exchangeGrant: {
    method: 'POST',
    path: '/api/v1/session/program/token',
    summary: 'Exchange what the browser brought back for a session, with a proof of the same key',
    access: 'none',
    why: nobodyYet,
    body: exchangeGrant,
    answer: programSignedIn,
    problems: ['not-signed-in', 'refused', 'conflict'],
  },
  endSession: {
    method: 'DELETE',
    path: '/api/v1/session',
    summary: 'End your session',
    access: 'signed-in',
    why: "it ends the caller's own session",
    answer: sessionEnded,
    problems: ['conflict'],
  },
  sessions: {
    method: 'GET',
    path: '/api/v1/sessions',
    summary: 'Your sessions that have not ended',
    access: 'signed-in',
    why: "it shows the caller's own sessions, to the caller alone",
    answer: sessions,
  },
  endOwnSession: {
    method: 'DELETE',
    path: '/api/v1/sessions/{sessionId}',
    summary: 'End one of your sessions',
    access: 'signed-in',
    why: 'it ends a session of the caller alone',
    answer: sessionEnded,
  },
  sessionsOfPerson: {
    method: 'GET',
    path: '/api/v1/people/{personId}/sessions',
    summary: "Somebody's sessions that have not ended",
    access: 'identity.list',
    answer: sessions,
  },
  endSessionOfPerson: {
    method: 'DELETE',
    path: '/api/v1/people/{personId}/sessions/{sessionId}',
    summary: "End somebody's session at once",
    access: 'session.end',
    answer: sessionEnded,
  },
} as const satisfies Record<string, Route>
