// Routes of what waits for the approval of others.

import { parseId, Problem, type Id } from '@sallyport/protocol'
import { approvalsQuery, giveApproval as giveBody, type ApprovalView } from '@sallyport/protocol/api'
import { findRequest, giveApproval, listRequests, withdrawOwn, type DescribedRequest } from '../approvals/index.ts'
import type { PersonFacts } from '../policy/index.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'
import { naming } from './roster-routes.ts'

export const approvalRoutes = {
  async approvals(gate: Gate, call: Call) {
    const isPendingOnly = approvalsQuery.parse(call.query).all !== 'true'
    const { permit, person } = await permitted(gate, call, 'approval.list', { kind: 'enclave' })
    const found = await listRequests(gate.approvals, permit, { isPendingOnly })
    const named = await naming(gate, found.flatMap(peopleOf))
    return { approvals: found.map((one) => showRequest(one, person, named)) }
  },

  async approval(gate: Gate, call: Call) {
    const id = approvalId(call)
    const { permit, person } = await permitted(gate, call, 'approval.list', { kind: 'enclave' })
    const found = await findRequest(gate.approvals, permit, id)
    return { ...showRequest(found, person, await naming(gate, peopleOf(found))), details: found.details }
  },

  async giveApproval(gate: Gate, call: Call) {
    const id = approvalId(call)
    const { digest } = giveBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'approval.give', { kind: 'approval', id })
    const { approved, needed, isExecuted, entries } = await giveApproval(gate.approvals, permit, { id, digest })
    return { approvalId: id, approved, needed, executed: isExecuted, receipt: await receiptOf(gate, entries) }
  },

  async withdrawApproval(gate: Gate, call: Call) {
    const id = approvalId(call)
    const { permit } = await permitted(gate, call, 'approval.withdraw', { kind: 'approval', id })
    return { approvalId: id, receipt: await receiptOf(gate, await withdrawOwn(gate.approvals, permit, id)) }
  },
}

function approvalId(call: Call): Id<'approval'> {
  const id = parseId<'approval'>(call.params['approvalId'])
  if (id === null) throw new Problem('invalid-request', 'cannot read request: the id is no uuid')
  return id
}

function peopleOf({ request, about }: DescribedRequest): readonly Id<'person'>[] {
  const subject = about.kind === 'person' ? [about.id as Id<'person'>] : []
  return [request.requestedBy, ...request.approvedBy, ...subject]
}

function showRequest(
  { request, title, role, about }: DescribedRequest,
  caller: PersonFacts,
  named: (id: Id<'person'>) => { id: Id<'person'>; name: string },
): ApprovalView {
  const { id, kind, state, digest, needed, requestedBy, approvedBy, excluded } = request
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
    digest,
    waitsForYou: state === 'pending' && caller.roles.includes(role) && !taken.includes(caller.id),
  }
}
