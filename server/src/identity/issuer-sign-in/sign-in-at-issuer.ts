// Signing in at the organization's own provider: the browser goes there and comes back with a code, which only this gate can
// exchange and only for the browser that began. SPEC: OpenID Connect Core 1.0, RFC 7636 (PKCE), RFC 9207 (iss), RFC 9700.

import { Problem } from '@sallyport/protocol'
import * as oidc from 'openid-client'
import type { Clock } from '../../base/index.ts'
import type { SignInIdentity } from '../bind-person.ts'
import type { ProofMemory } from '../proof-memory.ts'
import { subjectOf } from '../subject.ts'
import { discovering, type BrowserIssuer, type BrowserIssuerOptions } from './browser-issuer.ts'
import { SignInFault } from './sign-in-fault.ts'

/** What the gate gives a browser to bring back, which tells its bearer nothing and cannot be made elsewhere. */
export interface SealedStates {
  seal(purpose: string, parts: readonly string[]): Promise<string>
  /** Throws for what this gate did not seal for this purpose. */
  open(purpose: string, sealed: string): Promise<readonly string[]>
}

export interface IssuerSignInParts extends BrowserIssuerOptions {
  readonly issuers: readonly BrowserIssuer[]
  /** Of this gate. */
  readonly origin: string
  readonly states: SealedStates
  /** Which answers were seen: each is good once. */
  readonly memory: ProofMemory
}

export interface IssuerSignIn {
  readonly issuers: readonly Pick<BrowserIssuer, 'id' | 'name'>[]
  /**
   * Begin at an issuer. Yields where the browser goes, and what its cookie holds meanwhile. Throws Problem `not-found` for an issuer
   * that is not configured, `unavailable` where it cannot be reached.
   */
  begin(ask: {
    readonly issuer: string
    readonly returnTo: string
    readonly keyThumbprint: string
  }): Promise<{ readonly url: string; readonly state: string }>
  /** Take the answer that the browser brings back to `callbackPath`. Throws SignInFault. */
  complete(answer: {
    readonly issuer: string
    /** With the query as it came. */
    readonly url: URL
    readonly state: string | null
  }): Promise<{ readonly identity: SignInIdentity; readonly keyThumbprint: string; readonly returnTo: string }>
}

/** How long the browser may be away. */
export const signInLifetimeMs = 600_000

const purpose = 'sign-in at an issuer'

/** Where answers of an issuer come. Each has its own, so that none can pass another's on as its own. */
export function callbackPath(id: string): string {
  return `/session/callback/${id}`
}

/** Make the sign-in at these issuers. */
export function makeIssuerSignIn(parts: IssuerSignInParts): IssuerSignIn {
  const { origin, states, clock } = parts
  const known = new Map(parts.issuers.map((rules) => [rules.id, { rules, discovered: discovering(rules, parts) }]))
  return {
    issuers: parts.issuers.map(({ id, name }) => ({ id, name })),
    async begin({ issuer, returnTo, keyThumbprint }) {
      const found = known.get(issuer)
      if (found === undefined) throw new Problem('not-found', 'cannot sign in: there is no such issuer here')
      const [state, nonce, verifier] = [oidc.randomState(), oidc.randomNonce(), oidc.randomPKCECodeVerifier()]
      const url = oidc.buildAuthorizationUrl(await found.discovered(), {
        redirect_uri: origin + callbackPath(issuer),
        scope: found.rules.scope,
        response_type: 'code',
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      })
      const until = String(clock.now() + signInLifetimeMs)
      const begun = [issuer, state, nonce, verifier, keyThumbprint, returnTo, until]
      return { url: url.href, state: await states.seal(purpose, begun) }
    },
    async complete({ issuer, url, state }) {
      const begun = await reopened(parts, state)
      const found = known.get(issuer)
      if (found === undefined || begun.issuer !== issuer) throw new SignInFault('mismatch')
      await onlyOnce(parts.memory, begun.state)
      const configuration = await found.discovered().catch((cause: unknown) => {
        throw new SignInFault('unavailable', cause)
      })
      const claims = await exchanged(configuration, url, begun)
      try {
        const subject = subjectOf(claims, found.rules.subject)
        const { keyThumbprint, returnTo } = begun
        return { identity: { issuer: found.rules.issuer, subject }, keyThumbprint, returnTo }
      } catch (cause) {
        throw new SignInFault('mismatch', cause)
      }
    },
  }
}

interface Begun {
  readonly issuer: string
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly keyThumbprint: string
  readonly returnTo: string
}

/** ATTACKER: whatever cookie the browser has, or none: an answer that somebody else began leads to nobody's session. */
async function reopened(
  { states, clock }: { readonly states: SealedStates; readonly clock: Clock },
  sealed: string | null,
): Promise<Begun> {
  if (sealed === null) throw new SignInFault('expired')
  const opened = await states.open(purpose, sealed).catch((cause: unknown) => {
    throw new SignInFault('expired', cause)
  })
  const [issuer = '', state = '', nonce = '', verifier = '', keyThumbprint = '', returnTo = '', until = ''] = opened
  if (!(clock.now() < Number(until))) throw new SignInFault('expired')
  return { issuer, state, nonce, verifier, keyThumbprint, returnTo }
}

async function onlyOnce(memory: ProofMemory, state: string): Promise<void> {
  if (!(await memory.remember(`sign-in ${state}`, signInLifetimeMs))) throw new SignInFault('expired')
}

async function exchanged(configuration: oidc.Configuration, url: URL, begun: Begun): Promise<oidc.IDToken> {
  try {
    const answer = await oidc.authorizationCodeGrant(configuration, url, {
      pkceCodeVerifier: begun.verifier,
      expectedState: begun.state,
      expectedNonce: begun.nonce,
      idTokenExpected: true,
    })
    const claims = answer.claims()
    if (claims === undefined) throw new TypeError('there is no ID token')
    return claims
  } catch (cause) {
    throw new SignInFault(faultOf(cause), cause)
  }
}

function faultOf(cause: unknown): 'cancelled' | 'mismatch' | 'unavailable' {
  if (cause instanceof oidc.AuthorizationResponseError) return 'cancelled'
  // What the answer says is wrong has a code; a network that is gone has none of the library's.
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return code.startsWith('OAUTH_') || cause instanceof oidc.ResponseBodyError ? 'mismatch' : 'unavailable'
}
