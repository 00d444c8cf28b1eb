// Routes of passkeys.

import {
  askEnrollment,
  beginEnrollment,
  beginPasskey,
  enrollmentAsked,
  enrollmentBegun,
  enrollPasskey,
  passkeyChallenge,
  passkeyRemoved,
  passkeys,
  signInWithPasskey,
} from './passkeys.ts'
import type { Route } from './route.ts'
import { session } from './sessions.ts'

const nobodyYet = 'nobody is signed in before they have signed in'
const byHalves = `${nobodyYet}; it takes the link and the code that others arranged`

export const passkeyRoutes = {
  beginPasskey: {
    method: 'POST',
    path: '/api/v1/session/passkey/options',
    summary: "Begin to sign in with a passkey, with a proof of the browser's key",
    access: 'none',
    why: nobodyYet,
    body: beginPasskey,
    answer: passkeyChallenge,
    problems: ['not-signed-in', 'not-found'],
  },
  signInWithPasskey: {
    method: 'POST',
    path: '/api/v1/session/passkey',
    summary: 'Sign in with the answer of a passkey',
    access: 'none',
    why: nobodyYet,
    body: signInWithPasskey,
    answer: session,
    problems: ['not-signed-in', 'not-found', 'refused', 'conflict'],
  },
  beginEnrollment: {
    method: 'POST',
    path: '/api/v1/enrollment/options',
    summary: 'Begin to enroll a passkey with both halves of a link',
    access: 'none',
    why: byHalves,
    body: beginEnrollment,
    answer: enrollmentBegun,
    problems: ['not-signed-in', 'refused'],
  },
  enrollPasskey: {
    method: 'POST',
    path: '/api/v1/enrollment',
    summary: 'Enroll a passkey, and sign in with it',
    access: 'none',
    why: byHalves,
    body: enrollPasskey,
    answer: session,
    problems: ['not-signed-in', 'refused', 'conflict'],
  },
  askEnrollment: {
    method: 'POST',
    path: '/api/v1/people/{personId}/enrollments',
    summary: 'Ask two others to approve a one-time link by which somebody enrolls a passkey',
    access: 'identity.enroll',
    body: askEnrollment,
    answer: enrollmentAsked,
    isShownOnce: true,
    problems: ['conflict'],
  },
  passkeys: {
    method: 'GET',
    path: '/api/v1/passkeys',
    summary: 'Your passkeys',
    access: 'signed-in',
    why: "it shows the caller's own passkeys, to the caller alone",
    answer: passkeys,
  },
  removeOwnPasskey: {
    method: 'DELETE',
    path: '/api/v1/passkeys/{credentialId}',
    summary: 'Take away one of your passkeys, at once',
    access: 'signed-in',
    why: 'it takes a passkey away from the caller alone',
    answer: passkeyRemoved,
    problems: ['conflict'],
  },
  passkeysOfPerson: {
    method: 'GET',
    path: '/api/v1/people/{personId}/passkeys',
    summary: "Somebody's passkeys",
    access: 'identity.list',
    answer: passkeys,
  },
  removePasskey: {
    method: 'DELETE',
    path: '/api/v1/people/{personId}/passkeys/{credentialId}',
    summary: "Take away one of somebody's passkeys, at once",
    access: 'identity.unbind',
    answer: passkeyRemoved,
    problems: ['conflict'],
  },
} as const satisfies Record<string, Route>
