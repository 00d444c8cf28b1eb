// Routes by which a program of somebody signs in: it asks, its person confirms in a browser, it exchanges what came back.

import {
  askForProgram as askBody,
  exchangeGrant as exchangeBody,
  grantToProgram as grantBody,
} from '@sallyport/protocol/api'
import { askForProgram, exchangeGrant, grantToProgram, startSession } from '../identity/index.ts'
import type { Call, Gate } from './gate.ts'

export const programRoutes = {
  async askForProgram(gate: Gate, { body, presented }: Call) {
    const { challenge, port } = askBody.parse(body)
    const { thumbprint } = await gate.sessionVerifier.proveProgramKey(presented)
    return await askForProgram(gate.programs, { keyThumbprint: thumbprint, challenge, port })
  },

  async grantToProgram(gate: Gate, { body, presented }: Call) {
    const { request } = grantBody.parse(body)
    // Of a session in a browser, and of nothing else that may call.
    const { session } = await gate.sessionVerifier.verify(presented)
    return await grantToProgram(gate.programs, session, request)
  },

  async exchangeGrant(gate: Gate, { body, presented, place }: Call) {
    const { grant, verifier } = exchangeBody.parse(body)
    const { thumbprint: keyThumbprint } = await gate.sessionVerifier.proveProgramKey(presented)
    const known = await exchangeGrant(gate.programs, { grant, verifier, keyThumbprint })
    const how = { channel: 'program', keyThumbprint, place: place.name } as const
    const { session, secret } = await startSession(gate.sessions, { ...known, ...how })
    gate.countSignIn('program', 'signed-in')
    return { token: secret, id: session.id, expiresAt: new Date(session.expiresAtMs).toISOString() }
  },
}
