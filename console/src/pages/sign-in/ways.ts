// The ways of signing in, each a few calls of the gate's session routes.

import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser'
import { call } from '../../api/index.ts'
import { askSession, type SessionAnswer } from '../../session/session.ts'

interface Challenge {
  readonly challengeId: string
  readonly options: PublicKeyCredentialRequestOptionsJSON
}

/** Let the person choose a passkey of theirs, and sign in with it. Throws Error when they break it off. */
export async function askPasskey(): Promise<SessionAnswer> {
  const { challengeId, options } = await askSession<Challenge>('POST', '/api/v1/session/passkey/options', {})
  const { startAuthentication } = await import('@simplewebauthn/browser')
  const response = await startAuthentication({ optionsJSON: options })
  return await askSession<SessionAnswer>('POST', '/api/v1/session/passkey', { challengeId, response })
}

/** Yields the address of an organization's provider, from which the browser comes back signed in. */
export async function leadToIssuer(issuer: string, returnTo: string): Promise<string> {
  return (await call('signInAtIssuer', { body: { issuer, returnTo } })).url
}

/** Yields the address where the browser is asked for a certificate. */
export async function leadToCertificate(returnTo: string): Promise<string> {
  return (await askSession<{ url: string }>('POST', '/api/v1/session/certificate', { returnTo })).url
}
