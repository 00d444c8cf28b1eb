// The signed request token: a JWT whose payload carries the request body as text. When the caller's access token is bound
// to a DPoP key, the request must be signed with it; otherwise no key is known and the JWT is only an envelope.
// Equal tokens are no replay: clients send byte-identical ones within a second. Replay is the DPoP proof's matter.

import type { KeyObject } from 'node:crypto'
import { fromBase64Url, fromUtf8, Problem, utf8 } from '@sallyport/protocol'
import * as z from 'zod'
import type { Clock } from '../../base/index.ts'
import { isSignedBy } from '../../identity/index.ts'

export interface RequestToken {
  readonly requestBody: string
  /** Whether the caller's own DPoP key signed it. */
  readonly isVerified: boolean
}

export interface RequestTokenRules {
  /** The key that the caller's access token is bound to, proven by this request; null for an unbound token. */
  readonly boundKey: KeyObject | null
  readonly acceptForeignSignature: boolean
  readonly clock: Clock
}

const skewSeconds = 60
/** The web SDK signs from an hour ago to an hour ahead. */
const maxLifetimeSeconds = 7200

// SPEC: RFC 7518 section 3.1. `none` and the symmetric ones are not among them.
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'] as const

const headerShape = z.object({ alg: z.enum(algorithms), crit: z.never().optional() })
const payloadShape = z.object({
  requestBody: z.string(),
  iat: z.number(),
  exp: z.number(),
  nbf: z.number().optional(),
})

/** Open a request token. Throws Problem `invalid-request` with details.kind `request-token`. */
export async function openRequestToken(token: string, rules: RequestTokenRules): Promise<RequestToken> {
  const [header, payload, signature, ...rest] = token.split('.')
  if (header === undefined || payload === undefined || signature === undefined || rest.length > 0) {
    throw refusal('it is not a jwt')
  }
  const head = headerShape.safeParse(decode(header))
  if (!head.success) throw refusal('its header is not one that is read here')
  const claims = payloadShape.safeParse(decode(payload))
  if (!claims.success) throw refusal('it lacks requestBody, iat or exp')
  checkTimes(claims.data, rules.clock.now() / 1000)
  const isVerified = checkSignature({ signed: `${header}.${payload}`, signature }, head.data.alg, rules)
  return { requestBody: claims.data.requestBody, isVerified }
}

function checkTimes({ iat, exp, nbf }: { iat: number; exp: number; nbf?: number | undefined }, now: number): void {
  if (exp <= now - skewSeconds) throw refusal('it has expired')
  if (iat > now + skewSeconds || (nbf ?? iat) > now + skewSeconds) throw refusal('it is from the future')
  if (exp - iat > maxLifetimeSeconds) throw refusal('it lives longer than two hours')
}

function checkSignature(
  { signed, signature }: { readonly signed: string; readonly signature: string },
  alg: string,
  rules: RequestTokenRules,
): boolean {
  const { boundKey } = rules
  if (boundKey === null) return false
  if (!fits(alg, boundKey)) {
    if (rules.acceptForeignSignature) return false
    throw refusal('it is signed with another kind of key than the proof')
  }
  const bytes = fromBase64Url(signature)
  if (bytes === null || !isSignedBy(boundKey, alg, utf8(signed), bytes)) {
    throw refusal('the key of the proof did not sign it')
  }
  return true
}

const curves: Readonly<Record<string, string>> = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' }

function fits(alg: string, key: KeyObject): boolean {
  if (!alg.startsWith('ES')) return key.asymmetricKeyType === 'rsa'
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === curves[alg]
}

function decode(part: string): unknown {
  try {
    const bytes = fromBase64Url(part)
    return bytes === null ? null : JSON.parse(fromUtf8(bytes))
  } catch {
    return null
  }
}

function refusal(state: string): Problem {
  return new Problem('invalid-request', `cannot read request token: ${state}, want a signed jwt with a request`, {
    details: { kind: 'request-token' },
  })
}
