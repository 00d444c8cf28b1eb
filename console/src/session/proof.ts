// Proofs that a request comes from this browser: signed by a key that cannot be taken out of it.
// SPEC: RFC 9449 section 4.2; without `ath`, because no script can read the session's cookie.

import { forget, keep, readKept } from './browser-store.ts'

interface Proven {
  readonly method: string
  readonly url: URL
  readonly nonce: string | null
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
let having: Promise<CryptoKeyPair> | null = null

/** Make the proof for one request; never used twice. */
export async function prove({ method, url, nonce }: Proven): Promise<string> {
  const { publicKey } = await (having ??= keyOfBrowser())
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey)
  const head = { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } }
  const claims = {
    jti: crypto.randomUUID(),
    htm: method,
    htu: url.origin + url.pathname,
    iat: Math.floor(Date.now() / 1000),
    ...(nonce === null ? {} : { nonce }),
  }
  return await sign(head, claims)
}

/** Sign what is asked of the key access server. SPEC: OpenTDF, the signed request token: by the key of the proof. */
export async function signRequest(requestBody: string): Promise<string> {
  const iat = Math.floor(Date.now() / 1000)
  return await sign({ typ: 'JWT', alg: 'ES256' }, { requestBody, iat, exp: iat + 60 })
}

async function sign(head: unknown, claims: unknown): Promise<string> {
  const { privateKey } = await (having ??= keyOfBrowser())
  const signed = `${encoded(head)}.${encoded(claims)}`
  const signature = await crypto.subtle.sign(
    { name: 'ECDSA', hash: 'SHA-256' },
    privateKey,
    new TextEncoder().encode(signed),
  )
  return `${signed}.${base64Url(new Uint8Array(signature))}`
}

/** Forget the key: whoever signs in next has another one. */
export async function forgetKey(): Promise<void> {
  having = null
  await forget('keys')
}

/** INVARIANT: the private key is not extractable: a script of any origin can use it at most while it runs here. */
async function keyOfBrowser(): Promise<CryptoKeyPair> {
  const kept = await readKept<CryptoKeyPair>('keys', 'session')
  if (kept !== undefined) return kept
  const made = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
  await keep('keys', 'session', made)
  // Another tab may have made one at the same moment: the one that is kept counts.
  return (await readKept<CryptoKeyPair>('keys', 'session')) ?? made
}

function encoded(part: unknown): string {
  return base64Url(new TextEncoder().encode(JSON.stringify(part)))
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
