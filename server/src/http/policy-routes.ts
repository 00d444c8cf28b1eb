// Routes of the policy set in force.

import { proposePolicySet as proposeBody } from '@sallyport/protocol/api'
import { proposePolicySet, readPolicySets } from '../policy-sets/index.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'

export const policyRoutes = {
  async policySets(gate: Gate, call: Call) {
    const { permit } = await permitted(gate, call, 'person.list', { kind: 'enclave' })
    const { inForce, shipped, differences } = await readPolicySets(gate.policySets, permit)
    const { added, removed, changed, schema } = differences
    return {
      inForce,
      shipped,
      differences: { added: { ...added }, removed: { ...removed }, changed: { ...changed }, schema },
    }
  },

  async proposePolicySet(gate: Gate, call: Call) {
    const wanted = proposeBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'setting.change', { kind: 'enclave' })
    const { requestId, needed, entries } = await proposePolicySet(gate.policySets, permit, wanted)
    return { approvalId: requestId, needed, receipt: await receiptOf(gate, entries) }
  },
}
