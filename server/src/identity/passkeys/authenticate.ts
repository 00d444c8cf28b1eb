// Signing in with a passkey that the browser finds by itself. SPEC: WebAuthn Level 3 section 7.2.

import { generateAuthenticationOptions, verifyAuthenticationResponse } from '@simplewebauthn/server'
import { Problem, type Id } from '@sallyport/protocol'
import type { PasskeyAnswer, PasskeySignInOptions } from '@sallyport/protocol/api'
import type { SignInIdentity } from '../bind-person.ts'
import { makeChallenge, takeChallenge } from './challenges.ts'
import { challengeLifetimeMs, passkeyIssuer, rpIdOf, type PasskeyDependencies } from './passkey-rules.ts'
import { countUse, passkeyOf, type Passkey } from './store.ts'

export interface Authenticated {
  readonly identity: SignInIdentity
  readonly personId: Id<'person'>
  readonly isDeviceBound: boolean
}

const purpose = 'sign-in by passkey'

/** Make what a browser hands to `navigator.credentials.get`, for a page whose key has this thumbprint. */
export async function authenticationOptions(
  deps: PasskeyDependencies,
  keyThumbprint: string,
): Promise<PasskeySignInOptions> {
  mustBeEnabled(deps)
  const { challenge, challengeId } = await makeChallenge(deps, purpose, [keyThumbprint])
  const options = await generateAuthenticationOptions({
    rpID: rpIdOf(deps.rules),
    challenge: bytesOf(challenge),
    timeout: challengeLifetimeMs,
    userVerification: 'required',
  })
  return { challengeId, options: { ...options } }
}

/**
 * Verify the answer of an authenticator. Throws Problem `conflict` for a challenge that is over, `not-signed-in` for anything that is not
 * a verified user of a known passkey at this very gate. ATTACKER: all of it.
 */
export async function authenticate(
  deps: PasskeyDependencies,
  {
    challengeId,
    response,
    keyThumbprint,
  }: {
    readonly challengeId: string
    readonly response: PasskeyAnswer
    readonly keyThumbprint: string
  },
): Promise<Authenticated> {
  mustBeEnabled(deps)
  const challenge = await takeChallenge(deps, purpose, challengeId, [keyThumbprint])
  const passkey = await passkeyOf(deps.database, response.id)
  if (passkey === null) throw refusal(deps, 'it is not known here')
  const info = await verified(deps, passkey, response, challenge)
  const isDeviceBound = info.credentialDeviceType === 'singleDevice'
  // SPEC: section 6.1.3: whether a key can be backed up is settled when it is made.
  if (isDeviceBound !== passkey.isDeviceBound) throw refusal(deps, 'it was registered as one of the other kind')
  if (deps.rules.mustBeDeviceBound && !isDeviceBound)
    throw refusal(deps, 'it can leave its device, want one that cannot')
  const isCounted = await deps.database.transaction((tx) => countUse(tx, passkey.credentialId, info.newCounter))
  if (!isCounted) throw refusal(deps, 'its counter did not go up: there may be a copy of it')
  return {
    identity: { issuer: passkeyIssuer, subject: passkey.credentialId },
    personId: passkey.personId,
    isDeviceBound,
  }
}

async function verified(deps: PasskeyDependencies, passkey: Passkey, response: PasskeyAnswer, challenge: string) {
  const { userHandle: handle, ...signed } = response.response
  if (handle !== undefined && personOfHandle(handle) !== passkey.personId)
    throw refusal(deps, 'it names somebody else than whose it is')
  const outcome = await verifyAuthenticationResponse({
    response: { ...response, response: signed, clientExtensionResults: {} },
    expectedChallenge: challenge,
    expectedOrigin: deps.rules.origin,
    expectedRPID: rpIdOf(deps.rules),
    requireUserVerification: true,
    credential: {
      id: passkey.credentialId,
      publicKey: new Uint8Array(passkey.publicKey),
      counter: passkey.counter,
      transports: [...passkey.transports],
    },
  }).catch((cause: unknown) => {
    throw refusal(deps, 'its answer is not one to this sign-in', cause)
  })
  if (!outcome.verified) throw refusal(deps, 'its signature does not verify')
  if (isFramed(signed.clientDataJSON)) throw refusal(deps, 'it was asked from inside another page')
  return outcome.authenticationInfo
}

function mustBeEnabled({ rules }: PasskeyDependencies): void {
  if (!rules.isEnabled) throw new Problem('not-found', 'cannot sign in: this gate takes no passkeys')
}

function isFramed(clientDataJSON: string): boolean {
  const data = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8')) as { crossOrigin?: unknown }
  return data.crossOrigin === true
}

/** What an authenticator keeps beside a key: whose it is. */
export function handleOf(personId: Id<'person'>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(personId, 'utf8'))
}

function personOfHandle(handle: string): string {
  return Buffer.from(handle, 'base64url').toString('utf8')
}

export function bytesOf(challenge: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(challenge, 'base64url'))
}

function refusal({ log }: Pick<PasskeyDependencies, 'log'>, state: string, cause?: unknown): Problem {
  const why = cause instanceof Error ? cause.message : state
  log.warn({ why }, 'a passkey was refused')
  return new Problem('not-signed-in', `cannot sign in with this passkey: ${state}`, { cause })
}
