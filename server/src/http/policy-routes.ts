// Routes of policy sets.

import type { Id } from '@sallyport/protocol'
import {
  checkPolicySet as checkBody,
  pageQuery,
  policyEffect as effectBody,
  proposePolicySet as proposeBody,
} from '@sallyport/protocol/api'
import { namesOfFiles, namesOfVaults } from '../files/index.ts'
import {
  checkEditedSet,
  proposePolicySet,
  readPolicySet,
  readPolicySets,
  readPolicySetVersions,
  whatWouldChange,
  type Differences,
} from '../policy-sets/index.ts'
import type { PolicyEffect } from '../policy/index.ts'
import { displayNames } from '../roster/index.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'

export const policyRoutes = {
  async policySets(gate: Gate, call: Call) {
    const { permit } = await permitted(gate, call, 'person.list', { kind: 'enclave' })
    const { inForce, shipped, differences } = await readPolicySets(gate.policySets, permit)
    return { inForce, shipped, differences: shown(differences) }
  },

  async policySetVersions(gate: Gate, call: Call) {
    const { after } = pageQuery.parse(call.query)
    const [from] = after === undefined ? [] : await gate.cursors.open('policy-set-versions', after)
    const { permit } = await permitted(gate, call, 'decision.search', { kind: 'enclave' })
    const parts = { database: gate.database, ledger: gate.records.ledger }
    const { versions, last } = await readPolicySetVersions(parts, permit, from === undefined ? null : Number(from))
    const ids = versions.flatMap((one) => [...(one.askedBy === null ? [] : [one.askedBy]), ...one.approvedBy])
    const names = await displayNames(gate.database, [...new Set(ids)])
    const person = (id: Id<'person'>) => ({ id, name: names.get(id) ?? '' })
    return {
      versions: versions.map(({ atMs, askedBy, approvedBy, ...rest }) => ({
        ...rest,
        at: new Date(atMs).toISOString(),
        askedBy: askedBy === null ? null : person(askedBy),
        approvedBy: approvedBy.map(person),
      })),
      next: last === null ? null : await gate.cursors.seal('policy-set-versions', [String(last)]),
    }
  },

  async policySetText(gate: Gate, call: Call) {
    const { permit } = await permitted(gate, call, 'decision.search', { kind: 'enclave' })
    const read = await readPolicySet(gate.policySets, permit, call.params['digest'] ?? '')
    return { ...read }
  },

  async checkPolicySet(gate: Gate, call: Call) {
    const edited = checkBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'decision.search', { kind: 'enclave' })
    const { digest, findings, examples, methods, differences } = await checkEditedSet(gate.policySets, permit, edited)
    return {
      digest,
      findings: findings.map((one) => ({ ...one })),
      examples: examples.map((one) => ({ ...one })),
      methods: methods.map((one) => ({ ...one })),
      differences: shown(differences),
    }
  },

  async policyEffect(gate: Gate, call: Call) {
    const wanted = effectBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'decision.search', { kind: 'enclave' })
    return await showPolicyEffect(gate, await whatWouldChange(gate.policySets, permit, wanted, gate.search))
  },

  async proposePolicySet(gate: Gate, call: Call) {
    const { reason, ...wanted } = proposeBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'setting.change', { kind: 'enclave' })
    const { requestId, needed, entries } = await proposePolicySet(gate.policySets, permit, { wanted, reason })
    return { approvalId: requestId, needed, receipt: await receiptOf(gate, entries) }
  },
}

/** The effect of a policy set as it is shown, with everybody's name. */
export async function showPolicyEffect(gate: Gate, { people, things, changes, ...digests }: PolicyEffect) {
  const names = await displayNames(
    gate.database,
    people.flatMap((one) => one.members),
  )
  const idsOf = <K extends 'file' | 'vault'>(kind: K) =>
    things.flatMap((one) => (one.kind === kind ? (one.members as readonly Id<K>[]) : []))
  const files = await namesOfFiles(gate.database, idsOf('file'))
  const vaults = await namesOfVaults(gate.database, idsOf('vault'))
  const nameOf = (id: string) => files.get(id as Id<'file'>)?.name ?? vaults.get(id as Id<'vault'>) ?? ''
  return {
    at: new Date(gate.files.clock.now()).toISOString(),
    ...digests,
    people: people.map(({ members, facts: { status, roles, assignments } }) => ({
      members: members.map((id) => ({ id, name: names.get(id) ?? '' })),
      status,
      roles: [...roles],
      programs: [...new Set(assignments.map((one) => one.program))].sort(),
    })),
    things: things.map(({ kind, members, labels }) => ({
      kind,
      members: members.map((id) => ({ id, name: nameOf(id) })),
      labels: [...labels],
    })),
    changes: changes.map(({ actions, situations, because, ...rest }) => ({
      ...rest,
      actions: [...actions],
      situations: [...situations],
      because: because.map((one) => ({ ...one })),
    })),
  }
}

function shown({ added, removed, changed, schema }: Differences) {
  return { added: { ...added }, removed: { ...removed }, changed: { ...changed }, schema }
}
