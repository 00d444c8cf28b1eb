// Whoever calls, by a token of an issuer or by a session of the gate: one caller, so that everything after it decides alike.

import { countsOnSession, programToken, type SessionVerifier } from './sessions/verify-session.ts'
import type { SignInRequest, TokenVerifier, VerifiedCaller } from './tokens.ts'

/** Make what verifies both. It throws as the two do, and Problem `invalid-request` for a call with both. */
export function makeSignIn(tokens: TokenVerifier, sessions: SessionVerifier): TokenVerifier {
  return {
    async verify(request: SignInRequest): Promise<VerifiedCaller> {
      const { browser } = request
      if (browser === undefined) return await tokens.verify(request)
      if (!countsOnSession(request)) {
        const token = programToken(request.authorization)
        if (token === null) return await tokens.verify(request)
        return await sessions.verifyProgram({ ...request, browser }, token)
      }
      return (await sessions.verify({ ...request, browser })).caller
    },
  }
}
