// Enrolling a passkey with both halves of a link. SPEC: WebAuthn Level 3 section 7.1.

import { Problem, type Id } from '@sallyport/protocol'
import type { PasskeyEnrollmentOptions, PasskeyRegistration } from '@sallyport/protocol/api'
import { newId, type Transaction } from '../../base/index.ts'
import type { Appended } from '../../ledger/index.ts'
import { narrowAccess } from '../../policy/index.ts'
import type { SignInIdentity } from '../bind-person.ts'
import { readCode } from '../enrollment-code.ts'
import { secretDigest } from '../sessions/session.ts'
import { holdStatus, insertBinding } from '../store.ts'
import { makeChallenge, takeChallenge } from './challenges.ts'
import { creationOptions, verifyMade } from './make-passkey.ts'
import { factsOf, passkeyIssuer, type PasskeyDependencies } from './passkey-rules.ts'
import { removePasskeyIn } from './remove-passkey.ts'
import { enrollmentOf, insertPasskey, passkeyOf, passkeysOf, takeEnrollment, type EnrollmentKeys } from './store.ts'

/** Both halves as they are typed. ATTACKER: any text. */
export interface PresentedEnrollment {
  readonly secret: string
  readonly code: string
}

const purpose = 'enrollment of a passkey'

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
  const person = { id: enrollment.personId, name: await personName(enrollment.personId) }
  const known = enrollment.isRecovery ? [] : await passkeysOf(deps.database, enrollment.personId)
  const exclude = known.map((one) => one.credentialId)
  return { challengeId, options: await creationOptions(deps, { person, challenge, exclude }), person }
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
  const made = await verifyMade(deps, response, challenge)
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
          passkey: factsOf(passkey),
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

function keysOf({ secret, code }: PresentedEnrollment): EnrollmentKeys {
  const [linkSha256, codeSha256] = [secretDigest(secret), readCode(code)]
  if (linkSha256 === null || codeSha256 === null) throw opensNothing()
  return { linkSha256, codeSha256 }
}

function opensNothing(): Problem {
  return new Problem('refused', 'cannot enroll: link and code open nothing, or were used, or are over')
}
