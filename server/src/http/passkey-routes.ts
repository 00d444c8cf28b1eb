// Routes of passkeys. Signing in and enrolling are for whoever has no session yet: what they bring decides.

import { Problem } from '@sallyport/protocol'
import {
  askEnrollment as askBody,
  beginEnrollment as beginBody,
  enrollPasskey as enrollBody,
  signInWithPasskey as signInBody,
  type PasskeysView,
} from '@sallyport/protocol/api'
import {
  authenticate,
  authenticationOptions,
  listOwnPasskeys,
  listPasskeys,
  registerPasskey,
  registrationOptions,
  removeOwnPasskey,
  removePasskey,
  requestEnrollment,
  sessionCookieOf,
  startSession,
  type Passkey,
  type SignInIdentity,
} from '../identity/index.ts'
import { displayNames, personOf } from '../roster/index.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'
import { personId } from './people-routes.ts'
import { answerOf, WithCookies } from './session-routes.ts'

export const passkeyRoutes = {
  async beginPasskey(gate: Gate, { presented }: Call) {
    const { thumbprint } = await gate.sessionVerifier.proveKey(presented)
    return await authenticationOptions(gate.passkeys, thumbprint)
  },

  async signInWithPasskey(gate: Gate, call: Call) {
    const { challengeId, response } = signInBody.parse(call.body)
    const { thumbprint } = await gate.sessionVerifier.proveKey(call.presented)
    const known = await authenticate(gate.passkeys, { challengeId, response, keyThumbprint: thumbprint }).catch(
      (cause: unknown) => {
        gate.countSignIn('passkey', 'refused', { place: call.place.name, identity: null })
        throw cause
      },
    )
    return await signedIn(gate, call, { ...known, keyThumbprint: thumbprint })
  },

  async beginEnrollment(gate: Gate, call: Call) {
    const halves = beginBody.parse(call.body)
    const { thumbprint } = await gate.sessionVerifier.proveKey(call.presented)
    return await registrationOptions(gate.passkeys, halves, {
      keyThumbprint: thumbprint,
      // Whoever has both halves may see whose they are.
      personName: async (id) => (await displayNames(gate.database, [id])).get(id) ?? '',
    })
  },

  async enrollPasskey(gate: Gate, call: Call) {
    const { secret, code, challengeId, response } = enrollBody.parse(call.body)
    const { thumbprint } = await gate.sessionVerifier.proveKey(call.presented)
    const asked = { challengeId, response, keyThumbprint: thumbprint }
    const { identity, isDeviceBound } = await registerPasskey(gate.passkeys, { secret, code }, asked)
    return await signedIn(gate, call, { identity, isDeviceBound, keyThumbprint: thumbprint })
  },

  async askEnrollment(gate: Gate, call: Call) {
    const id = personId(call)
    const { recovery, reason } = askBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'identity.enroll', { kind: 'person', id })
    const asked = await requestEnrollment(gate.passkeys, permit, { personId: id, isRecovery: recovery, reason })
    const { requestId, needed, code, entries } = asked
    return { approvalId: requestId, needed, code, receipt: await receiptOf(gate, entries) }
  },

  async passkeys(gate: Gate, { caller }: Call) {
    const person = await personOf(gate.database, caller)
    return { passkeys: person === null ? [] : (await listOwnPasskeys(gate.passkeys, person.id)).map(show) }
  },

  async removeOwnPasskey(gate: Gate, call: Call) {
    const credentialId = credentialOf(call)
    const person = await personOf(gate.database, call.caller)
    if (person === null) throw new Problem('not-found', 'cannot take a passkey away: you are not on the roster')
    const entries = await removeOwnPasskey(gate.passkeys, { personId: person.id, credentialId })
    return { credentialId, receipt: await receiptOf(gate, entries) }
  },

  async passkeysOfPerson(gate: Gate, call: Call) {
    const id = personId(call)
    const { permit } = await permitted(gate, call, 'identity.list', { kind: 'person', id })
    return { passkeys: (await listPasskeys(gate.passkeys, permit, id)).map(show) }
  },

  async removePasskey(gate: Gate, call: Call) {
    const [id, credentialId] = [personId(call), credentialOf(call)]
    const { permit } = await permitted(gate, call, 'identity.unbind', { kind: 'person', id })
    const entries = await removePasskey(gate.passkeys, permit, { personId: id, credentialId })
    return { credentialId, receipt: await receiptOf(gate, entries) }
  },
}

/** Start the session of whoever a passkey was verified to be, and answer with it. */
export async function signedIn(
  gate: Gate,
  { place }: Call,
  known: { readonly identity: SignInIdentity; readonly isDeviceBound: boolean; readonly keyThumbprint: string },
): Promise<WithCookies> {
  const how = { method: 'passkey', channel: 'browser', place: place.name } as const
  const { session, secret } = await startSession(gate.sessions, { ...known, ...how })
  gate.countSignIn('passkey', 'signed-in')
  return new WithCookies([sessionCookieOf(secret)], await answerOf(gate, session))
}

function show(one: Passkey): PasskeysView['passkeys'][number] {
  const { credentialId, isDeviceBound, aaguid, registeredAtMs, usedAtMs } = one
  return {
    credentialId,
    isDeviceBound,
    aaguid,
    registeredAt: new Date(registeredAtMs).toISOString(),
    usedAt: usedAtMs === null ? null : new Date(usedAtMs).toISOString(),
  }
}

function credentialOf(call: Call): string {
  const id = call.params['credentialId'] ?? ''
  if (/^[A-Za-z0-9_-]{1,1400}$/.test(id)) return id
  throw new Problem('invalid-request', 'cannot read passkey: the id is not base64url')
}
