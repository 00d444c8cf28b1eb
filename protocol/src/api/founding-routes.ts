// Routes of the founding.

import {
  attestFounder,
  beginFounderPasskey,
  enrollFounder,
  enrollFounderPasskey,
  founding,
  foundingChanged,
  foundingClosed,
} from './founding.ts'
import { enrollmentBegun } from './passkeys.ts'
import type { Route } from './route.ts'
import { session } from './sessions.ts'

export const foundingRoutes = {
  founding: {
    method: 'GET',
    path: '/api/v1/founding',
    summary: 'How far the founding is; its founders alone see who they are',
    access: 'signed-in',
    why: 'nobody is on the roster before the founding is closed; the ceremony shows founders to each other alone',
    answer: founding,
    problems: ['conflict'],
  },
  enrollFounder: {
    method: 'POST',
    path: '/api/v1/founding/enroll',
    summary: 'Bind your identity to the founder whose code you hold',
    access: 'signed-in',
    why: 'nobody is on the roster before the founding is closed; the ceremony asks for the code of a founder',
    body: enrollFounder,
    answer: foundingChanged,
    problems: ['refused', 'conflict', 'too-many-requests'],
  },
  beginFounderPasskey: {
    method: 'POST',
    path: '/api/v1/founding/passkey/options',
    summary: 'Begin to enroll as the founder whose code you hold, with a passkey',
    access: 'none',
    why: 'nobody is on the roster before the founding is closed; the ceremony asks for the code of a founder',
    body: beginFounderPasskey,
    answer: enrollmentBegun,
    problems: ['not-signed-in', 'refused', 'conflict', 'not-found'],
  },
  enrollFounderPasskey: {
    method: 'POST',
    path: '/api/v1/founding/passkey',
    summary: 'Enroll as the founder whose code you hold with the passkey that was made, and sign in with it',
    access: 'none',
    why: 'nobody is on the roster before the founding is closed; the ceremony asks for the code of a founder',
    body: enrollFounderPasskey,
    answer: session,
    problems: ['not-signed-in', 'refused', 'conflict', 'not-found'],
  },
  attestFounder: {
    method: 'POST',
    path: '/api/v1/founding/attest',
    summary: 'Attest another founder: who they are, and their status',
    access: 'signed-in',
    why: 'nobody is on the roster before the founding is closed; the ceremony asks who enrolled',
    body: attestFounder,
    answer: foundingChanged,
    problems: ['refused', 'not-found', 'conflict'],
  },
  closeFounding: {
    method: 'POST',
    path: '/api/v1/founding/close',
    summary: 'Close the founding; from here on everything takes a permit',
    access: 'signed-in',
    why: 'nobody is on the roster before the founding is closed; the ceremony asks who enrolled and is attested',
    answer: foundingClosed,
    problems: ['refused', 'conflict'],
  },
} as const satisfies Record<string, Route>
