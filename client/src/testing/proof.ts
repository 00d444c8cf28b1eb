// How the test gate checks a DPoP proof. SPEC: RFC 9449 section 4.3.

import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose'

const seen = new Set<string>()

export interface CheckedProof {
  readonly thumbprint: string
  readonly nonce: string | null
}

/** Check a proof against its request. Null when anything is amiss, a proof that was seen before included. */
export async function checkProof(
  header: string | string[] | undefined,
  { method, url, accessToken }: { method: string; url: URL; accessToken: string | null },
): Promise<CheckedProof | null> {
  if (typeof header !== 'string') return null
  try {
    const { payload, protectedHeader } = await jwtVerify(header, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: ['ES256'],
    })
    const { jti, htm, htu, ath, nonce } = payload
    const jwk = protectedHeader.jwk
    if (jti === undefined || seen.has(jti) || jwk === undefined || 'd' in jwk) return null
    seen.add(jti)
    const wantedAth = accessToken === null ? undefined : createHash('sha256').update(accessToken).digest('base64url')
    if (htm !== method || htu !== url.origin + url.pathname || ath !== wantedAth) return null
    return { thumbprint: await calculateJwkThumbprint(jwk), nonce: typeof nonce === 'string' ? nonce : null }
  } catch {
    return null
  }
}
