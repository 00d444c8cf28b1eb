// For tests only: an issuer with its keys, a client with its key, and a clock that stands still.

import { createHash, randomUUID } from 'node:crypto'
import { Problem } from '@sallyport/protocol'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT, type JWK, type JWTPayload } from 'jose'
import { expect } from 'vitest'
import { manualClock, type ManualClock } from '../base/testing.ts'
import type { ClientRules } from './issuers.ts'
import { makeTokenVerifier, type SignInRequest, type TokenVerifier, type TokenVerifierOptions } from './tokens.ts'

export const issuer = 'https://idp.example.com/tenant'
export const other = 'https://other.example.com'
export const audience = 'https://gate.example.com'
export const url = `${audience}/kas.AccessService/Rewrap`
export const startMs = Date.UTC(2026, 5, 1)

export const issuerKeys = await generateKeyPair('ES256', { extractable: true })
export const otherKeys = await generateKeyPair('ES256', { extractable: true })
export const client = await generateKeyPair('ES256', { extractable: true })
export const clientJwk = await exportJWK(client.publicKey)
export const jkt = await calculateJwkThumbprint(clientJwk)
export const jwks: { readonly keys: JWK[] } = {
  keys: [{ ...(await exportJWK(issuerKeys.publicKey)), kid: 'one', alg: 'ES256' }],
}

export let clock: ManualClock = manualClock(startMs)
export let verifier: TokenVerifier

/** Put the clock back and make a verifier that has seen nothing. */
export function startAgain(): void {
  clock = manualClock(startMs)
  verifier = makeVerifier({})
}

export const strict: ClientRules = { dpop: 'required' }
const lax: ClientRules = {
  dpop: 'optional',
  acceptPathOnlyHtu: true,
  acceptBearerWithProof: true,
  acceptMissingAth: true,
}
export const clients = {
  cli: strict,
  web: lax,
  plain: { dpop: 'optional' },
  nonced: { dpop: 'required', nonce: 'required' },
} as const

export function makeVerifier(options: Partial<TokenVerifierOptions>): TokenVerifier {
  const otherJwks = { keys: [{ ...jwks.keys[0], kid: 'two' }] as JWK[] }
  return makeTokenVerifier({
    issuers: [
      { issuer, audience: [audience], jwks, purposes: ['kas', 'api'], clients },
      { issuer: other, audience: [audience], jwks: otherJwks, purposes: ['api'], clients },
    ],
    clock,
    ...options,
  })
}

export async function token(
  claims: JWTPayload = {},
  header: Record<string, unknown> = {},
  key = issuerKeys,
): Promise<string> {
  const now = Math.floor(clock.now() / 1_000)
  const all = { iss: issuer, aud: audience, sub: 'anna', client_id: 'cli', exp: now + 600, cnf: { jkt }, ...claims }
  return await new SignJWT(all)
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'one', ...header })
    .sign(key.privateKey)
}

export async function proof(
  of: string,
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
  key = client,
) {
  const now = Math.floor(clock.now() / 1_000)
  const ath = createHash('sha256').update(of).digest('base64url')
  const all = { jti: randomUUID(), htm: 'POST', htu: url, iat: now, ath, ...claims }
  const jwk = await exportJWK(key.publicKey)
  return await new SignJWT(all)
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk, ...header })
    .sign(key.privateKey)
}

export function request(authorization: string | undefined, dpop?: string): SignInRequest {
  return { authorization, dpop, method: 'POST', url, expectedPurpose: 'kas' }
}

export async function refusalOf(sent: SignInRequest, by = verifier): Promise<string> {
  const problem = await by.verify(sent).then(
    () => 'verified',
    (cause: unknown) => cause,
  )
  if (!(problem instanceof Problem)) return String(problem)
  expect(problem.code).toBe('not-signed-in')
  expect(problem.details['wwwAuthenticate']).toMatch(/^DPoP [ !-~]+$/)
  return problem.message.replace('cannot verify sign-in: ', '')
}
