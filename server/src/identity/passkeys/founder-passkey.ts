// A founder's passkey. Nobody is on the roster before the founding is closed, so that it waits until then; it signs its founder in
// meanwhile, and gives nothing.

import { Problem, type Id } from '@sallyport/protocol'
import type { PasskeyEnrollmentOptions, PasskeyRegistration } from '@sallyport/protocol/api'
import type { Transaction } from '../../base/index.ts'
import { makeChallenge, takeChallenge } from './challenges.ts'
import { creationOptions, verifyMade } from './make-passkey.ts'
import { passkeyIssuer, type PasskeyDependencies } from './passkey-rules.ts'
import { insertWaitingPasskey, type Passkey } from './store.ts'

const purpose = 'enrollment of a founder'

interface NamedFounder {
  readonly id: Id<'person'>
  readonly name: string
}

export type MadePasskey = Omit<Passkey, 'registeredAtMs' | 'usedAtMs'>

/** Make what a browser hands to `navigator.credentials.create` for a founder whose code was shown. */
export async function founderPasskeyOptions(
  deps: PasskeyDependencies,
  person: NamedFounder,
  keyThumbprint: string,
): Promise<PasskeyEnrollmentOptions> {
  mustBeEnabled(deps)
  const { challenge, challengeId } = await makeChallenge(deps, purpose, [keyThumbprint, person.id])
  return { challengeId, options: await creationOptions(deps, { person, challenge, exclude: [] }), person }
}

/** Verify what the founder's browser made. Throws as `verifyMade`, and `conflict` for a challenge that is over or another's. */
export async function verifyFounderPasskey(
  deps: PasskeyDependencies,
  personId: Id<'person'>,
  answer: { readonly challengeId: string; readonly response: PasskeyRegistration; readonly keyThumbprint: string },
): Promise<MadePasskey> {
  mustBeEnabled(deps)
  const challenge = await takeChallenge(deps, purpose, answer.challengeId, [answer.keyThumbprint, personId])
  return { ...(await verifyMade(deps, answer.response, challenge)), personId }
}

/** Keep it until its founder is on the roster. Yields the identity that it is. Throws Problem `conflict` for one that is known. */
export async function keepFounderPasskey(
  tx: Transaction,
  made: MadePasskey,
): Promise<{ readonly issuer: string; readonly subject: string }> {
  if (!(await insertWaitingPasskey(tx, made)))
    throw new Problem('conflict', 'cannot enroll: this passkey is enrolled already, want another one')
  return { issuer: passkeyIssuer, subject: made.credentialId }
}

function mustBeEnabled({ rules }: PasskeyDependencies): void {
  if (!rules.isEnabled) throw new Problem('not-found', 'cannot enroll: this gate takes no passkeys')
}
