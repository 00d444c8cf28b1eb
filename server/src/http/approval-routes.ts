// Routes of what waits for the approval of others.

import { parseId, Problem, type Id } from '@sallyport/protocol'
import {
  approvalsQuery,
  declineApproval as declineBody,
  giveApproval as giveBody,
  type ApprovalView,
} from '@sallyport/protocol/api'
import * as z from 'zod'
import {
  answerEffect,
  declineApproval,
  effectQuestion,
  findRequest,
  giveApproval,
  listRequests,
  withdrawOwn,
  type DescribedRequest,
  type EffectNaming,
} from '../approvals/index.ts'
import { withAlikeTogether, type PersonFacts } from '../policy/index.ts'
import { showAccess } from './access-routes.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'
import { showPolicyEffect } from './policy-routes.ts'
import { naming } from './naming-people.ts'

const enrollmentOf = z.object({ link: z.string(), expiresAt: z.string() }).nullable()

export const approvalRoutes = {
  async approvals(gate: Gate, call: Call) {
    const { all = 'false', after } = approvalsQuery.parse(call.query)
    const isPendingOnly = all === 'false'
    const list = isPendingOnly ? 'approvals' : 'all approvals'
    const from = after === undefined ? null : await gate.cursors.open(list, after)
    const { permit, person } = await permitted(gate, call, 'approval.list', { kind: 'enclave' })
    const { requests, last } = await listRequests(gate.approvals, permit, { isPendingOnly, after: from })
    const named = await naming(gate, requests.flatMap(peopleOf))
    return {
      approvals: requests.map((one) => showRequest(one, person, named)),
      next: last === null ? null : await gate.cursors.seal(list, last),
    }
  },

  async approval(gate: Gate, call: Call) {
    const id = approvalId(call)
    const { permit, person } = await permitted(gate, call, 'approval.list', { kind: 'enclave' })
    const found = await findRequest(gate.approvals, permit, id)
    const { protectedBy } = found.details
    const protector = parseId<'person'>(protectedBy)
    const named = await naming(gate, [...peopleOf(found), ...(protector === null ? [] : [protector])])
    const details = protector === null ? found.details : { ...found.details, protectedBy: named(protector) }
    return { ...showRequest(found, person, named), details }
  },

  async approvalEffect(gate: Gate, call: Call) {
    const id = approvalId(call)
    const { permit } = await permitted(gate, call, 'decision.search', { kind: 'enclave' })
    const question = await effectQuestion(gate.approvals, id)
    const none = { approvalId: id, effect: null, gains: 0, loses: 0, access: null, policies: null }
    if (question === null) return none
    const shown = await answerEffect(gate.approvals, permit, question)
    const { digest: effect, gains, loses } = shown.named
    const named = { ...none, effect, gains, loses }
    if (shown.of === 'policies') return { ...named, policies: await showPolicyEffect(gate, shown.effect) }
    return { ...named, access: await showAccess(gate, withAlikeTogether(shown.map)) }
  },

  async giveApproval(gate: Gate, call: Call) {
    const id = approvalId(call)
    const { digest, effect: named = null } = giveBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'approval.give', { kind: 'approval', id })
    const effect = await effectNaming(gate, call, id, named)
    const given = await giveApproval(gate.approvals, permit, { id, digest, effect })
    const { approved, needed, isExecuted: executed, yields, entries } = given
    // Durable and acknowledged before half of what enrolls somebody leaves.
    const receipt = await receiptOf(gate, entries)
    return { approvalId: id, approved, needed, executed, enrollment: enrollmentOf.parse(yields), receipt }
  },

  async declineApproval(gate: Gate, call: Call) {
    const id = approvalId(call)
    const body = declineBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'approval.decline', { kind: 'approval', id })
    const entries = await declineApproval(gate.approvals, permit, { id, ...body })
    return { approvalId: id, receipt: await receiptOf(gate, entries) }
  },

  async withdrawApproval(gate: Gate, call: Call) {
    const id = approvalId(call)
    const { permit } = await permitted(gate, call, 'approval.withdraw', { kind: 'approval', id })
    return { approvalId: id, receipt: await receiptOf(gate, await withdrawOwn(gate.approvals, permit, id)) }
  },
}

/** What an approval names, with a look of whoever approves at what it would do, where there is anything to look at. */
export async function effectNaming(
  gate: Gate,
  call: Call,
  id: Id<'approval'>,
  named: string | null,
): Promise<EffectNaming> {
  if ((await effectQuestion(gate.approvals, id)) === null) return { named, permit: null }
  const { permit } = await permitted(gate, call, 'decision.search', { kind: 'enclave' })
  return { named, permit }
}

function approvalId(call: Call): Id<'approval'> {
  const id = parseId<'approval'>(call.params['approvalId'])
  if (id === null) throw new Problem('invalid-request', 'cannot read request: the id is no uuid')
  return id
}

function peopleOf({ request, about }: DescribedRequest): readonly Id<'person'>[] {
  const subject = about.kind === 'person' ? [about.id as Id<'person'>] : []
  const decliner = request.declined === null ? [] : [request.declined.by]
  return [request.requestedBy, ...request.approvedBy, ...decliner, ...subject]
}

function showRequest(
  { request, title, role, official, hasEffect, about }: DescribedRequest,
  caller: PersonFacts,
  named: (id: Id<'person'>) => { id: Id<'person'>; name: string },
): ApprovalView {
  const { id, kind, state, digest, needed, requestedBy, approvedBy, excluded, declined } = request
  const mayApprove = caller.roles.includes(role) || (official && caller.roles.includes('empowered-official'))
  const taken = [requestedBy, ...excluded, ...approvedBy]
  return {
    id,
    kind,
    state,
    title,
    about: { ...about, name: about.kind === 'person' ? named(about.id as Id<'person'>).name : '' },
    requestedBy: named(requestedBy),
    requestedAt: new Date(request.requestedAtMs).toISOString(),
    expiresAt: new Date(request.expiresAtMs).toISOString(),
    approvedBy: approvedBy.map(named),
    needed,
    needsOfficial: official,
    hasEffect,
    declined: declined === null ? null : { by: named(declined.by), reason: declined.reason },
    digest,
    waitsForYou: state === 'pending' && mayApprove && !taken.includes(caller.id),
  }
}
