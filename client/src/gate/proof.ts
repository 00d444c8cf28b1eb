// DPoP: every request proves that the caller holds the key that its access token is bound to.
// SPEC: RFC 9449 section 4.2 (proof), 7.1 (ath), 8 and 9 (nonces).

import { createHash, createPublicKey, randomUUID, type KeyObject } from 'node:crypto'
import { exportJWK, SignJWT } from 'jose'

/** What signs a caller's requests. `key` is a private P-256 key; it never leaves this machine. */
export interface Credential {
  readonly key: KeyObject
  readonly accessToken: string
  /** `Bearer` only where the identity provider cannot bind tokens; the gate may refuse it. */
  readonly scheme: 'DPoP' | 'Bearer'
  readonly expiresAtMs: number
}

interface Proven {
  readonly method: string
  readonly url: URL
  /** Null before there is one. */
  readonly accessToken: string | null
  readonly nonce: string | null
  readonly nowMs: number
}

/** Make the proof for one request; never used twice. */
export async function prove(key: KeyObject, { method, url, accessToken, nonce, nowMs }: Proven): Promise<string> {
  return new SignJWT({
    jti: randomUUID(),
    htm: method,
    htu: url.origin + url.pathname,
    ...(accessToken === null ? {} : { ath: createHash('sha256').update(accessToken, 'ascii').digest('base64url') }),
    ...(nonce === null ? {} : { nonce }),
  })
    .setIssuedAt(Math.floor(nowMs / 1000))
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: await exportJWK(createPublicKey(key)) })
    .sign(key)
}

/** Tell whether a 401 asks for the same request again with the nonce that it brings. SPEC: RFC 9449 section 9. */
export function asksForNonce(status: number, challenge: string): boolean {
  return status === 401 && /\berror="?use_dpop_nonce\b/.test(challenge)
}
