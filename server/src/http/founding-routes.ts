// Routes of the founding. No decision point is asked: nobody is on the roster yet. What a founder may do, the ceremony says.

import { parseId, Problem, type Id } from '@sallyport/protocol'
import {
  attestFounder as attestBody,
  beginFounderPasskey as passkeyBody,
  enrollFounder as enrollBody,
  enrollFounderPasskey as enrollPasskeyBody,
  type FoundingView,
} from '@sallyport/protocol/api'
import {
  attestFounder,
  beginFounderPasskey,
  closeFounding,
  enrollByPasskey,
  enrollFounder,
  readFounding,
} from '../founding/index.ts'
import { receiptOf, type Call, type Gate } from './gate.ts'
import { signedIn } from './passkey-routes.ts'

export const foundingRoutes = {
  async founding(gate: Gate, call: Call) {
    return await view(gate, call)
  },

  async enrollFounder(gate: Gate, call: Call) {
    const { code } = enrollBody.parse(call.body)
    const { entries } = await enrollFounder(gate.roster, call.caller, code)
    return { founding: await view(gate, call), receipt: await receiptOf(gate, entries) }
  },

  async beginFounderPasskey(gate: Gate, call: Call) {
    const { code } = passkeyBody.parse(call.body)
    const { thumbprint } = await gate.sessionVerifier.proveKey(call.presented)
    return await beginFounderPasskey(gate.roster, gate.passkeys, { code, keyThumbprint: thumbprint })
  },

  async enrollFounderPasskey(gate: Gate, call: Call) {
    const answer = enrollPasskeyBody.parse(call.body)
    const { thumbprint } = await gate.sessionVerifier.proveKey(call.presented)
    const made = await enrollByPasskey(gate.roster, gate.passkeys, { ...answer, keyThumbprint: thumbprint })
    return await signedIn(gate, call, { ...made, keyThumbprint: thumbprint })
  },

  async attestFounder(gate: Gate, call: Call) {
    const { founderId, statement } = attestBody.parse(call.body)
    const about = parseId<'person'>(founderId)
    if (about === null) throw new Problem('invalid-request', 'cannot attest: the id is no uuid')
    const entries = await attestFounder(gate.roster, call.caller, { about, statement })
    return { founding: await view(gate, call), receipt: await receiptOf(gate, entries) }
  },

  async closeFounding(gate: Gate, call: Call) {
    const entries = await closeFounding(gate.roster, call.caller)
    return { enclave: gate.enclave.name, receipt: await receiptOf(gate, entries) }
  },
}

/** Who the founders are is theirs to see; anybody else of the same issuer hears that there is a founding. */
async function view(gate: Gate, { caller }: Call): Promise<FoundingView> {
  const status = (await gate.isFounded()) ? null : await readFounding(gate.database, caller)
  if (status === null) throw new Problem('conflict', 'cannot show the founding: the enclave is founded')
  const { issuer, subject } = caller
  const common = { enclave: gate.enclave.name, issuer, subject }
  if (status.own === null) return { ...common, you: null, founders: [], missing: [], attention: [], absenceRule: null }
  const names = new Map<Id<'person'>, string>(status.founders.map((one) => [one.id, one.displayName]))
  return {
    ...common,
    you: status.own.id,
    founders: status.founders.map(({ id, displayName, role, isOfficial, basis, evidenceRef, identity, ...one }) => ({
      id,
      name: displayName,
      role,
      official: isOfficial,
      basis,
      evidence: evidenceRef,
      identity: identity === null ? null : { ...identity, at: timeOf(one.enrolledAtMs) ?? '' },
      codeUntil: identity === null ? timeOf(one.codeUntilMs) : null,
      attestedBy: one.attestedBy.map((by) => names.get(by) ?? by),
    })),
    missing: [...status.missing],
    attention: [...status.attention],
    absenceRule: status.absenceRule,
  }
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
