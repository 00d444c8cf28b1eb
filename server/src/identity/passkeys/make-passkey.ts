// What a browser is asked to make, and whether what it made is a passkey of this gate. SPEC: WebAuthn Level 3 section 7.1.

import { generateRegistrationOptions, verifyRegistrationResponse } from '@simplewebauthn/server'
import { Problem, type Id } from '@sallyport/protocol'
import type { PasskeyRegistration } from '@sallyport/protocol/api'
import { bytesOf, handleOf } from './authenticate.ts'
import { algorithms, challengeLifetimeMs, rpIdOf, type PasskeyDependencies } from './passkey-rules.ts'
import type { Passkey } from './store.ts'

/** Subjects of identities have their limit. */
const longestId = 255

/** Form what a browser hands to `navigator.credentials.create`. `exclude` are credentials of the same person. */
export async function creationOptions(
  { rules }: PasskeyDependencies,
  {
    person,
    challenge,
    exclude,
  }: {
    readonly person: { readonly id: Id<'person'>; readonly name: string }
    readonly challenge: string
    readonly exclude: readonly string[]
  },
): Promise<Record<string, unknown>> {
  const options = await generateRegistrationOptions({
    rpName: rules.name,
    rpID: rpIdOf(rules),
    userID: handleOf(person.id),
    userName: person.name,
    userDisplayName: person.name,
    challenge: bytesOf(challenge),
    timeout: challengeLifetimeMs,
    attestationType: 'none',
    excludeCredentials: exclude.map((id) => ({ id })),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    supportedAlgorithmIDs: [...algorithms],
  })
  return { ...options }
}

/** Verify what a browser made. Throws Problem `invalid-request` for what is no passkey of this gate. ATTACKER: all of it. */
export async function verifyMade(
  { rules }: PasskeyDependencies,
  response: PasskeyRegistration,
  challenge: string,
): Promise<Omit<Passkey, 'personId' | 'registeredAtMs' | 'usedAtMs'>> {
  const { transports = [], ...made } = response.response
  const outcome = await verifyRegistrationResponse({
    response: { ...response, response: made, clientExtensionResults: {} },
    expectedChallenge: challenge,
    expectedOrigin: rules.origin,
    expectedRPID: rpIdOf(rules),
    requireUserVerification: true,
    supportedAlgorithmIDs: [...algorithms],
  }).catch((cause: unknown) => {
    throw wrong('the answer is not one to this enrollment', cause)
  })
  if (!outcome.verified) throw wrong('the answer does not verify')
  const { credential, credentialDeviceType, aaguid } = outcome.registrationInfo
  const isDeviceBound = credentialDeviceType === 'singleDevice'
  if (rules.mustBeDeviceBound && !isDeviceBound)
    throw wrong('it can leave its device, want one that cannot: a security key, say')
  if (credential.id.length > longestId) throw wrong('its id is too long')
  return {
    credentialId: credential.id,
    publicKey: credential.publicKey,
    counter: credential.counter,
    transports,
    isDeviceBound,
    aaguid,
  }
}

function wrong(state: string, cause?: unknown): Problem {
  return new Problem('invalid-request', `cannot enroll this passkey: ${state}`, { cause })
}
