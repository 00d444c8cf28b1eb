// Whose tokens are believed, and by which keys. An issuer's keys come from its discovery document, from a fixed address, or
// by hand where the enclave has no way out.

import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose'
import { Problem } from '@sallyport/protocol'
import { z } from 'zod'
import { fetchTrusting } from './fetch-trusting.ts'

export type TokenPurpose = 'kas' | 'api' | 'authzen'

/** What is asked of one client's tokens. The rest are known faults of clients in use, each to be allowed by name. */
export interface ClientRules {
  /** `required`: the token must be bound to the client's key and every request must prove it (RFC 9449). */
  readonly dpop: 'required' | 'optional'
  /** Ask for a nonce of this gate in every proof. */
  readonly nonce?: 'required' | 'off' | undefined
  /** The proof's `htu` may be the path alone. */
  readonly acceptPathOnlyHtu?: boolean | undefined
  /** The Bearer scheme may come with a proof. */
  readonly acceptBearerWithProof?: boolean | undefined
  /** The proof may lack `ath`. */
  readonly acceptMissingAth?: boolean | undefined
  /** A signed request inside the call may come from another kind of key than the proof; the door for it decides. */
  readonly acceptForeignRequestSignature?: boolean | undefined
}

export interface IssuerRules {
  /** Compared as text, character by character. */
  readonly issuer: string
  /** One of these must be among the token's audiences. */
  readonly audience: readonly string[]
  /** Address of its keys; by discovery when neither this nor `jwks` is given. */
  readonly jwksUri?: string | undefined
  readonly jwks?: JSONWebKeySet | undefined
  /** PEM of the only authorities that its server certificate may come from; those of the machine unless given. */
  readonly ca?: string | undefined
  /** Claims that together name the subject; `sub` unless said. Choose opaque ones: they stand in the ledger. */
  readonly subject?: readonly string[] | undefined
  readonly purposes: readonly TokenPurpose[]
  /** `at+jwt`: only tokens that say so (RFC 9068). `any`: also those without a type, as many issuers make them. */
  readonly tokenType?: 'at+jwt' | 'any' | undefined
  readonly clients: Readonly<Record<string, ClientRules>>
  /** For clients not named above; they are refused unless this is given. */
  readonly otherClients?: ClientRules | undefined
}

export interface Issuer {
  readonly rules: IssuerRules
  /** Throws Problem `unavailable` when the keys cannot be fetched. */
  readonly keys: JWTVerifyGetKey
}

export interface IssuerOptions {
  readonly fetch?: FetchImplementation | undefined
  /** Test mode: keys may come over plain http from this machine. */
  readonly allowLoopbackHttp?: boolean | undefined
}

/** Issuers by name; one stands several times where its tokens for different audiences are believed by different rules. */
export type Issuers = ReadonlyMap<string, readonly Issuer[]>

/**
 * Prepare issuers; nothing is fetched yet.
 * Throws Problem `invalid-request` for one that is listed twice for an audience, and for unsafe addresses.
 */
export function makeIssuers(all: readonly IssuerRules[], options: IssuerOptions): Issuers {
  const issuers = new Map<string, Issuer[]>()
  for (const rules of all) {
    const known = issuers.get(rules.issuer) ?? []
    if (known.some((one) => one.rules.audience.some((audience) => rules.audience.includes(audience)))) {
      throw misconfigured(rules, 'it is listed twice for one audience, want once')
    }
    if (rules.audience.length === 0) throw misconfigured(rules, 'it has no audience, want one or more')
    if (rules.subject?.length === 0) throw misconfigured(rules, 'it names no subject claim, want one or more')
    issuers.set(rules.issuer, [...known, { rules, keys: availableKeys(rules, options) }])
  }
  return issuers
}

/** The issuer's keys, where a fault of fetching them is told from a token that none of them signed. */
function availableKeys(rules: IssuerRules, options: IssuerOptions): JWTVerifyGetKey {
  const keys = keySource(rules, options)
  return async (header, token) => {
    try {
      return await keys(header, token)
    } catch (cause) {
      const isTheTokens =
        cause instanceof errors.JWKSNoMatchingKey ||
        cause instanceof errors.JWKSMultipleMatchingKeys ||
        cause instanceof errors.JOSENotSupported
      if (isTheTokens || cause instanceof Problem) throw cause
      throw unavailable(rules, cause)
    }
  }
}

function keySource(rules: IssuerRules, options: IssuerOptions): JWTVerifyGetKey {
  if (rules.jwks !== undefined) return createLocalJWKSet(rules.jwks)
  if (rules.jwksUri !== undefined) return remoteKeys(rules, safeUrl(rules, rules.jwksUri, options), options)
  // An address that is not safe is refused now, not at the first token.
  discoveryUrl(rules, options)
  let discovered: Promise<JWTVerifyGetKey> | null = null
  return async (header, token) => {
    discovered ??= findKeysAddress(rules, options).then((url) => remoteKeys(rules, url, options))
    const attempt = discovered
    const keys = await attempt.catch((cause: unknown) => {
      if (discovered === attempt) discovered = null
      throw cause
    })
    return keys(header, token)
  }
}

const document = z.object({ issuer: z.string(), jwks_uri: z.string() })

/** What fetches from this issuer: with its own authorities where it has some. */
export function fetchOf({ ca }: IssuerRules, options: IssuerOptions): FetchImplementation {
  return ca === undefined ? (options.fetch ?? fetch) : fetchTrusting(ca)
}

/**
 * Find where an issuer publishes its keys: as configured, else as its OpenID configuration says.
 * Throws Problem `unavailable` when that cannot be had or is another issuer's.
 */
export async function findKeysAddress(rules: IssuerRules, options: IssuerOptions): Promise<URL> {
  if (rules.jwksUri !== undefined) return safeUrl(rules, rules.jwksUri, options)
  const url = discoveryUrl(rules, options)
  const get = fetchOf(rules, options)
  const signal = AbortSignal.timeout(5_000)
  const headers = new Headers({ accept: 'application/json' })
  try {
    const response = await get(url.href, { method: 'GET', redirect: 'manual', signal, headers })
    if (response.status !== 200) throw new TypeError(`discovery answered ${response.status}`)
    const found = document.parse(await response.json())
    if (found.issuer !== rules.issuer) throw new TypeError('discovery names another issuer')
    return safeUrl(rules, found.jwks_uri, options)
  } catch (cause) {
    throw unavailable(rules, cause)
  }
}

/** Ten minutes of trust in a fetched set, and at most one fetch in thirty seconds for a key that is not in it. */
function remoteKeys(rules: IssuerRules, url: URL, options: IssuerOptions): JWTVerifyGetKey {
  const isBuiltIn = rules.ca === undefined && options.fetch === undefined
  const fetching = isBuiltIn ? {} : { [customFetch]: fetchOf(rules, options) }
  return createRemoteJWKSet(url, {
    timeoutDuration: 5_000,
    cooldownDuration: 30_000,
    cacheMaxAge: 600_000,
    ...fetching,
  })
}

function discoveryUrl(rules: IssuerRules, options: IssuerOptions): URL {
  return safeUrl(rules, `${rules.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, options)
}

const loopbacks = new Set(['localhost', '127.0.0.1', '[::1]'])

function safeUrl(rules: IssuerRules, text: string, options: IssuerOptions): URL {
  const url = URL.parse(text)
  const isLoopback = url?.protocol === 'http:' && options.allowLoopbackHttp === true && loopbacks.has(url.hostname)
  if (url === null || (url.protocol !== 'https:' && !isLoopback)) {
    throw misconfigured(rules, 'the address of its keys is not https, want https')
  }
  return url
}

function misconfigured(rules: IssuerRules, state: string): Problem {
  return new Problem('invalid-request', `cannot trust issuer ${rules.issuer}: ${state}`)
}

function unavailable(rules: IssuerRules, cause: unknown): Problem {
  return new Problem(
    'unavailable',
    `cannot verify token: the keys of ${rules.issuer} cannot be fetched, want them reachable`,
    {
      cause,
    },
  )
}
