// An organization's own OpenID provider as the gate speaks to it for a browser: a client of its own, with a secret where it has one.

import { Problem } from '@sallyport/protocol'
import * as oidc from 'openid-client'
import type { Clock } from '../../base/index.ts'
import { fetchTrusting } from '../fetch-trusting.ts'

export interface BrowserIssuer {
  /** What the sign-in page and the address of the answer call it: `[a-z0-9-]`. */
  readonly id: string
  /** As people know it. */
  readonly name: string
  /** Compared as text, character by character. */
  readonly issuer: string
  readonly clientId: string
  /** Null for a public client, which PKCE alone protects. */
  readonly clientSecret: string | null
  readonly scope: string
  /** Claims of its ID tokens that together name the subject, as those of its access tokens do. */
  readonly subject: readonly string[]
  /** PEM of the only authorities that its server certificate may come from; those of the machine unless given. */
  readonly ca: string | null
}

export interface BrowserIssuerOptions {
  readonly clock: Clock
  readonly fetch?: oidc.CustomFetch | undefined
  /** Test mode: the issuer may be at plain http on this machine. */
  readonly allowLoopbackHttp?: boolean | undefined
}

/** How long its description is believed before it is read again. */
const believedMs = 600_000
const patienceS = 10

/** Make what discovers an issuer, and keeps its description for a while. It throws Problem `unavailable` where that cannot be had. */
export function discovering(rules: BrowserIssuer, options: BrowserIssuerOptions): () => Promise<oidc.Configuration> {
  const { clock } = options
  let known: { readonly found: Promise<oidc.Configuration>; readonly untilMs: number } | null = null
  return async () => {
    if (known === null || clock.monotonic() >= known.untilMs) {
      known = { found: discover(rules, options), untilMs: clock.monotonic() + believedMs }
    }
    const attempt = known
    try {
      return await attempt.found
    } catch (cause) {
      if (known === attempt) known = null
      const state = `${rules.issuer} does not answer as an OpenID provider, want it reachable`
      throw new Problem('unavailable', `cannot sign in: ${state}`, { cause })
    }
  }
}

async function discover(rules: BrowserIssuer, options: BrowserIssuerOptions): Promise<oidc.Configuration> {
  const { issuer, clientId, clientSecret, ca } = rules
  const fetching = ca === null ? options.fetch : fetchTrusting(ca)
  const isHttp = new URL(issuer).protocol === 'http:' && options.allowLoopbackHttp === true
  const configuration = await oidc.discovery(
    new URL(issuer),
    clientId,
    {},
    clientSecret === null ? oidc.None() : oidc.ClientSecretPost(clientSecret),
    {
      timeout: patienceS,
      ...(fetching === undefined ? {} : { [oidc.customFetch]: fetching }),
      // An ID token is believed by its signature as well, not only by the connection that it came over.
      execute: [oidc.enableNonRepudiationChecks, ...(isHttp ? [oidc.allowInsecureRequests] : [])],
    },
  )
  if (configuration.serverMetadata().issuer !== issuer) throw new TypeError('discovery names another issuer')
  return configuration
}
