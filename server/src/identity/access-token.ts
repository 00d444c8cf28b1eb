// One access token: whose it is, for whom, until when, and which key it is bound to. A verified signature is remembered by
// the token's hash, so that the next request with the same token costs a look-up; times are compared on every use.

import { decodeJwt, errors, jwtVerify, type CryptoKey, type JWTPayload, type JWTVerifyResult } from 'jose'
import { Problem } from '@sallyport/protocol'
import type { Clock } from '../base/index.ts'
import type { Issuer, IssuerRules, Issuers, TokenPurpose } from './issuers.ts'
import { refused } from './refusal.ts'
import { algorithmNames } from './signature-algorithms.ts'
import { plainText, subjectOf } from './subject.ts'

/** Skew allowed between clocks. */
const skewMs = 60_000
/** A signature is checked again after this time, so that a key which its issuer withdrew stops being believed. */
const rememberedMs = 300_000
const mostRemembered = 10_000
const maxTokenLength = 16_384

export interface AccessToken {
  readonly rules: IssuerRules
  readonly subject: string
  readonly clientId: string
  readonly isNaturalPerson: boolean
  /** Thumbprint of the key that the token is bound to. */
  readonly boundTo: string | null
  readonly expiresAtMs: number
  readonly notBeforeMs: number
}

/**
 * Verify an access token for a purpose; `tokenHash` is its SHA-256.
 * Throws Problem `not-signed-in`, or `unavailable` when the issuer's keys cannot be had.
 */
export type AccessTokenVerifier = (token: string, tokenHash: string, purpose: TokenPurpose) => Promise<AccessToken>

export function makeAccessTokenVerifier(issuers: Issuers, clock: Clock): AccessTokenVerifier {
  const remembered = new Map<string, { readonly token: AccessToken; readonly untilMs: number }>()

  return async (text, tokenHash, purpose) => {
    const name = `${purpose} ${tokenHash}`
    const known = remembered.get(name)
    if (known !== undefined && clock.monotonic() < known.untilMs) {
      requireInTime(known.token, clock.now())
      return known.token
    }
    const token = await verified(text, issuers, purpose, clock)
    remembered.delete(name)
    remembered.set(name, { token, untilMs: clock.monotonic() + rememberedMs })
    if (remembered.size > mostRemembered) {
      for (const oldest of remembered.keys()) {
        remembered.delete(oldest)
        break
      }
    }
    return token
  }
}

async function verified(text: string, issuers: Issuers, purpose: TokenPurpose, clock: Clock): Promise<AccessToken> {
  const issuer = issuerOf(text, issuers, purpose)
  const { payload } = await verifySignature(text, issuer, clock)
  const token = readClaims(payload, issuer.rules)
  requireInTime(token, clock.now())
  return token
}

/** ATTACKER: read before any signature was checked; it only chooses by whose keys and rules to check the token. */
function issuerOf(text: string, issuers: Issuers, purpose: TokenPurpose): Issuer {
  const { iss, aud } = unverifiedClaims(text)
  const named = issuers.get(iss ?? '') ?? []
  if (named.length === 0) throw invalid('the issuer of the token is not one that this gate believes')
  const audiences = typeof aud === 'string' ? [aud] : (aud ?? [])
  const meant = named.filter(({ rules }) => rules.audience.some((audience) => audiences.includes(audience)))
  if (meant.length === 0) throw invalid('claim aud of the token is not what this gate wants')
  const issuer = meant.find(({ rules }) => rules.purposes.includes(purpose))
  if (issuer === undefined) throw invalid(`tokens of this issuer for this audience are not for ${purpose}`)
  return issuer
}

function unverifiedClaims(text: string): JWTPayload {
  if (text.length > maxTokenLength) throw invalid('the token is too long')
  try {
    return decodeJwt(text)
  } catch {
    throw invalid('the token is not a signed JWT')
  }
}

async function verifySignature(text: string, { rules, keys }: Issuer, clock: Clock): Promise<JWTVerifyResult> {
  const options = {
    algorithms: [...algorithmNames],
    issuer: rules.issuer,
    audience: [...rules.audience],
    requiredClaims: ['exp'],
    clockTolerance: skewMs / 1_000,
    currentDate: new Date(clock.now()),
    ...(rules.tokenType === 'at+jwt' ? { typ: 'at+jwt' } : {}),
  }
  try {
    const result = await jwtVerify(text, keys, options).catch(async (cause: unknown) => {
      if (!(cause instanceof errors.JWKSMultipleMatchingKeys)) throw cause
      return await verifyWithAny(cause, (key) => jwtVerify(text, key, options))
    })
    requireAccessToken(result)
    return result
  } catch (cause) {
    if (cause instanceof Problem) throw cause
    throw invalid(stateOf(cause))
  }
}

/** A token without a key id, where several keys of the issuer fit. */
async function verifyWithAny(
  candidates: errors.JWKSMultipleMatchingKeys,
  attempt: (key: CryptoKey) => Promise<JWTVerifyResult>,
): Promise<JWTVerifyResult> {
  for await (const key of candidates) {
    try {
      return await attempt(key)
    } catch (cause) {
      if (!(cause instanceof errors.JWSSignatureVerificationFailed)) throw cause
    }
  }
  throw new errors.JWSSignatureVerificationFailed()
}

const accessTypes = new Set(['at+jwt', 'application/at+jwt', 'jwt'])

/** ATTACKER: an ID token of the same issuer, or a refresh token in JWT form, is signed by the same keys. */
function requireAccessToken({ protectedHeader, payload }: JWTVerifyResult): void {
  const type = protectedHeader.typ?.toLowerCase()
  const isOther =
    (type !== undefined && !accessTypes.has(type)) ||
    payload['at_hash'] !== undefined ||
    payload['c_hash'] !== undefined ||
    payload['events'] !== undefined ||
    (typeof payload['typ'] === 'string' &&
      payload['typ'].toLowerCase() !== 'bearer' &&
      payload['typ'].toLowerCase() !== 'dpop')
  if (isOther) throw invalid('the token is not an access token')
}

function readClaims(payload: JWTPayload, rules: IssuerRules): AccessToken {
  const clientId = clientOf(payload)
  return {
    rules,
    subject: subjectOf(payload, rules.subject ?? ['sub']),
    clientId,
    isNaturalPerson: isNaturalPerson(payload, clientId),
    boundTo: boundKey(payload),
    expiresAtMs: (payload.exp ?? 0) * 1_000,
    notBeforeMs: (payload.nbf ?? 0) * 1_000,
  }
}

function clientOf(payload: JWTPayload): string {
  const { client_id: clientId, azp } = payload
  if (clientId !== undefined && azp !== undefined && clientId !== azp) {
    throw invalid('the token names two different clients')
  }
  return plainText(clientId ?? azp, 'claim client_id or azp')
}

/** A token that a client got for itself names no person, however its issuer marks that. */
function isNaturalPerson(payload: JWTPayload, clientId: string): boolean {
  const { sub, idtyp, gty, preferred_username: name } = payload
  return (
    sub !== undefined &&
    sub !== clientId &&
    sub !== `${clientId}@clients` &&
    idtyp !== 'app' &&
    gty !== 'client-credentials' &&
    !(typeof name === 'string' && name.startsWith('service-account-'))
  )
}

function boundKey(payload: JWTPayload): string | null {
  const { cnf } = payload
  if (cnf === undefined) return null
  if (typeof cnf === 'object' && cnf !== null && 'jkt' in cnf && typeof cnf.jkt === 'string') return cnf.jkt
  throw invalid('the token is bound in a way that this gate cannot check')
}

function requireInTime(token: AccessToken, nowMs: number): void {
  if (nowMs >= token.expiresAtMs + skewMs) throw invalid('the token has expired')
  if (nowMs < token.notBeforeMs - skewMs) throw invalid('the token is not valid yet')
}

function stateOf(cause: unknown): string {
  if (cause instanceof errors.JWTExpired) return 'the token has expired'
  if (cause instanceof errors.JOSEAlgNotAllowed)
    return 'the token is signed with an algorithm that this gate does not take'
  if (cause instanceof errors.JWTClaimValidationFailed)
    return `claim ${cause.claim} of the token is not what this gate wants`
  return 'the token is not signed by a key of its issuer'
}

function invalid(state: string): Problem {
  return refused('invalid_token', state)
}
