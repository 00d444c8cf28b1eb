// Three ways to the same token: a browser on this machine, a browser somewhere else, and, in a sample enclave only, the
// sample people's sign-in page without a browser.

import * as oidc from 'openid-client'
import type { Clock } from '../gate/index.ts'
import { signInFailed, tokenOf, type Issuer } from './issuer.ts'
import { listenOnLoopback } from './loopback.ts'
import type { Token } from './profile.ts'
import { walkSignInPages } from './sample-pages.ts'

/** Sign in with a browser on this machine; `show` is given the address to open. */
export async function signInWithBrowser(issuer: Issuer, clock: Clock, show: (url: URL) => void): Promise<Token> {
  const { redirectUri, callback, close } = await listenOnLoopback()
  try {
    const request = await authorizationRequest(issuer, redirectUri)
    show(request.url)
    return await exchange(issuer, clock, request, await callback)
  } finally {
    close()
  }
}

/** Sign in with a browser elsewhere: `show` is given an address and the code to type there. */
export async function signInWithDevice(
  issuer: Issuer,
  clock: Clock,
  show: (address: string, code: string) => void,
): Promise<Token> {
  const { configuration, proof, signIn } = issuer
  const { scope } = signIn
  const resource = resourceOf(issuer)
  try {
    const started = await oidc.initiateDeviceAuthorization(configuration, { scope, ...resource })
    show(started.verification_uri, started.user_code)
    const answer = await oidc.pollDeviceAuthorizationGrant(configuration, started, resource, { DPoP: proof })
    return tokenOf(answer, clock.now())
  } catch (cause) {
    throw signInFailed(cause)
  }
}

/** Sign in as one of the sample people by walking the sample enclave's own sign-in pages. */
export async function signInAsSample(issuer: Issuer, clock: Clock, person: string): Promise<Token> {
  // Nothing listens here: the walk ends where a browser would be sent back to this address.
  const request = await authorizationRequest(issuer, 'http://127.0.0.1:49152/callback')
  try {
    return await exchange(issuer, clock, request, await walkSignInPages(issuer, request, person))
  } catch (cause) {
    throw signInFailed(cause)
  }
}

interface AuthorizationRequest {
  readonly url: URL
  readonly redirectUri: string
  readonly verifier: string
  readonly state: string
}

async function authorizationRequest(issuer: Issuer, redirectUri: string): Promise<AuthorizationRequest> {
  const verifier = oidc.randomPKCECodeVerifier()
  const state = oidc.randomState()
  const url = oidc.buildAuthorizationUrl(issuer.configuration, {
    redirect_uri: redirectUri,
    scope: issuer.signIn.scope,
    ...resourceOf(issuer),
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    dpop_jkt: await issuer.proof.calculateThumbprint(),
  })
  return { url, redirectUri, verifier, state }
}

/** SPEC: RFC 8707. Left out where the issuer does not know it and tells the audience from the scope. */
function resourceOf({ signIn }: Issuer): Record<string, string> {
  return signIn.resource === null ? {} : { resource: signIn.resource }
}

async function exchange(issuer: Issuer, clock: Clock, request: AuthorizationRequest, back: URL): Promise<Token> {
  try {
    const answer = await oidc.authorizationCodeGrant(
      issuer.configuration,
      back,
      { pkceCodeVerifier: request.verifier, expectedState: request.state },
      resourceOf(issuer),
      { DPoP: issuer.proof },
    )
    return tokenOf(answer, clock.now())
  } catch (cause) {
    throw signInFailed(cause)
  }
}
