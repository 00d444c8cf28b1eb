// A founder enrolls in a browser: with the code alone they make a passkey, which is the identity that becomes theirs. A wrong code is
// not on record here, since nobody has signed in whose try it could be; codes have 128 bits.

import { Problem, type Id } from '@sallyport/protocol'
import type { PasskeyEnrollmentOptions, PasskeyRegistration } from '@sallyport/protocol/api'
import type { Appended } from '../ledger/index.ts'
import {
  founderPasskeyOptions,
  keepFounderPasskey,
  verifyFounderPasskey,
  type PasskeyDependencies,
  type SignInIdentity,
} from '../identity/index.ts'
import { requireCeremony, resumeCeremony } from '../policy/index.ts'
import { refused, type FoundingDependencies } from './dependencies.ts'
import { founderOfCode } from './enroll-founder.ts'
import { allFounders, lockFounding, setIdentity, type Founder } from './store.ts'

/** Begin. Throws Problem `refused` for a code that opens nothing, `conflict` once it is founded, `not-found` where passkeys are off. */
export async function beginFounderPasskey(
  deps: FoundingDependencies,
  passkeys: PasskeyDependencies,
  { code, keyThumbprint }: { readonly code: string; readonly keyThumbprint: string },
): Promise<PasskeyEnrollmentOptions> {
  await resumeCeremony(deps)
  const founder = mustBeFounder(await allFounders(deps.database), code)
  return await founderPasskeyOptions(passkeys, { id: founder.id, name: founder.displayName }, keyThumbprint)
}

/**
 * Enroll with the passkey that was made. Throws as `beginFounderPasskey`, `invalid-request` for what is no passkey of this gate, and
 * `conflict` for a challenge that is over.
 */
export async function enrollByPasskey(
  deps: FoundingDependencies,
  passkeys: PasskeyDependencies,
  answer: {
    readonly code: string
    readonly challengeId: string
    readonly response: PasskeyRegistration
    readonly keyThumbprint: string
  },
): Promise<{
  readonly founder: Id<'person'>
  readonly identity: SignInIdentity
  readonly isDeviceBound: boolean
  readonly entries: readonly Appended[]
}> {
  const ceremony = await resumeCeremony(deps)
  const { id } = mustBeFounder(await allFounders(deps.database), answer.code)
  const made = await verifyFounderPasskey(passkeys, id, answer)
  const { isDeviceBound, aaguid } = made
  return await deps.database.transaction(async (tx) => {
    await requireCeremony(tx, ceremony)
    await lockFounding(tx)
    // Whoever was quicker with the same code has it.
    mustBeFounder(await allFounders(tx), answer.code)
    const identity = await keepFounderPasskey(tx, made)
    await setIdentity(tx, id, identity)
    const entries = await deps.ledger.appendIn(tx, [
      {
        kind: 'founder.enrolled',
        actor: id,
        about: { kind: 'person', id },
        body: { ceremony: ceremony.name, ...identity, passkey: { deviceBound: isDeviceBound, aaguid } },
      },
    ])
    return { founder: id, identity, isDeviceBound, entries }
  })
}

function mustBeFounder(founders: readonly Founder[], code: string): Founder {
  const found = founderOfCode(founders, code)
  if (found === null) throw refused('enroll', 'this is no code of this founding, want one')
  if (found instanceof Problem) throw found
  return found
}
