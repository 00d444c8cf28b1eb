// Enrolling a passkey with both halves of a link. SPEC: WebAuthn Level 3 section 7.1.

import { generateRegistrationOptions, verifyRegistrationResponse } from '@simplewebauthn/server'
import { Problem, type Id } from '@sallyport/protocol'
import type { PasskeyEnrollmentOptions, PasskeyRegistration } from '@sallyport/protocol/api'
import { newId, type Transaction } from '../../base/index.ts'
import type { Appended } from '../../ledger/index.ts'
import { narrowAccess } from '../../policy/index.ts'
import type { SignInIdentity } from '../bind-person.ts'
import { readCode } from '../enrollment-code.ts'
import { secretDigest } from '../sessions/session.ts'
import { holdStatus, insertBinding } from '../store.ts'
import { bytesOf, handleOf } from './authenticate.ts'
import { makeChallenge, takeChallenge } from './challenges.ts'
import { algorithms, challengeLifetimeMs, passkeyIssuer, rpIdOf, type PasskeyDependencies } from './passkey-rules.ts'
import { removePasskeyIn } from './remove-passkey.ts'
import { enrollmentOf, insertPasskey, passkeyOf, passkeysOf, takeEnrollment, type EnrollmentKeys } from './store.ts'

/** Both halves as they are typed. ATTACKER: any text. */
export interface PresentedEnrollment {
  readonly secret: string
  readonly code: string
}

const purpose = 'enrollment of a passkey'
/** Subjects of identities have their limit. */
const longestId = 255

/** Make what a browser hands to `navigator.credentials.create`. Throws Problem `refused` where the halves open nothing. */
export async function registrationOptions(
  deps: PasskeyDependencies,
  presented: PresentedEnrollment,
  {
    keyThumbprint,
    personName,
  }: {
    readonly keyThumbprint: string
    readonly personName: (id: Id<'person'>) => Promise<string>
  },
): Promise<PasskeyEnrollmentOptions> {
  const enrollment = await enrollmentOf(deps.database, keysOf(presented))
  if (enrollment === null) throw opensNothing()
  const { challenge, challengeId } = await makeChallenge(deps, purpose, [keyThumbprint, enrollment.id])
  const name = await personName(enrollment.personId)
  const known = await passkeysOf(deps.database, enrollment.personId)
  const options = await generateRegistrationOptions({
    rpName: deps.rules.name,
    rpID: rpIdOf(deps.rules),
    userID: handleOf(enrollment.personId),
    userName: name,
    userDisplayName: name,
    challenge: bytesOf(challenge),
    timeout: challengeLifetimeMs,
    attestationType: 'none',
    excludeCredentials: enrollment.isRecovery ? [] : known.map((one) => ({ id: one.credentialId })),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    supportedAlgorithmIDs: [...algorithms],
  })
  return { challengeId, options: { ...options }, person: { id: enrollment.personId, name } }
}

/**
 * Take a new passkey: bind it to the person of the enrollment, which is over with that. Throws Problem `refused` where the halves open
 * nothing, `conflict` for a challenge that is over and a credential that is known, `invalid-request` for what is no passkey of this gate.
 */
export async function registerPasskey(
  deps: PasskeyDependencies,
  presented: PresentedEnrollment,
  {
    challengeId,
    response,
    keyThumbprint,
  }: {
    readonly challengeId: string
    readonly response: PasskeyRegistration
    readonly keyThumbprint: string
  },
): Promise<{
  readonly identity: SignInIdentity
  readonly isDeviceBound: boolean
  readonly entries: readonly Appended[]
}> {
  const keys = keysOf(presented)
  const opened = await enrollmentOf(deps.database, keys)
  if (opened === null) throw opensNothing()
  const challenge = await takeChallenge(deps, purpose, challengeId, [keyThumbprint, opened.id])
  const made = await verified(deps, response, challenge)
  const entryId = newId<'entry'>(deps.clock, deps.random)
  const entries = await deps.database.transaction(async (tx) => {
    const { personId } = opened
    // The person first, as everywhere; what is asked for an earlier version of them is void by it.
    const version = await deps.markPerson(tx, personId, { change: 'identity-bound', by: personId, entryId })
    const status = await holdStatus(tx, personId)
    if (status === null || status === 'ended') throw opensNothing()
    const enrollment = await takeEnrollment(tx, keys)
    if (enrollment === null) throw opensNothing()
    await narrowAccess(tx)
    const removed = enrollment.isRecovery ? await removeAll(tx, deps, personId) : []
    const identity = { issuer: passkeyIssuer, subject: made.credentialId }
    if (!(await insertBinding(tx, { ...identity, personId })) || (await passkeyOf(tx, made.credentialId)) !== null)
      throw new Problem('conflict', 'cannot enroll: this passkey is enrolled already, want another one')
    const passkey = await insertPasskey(tx, { ...made, personId })
    const { isDeviceBound, aaguid, counter, transports } = passkey
    const bound = await deps.ledger.appendIn(tx, [
      {
        id: entryId,
        kind: 'identity.bound',
        actor: personId,
        about: { kind: 'person', id: personId },
        body: {
          ...identity,
          enrollment: enrollment.id,
          version,
          passkey: { deviceBound: isDeviceBound, aaguid, counter, transports: [...transports] },
        },
      },
    ])
    return [...removed, ...bound]
  })
  return {
    identity: { issuer: passkeyIssuer, subject: made.credentialId },
    isDeviceBound: made.isDeviceBound,
    entries,
  }
}

async function removeAll(
  tx: Transaction,
  deps: PasskeyDependencies,
  personId: Id<'person'>,
): Promise<readonly Appended[]> {
  const entries: Appended[] = []
  for (const { credentialId } of await passkeysOf(tx, personId)) {
    entries.push(...(await removePasskeyIn(tx, deps, { personId, credentialId, by: personId, version: null })))
  }
  return entries
}

async function verified(deps: PasskeyDependencies, response: PasskeyRegistration, challenge: string) {
  const { rules } = deps
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

function keysOf({ secret, code }: PresentedEnrollment): EnrollmentKeys {
  const [linkSha256, codeSha256] = [secretDigest(secret), readCode(code)]
  if (linkSha256 === null || codeSha256 === null) throw opensNothing()
  return { linkSha256, codeSha256 }
}

function opensNothing(): Problem {
  return new Problem('refused', 'cannot enroll: link and code open nothing, or were used, or are over')
}

function wrong(state: string, cause?: unknown): Problem {
  return new Problem('invalid-request', `cannot enroll this passkey: ${state}`, { cause })
}
