// The identity provider that the gate names, as a public client with PKCE and DPoP speaks to it.
// SPEC: OpenID Connect Discovery 1.0; RFC 7636 (PKCE); RFC 8252 (native apps); RFC 8707 (resource); RFC 9449 (DPoP).

import { webcrypto } from 'node:crypto'
import { Problem } from '@sallyport/protocol'
import type { EnclaveView } from '@sallyport/protocol/api'
import * as oidc from 'openid-client'
import { Agent, fetch, type Dispatcher } from 'undici'
import { isOfTrust, type Connection } from '../gate/index.ts'
import type { PrivateJwk, Token } from './profile.ts'

export type SignIn = NonNullable<EnclaveView['signIn']>

/** Everything that one sign-in needs of the identity provider. */
export interface Issuer {
  readonly configuration: oidc.Configuration
  readonly proof: oidc.DPoPHandle
  readonly signIn: SignIn
  /** Send a request as this machine trusts the gate and the identity provider. Follows no redirects. */
  readonly visit: (url: URL, options: Visit) => Promise<Response>
}

export interface Visit {
  readonly method: 'GET' | 'POST'
  readonly headers: Record<string, string>
  readonly body?: string
}

/** Discover the identity provider. Throws Problem when the gate names none or it does not answer. */
export async function discoverIssuer(connection: Connection, enclave: EnclaveView, key: PrivateJwk): Promise<Issuer> {
  const { signIn } = enclave
  if (signIn === null) {
    throw new Problem(
      'invalid-request',
      'cannot sign in: the gate names no identity provider, want one in its configuration',
    )
  }
  const send = sender(connection)
  try {
    const configuration = await oidc.discovery(new URL(signIn.issuer), signIn.clientId, undefined, oidc.None(), {
      [oidc.customFetch]: (url, { body, ...rest }) => send(url, { ...rest, body: formText(body) }),
      execute: isLoopback(new URL(signIn.issuer)) ? [oidc.allowInsecureRequests] : [],
    })
    const proof = oidc.getDPoPHandle(configuration, await importKeys(key))
    const visit = (url: URL, { method, headers, body }: Visit): Promise<Response> =>
      send(url.href, { method, headers, body })
    return { configuration, proof, signIn, visit }
  } catch (cause) {
    throw signInFailed(cause)
  }
}

/** Keep what the token endpoint answered. */
export function tokenOf(
  answer: { access_token: string; token_type: string; expiresIn(): number | undefined },
  nowMs: number,
): Token {
  return {
    accessToken: answer.access_token,
    scheme: answer.token_type.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer',
    expiresAtMs: nowMs + 1000 * (answer.expiresIn() ?? 300),
  }
}

/** Word what an identity provider or the network answered. */
export function signInFailed(cause: unknown): Problem {
  if (cause instanceof Problem) return cause
  const root = rootOf(cause)
  const code = root instanceof Error && 'code' in root ? String(root.code) : ''
  if (isOfTrust(code)) {
    const want = 'want its authority believed: NODE_USE_SYSTEM_CA=1, or NODE_EXTRA_CA_CERTS=<pem>'
    const state = `this machine does not trust the certificate of the identity provider (${code})`
    return new Problem('not-signed-in', `cannot sign in: ${state}, ${want}`, { cause })
  }
  const state =
    cause instanceof oidc.AuthorizationResponseError || cause instanceof oidc.ResponseBodyError
      ? `the identity provider answered ${cause.error}${cause.error_description ? ` (${cause.error_description})` : ''}`
      : `the identity provider cannot be used (${root instanceof Error ? root.message : String(root)})`
  return new Problem('not-signed-in', `cannot sign in: ${state}, want an access token`, { cause })
}

interface Sent {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** INVARIANT: the gate's pinned authority vouches for hosts of the gate's own name only, the machine's list for others. */
function sender(connection: Connection): (url: string, sent: Sent) => Promise<Response> {
  const gateHost = new URL(connection.origin).hostname
  let others: Dispatcher | null = null
  return async (url, { method, headers, body, signal }) => {
    const isGateHost = new URL(url).hostname === gateHost
    const dispatcher = isGateHost ? connection.dispatcher : (others ??= new Agent({ connect: { timeout: 10_000 } }))
    const answer = await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      redirect: 'manual',
      dispatcher,
      signal: signal ?? AbortSignal.timeout(30_000),
    })
    const text = await answer.text()
    return new Response([101, 204, 205, 304].includes(answer.status) ? null : text, {
      status: answer.status,
      headers: [...answer.headers],
    })
  }
}

/** The client sends forms and nothing else. */
function formText(body: oidc.FetchBody): string | undefined {
  if (body instanceof URLSearchParams) return body.toString()
  return typeof body === 'string' ? body : undefined
}

async function importKeys(key: PrivateJwk): Promise<webcrypto.CryptoKeyPair> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const { d: _, ...publicKey } = key
  return {
    privateKey: await webcrypto.subtle.importKey('jwk', key, algorithm, false, ['sign']),
    publicKey: await webcrypto.subtle.importKey('jwk', publicKey, algorithm, true, ['verify']),
  }
}

function isLoopback(url: URL): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
}

function rootOf(cause: unknown): unknown {
  let deepest = cause
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause
  return deepest
}
