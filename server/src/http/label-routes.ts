// Routes of labels, of making vaults, and of what people sign in with.

import {
  pageQuery,
  defineLabel as labelBody,
  createVault as vaultBody,
  identity as identityBody,
  proposeIdentity as proposeIdentityBody,
} from '@sallyport/protocol/api'
import { Problem } from '@sallyport/protocol'
import { standingOf } from '../classifications/index.ts'
import { createVault, defineLabel, listLabels } from '../files/index.ts'
import { bindPerson, proposeIdentity, unbindPerson } from '../identity/index.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'
import { personId } from './people-routes.ts'

export const labelRoutes = {
  async labels(gate: Gate, call: Call) {
    const { after } = pageQuery.parse(call.query)
    const [from = null] = after === undefined ? [] : await gate.cursors.open('labels', after)
    const { permit } = await permitted(gate, call, 'label.list', { kind: 'enclave' })
    const { labels, last } = await listLabels(gate.files, permit, from)
    const standing = await standingOf(
      gate.database,
      labels.flatMap(({ classificationId: id }) => (id === null ? [] : [id])),
    )
    const shown = labels.map(({ classificationId: id, reads, ...label }) => ({
      ...label,
      record: id === null ? null : (standing.get(id) ?? null),
      reads,
    }))
    return { labels: shown, next: last === null ? null : await gate.cursors.seal('labels', [last]) }
  },

  async defineLabel(gate: Gate, call: Call) {
    const label = labelBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'label.define', { kind: 'enclave' })
    const wanted = { ...label, basis: label.basis ?? null }
    const { label: made, entries } = await defineLabel(gate.files, permit, gate.namespace, wanted)
    const { classificationId: _, ...shown } = made
    return { label: shown, receipt: await receiptOf(gate, entries) }
  },

  async createVault(gate: Gate, call: Call) {
    const wanted = vaultBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'vault.create', { kind: 'enclave' })
    const { vault, entries } = await createVault(gate.files, permit, wanted)
    return { vault, receipt: await receiptOf(gate, entries) }
  },

  async bindIdentity(gate: Gate, call: Call) {
    const id = personId(call)
    const asked = identityBody.parse(call.body)
    const identity = { ...asked, issuer: believed(gate, asked.issuer) }
    const { permit } = await permitted(gate, call, 'identity.bind', { kind: 'person', id })
    const entries = await bindPerson(gate.bindings, permit, id, identity)
    return { personId: id, ...identity, receipt: await receiptOf(gate, entries) }
  },

  async proposeIdentity(gate: Gate, call: Call) {
    const id = personId(call)
    const { issuer, subject, reason } = proposeIdentityBody.parse(call.body)
    const identity = { issuer: believed(gate, issuer), subject }
    const { permit } = await permitted(gate, call, 'identity.enroll', { kind: 'person', id })
    const { requestId, needed, entries } = await proposeIdentity(gate.bindings, permit, {
      personId: id,
      identity,
      reason,
    })
    return { approvalId: requestId, needed, receipt: await receiptOf(gate, entries) }
  },

  async unbindIdentity(gate: Gate, call: Call) {
    const id = personId(call)
    const asked = identityBody.parse(call.body)
    const identity = { ...asked, issuer: asked.issuer ?? gate.enclave.signIn?.issuer ?? '' }
    const { permit } = await permitted(gate, call, 'identity.unbind', { kind: 'person', id })
    const entries = await unbindPerson(gate.bindings, permit, id, identity)
    return { personId: id, ...identity, receipt: await receiptOf(gate, entries) }
  },
}

/** The issuer that is named, or the one that people sign in at. Of another no token would ever be believed. */
function believed(gate: Gate, named: string | undefined): string {
  const issuer = named ?? gate.enclave.signIn?.issuer
  if (issuer !== undefined && gate.issuers.includes(issuer)) return issuer
  throw new Problem('invalid-request', `cannot bind identity: want one of the issuers ${gate.issuers.join(', ')}`)
}
