// Routes of what people who were refused ask for.

import { parseId, Problem, type Id } from '@sallyport/protocol'
import {
  answerRequest as answerBody,
  makeRequest as makeBody,
  pageQuery,
  type PersonRequestView,
} from '@sallyport/protocol/api'
import {
  answerRequest,
  listOwnRequests,
  listWaitingRequests,
  makeRequest,
  pageOfRequests,
  withdrawOwnRequest,
  type PersonRequest,
} from '../requests/index.ts'
import { personOf } from '../roster/index.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'
import { naming } from './roster-routes.ts'

export const requestRoutes = {
  async requests(gate: Gate, call: Call) {
    const { after } = pageQuery.parse(call.query)
    const [from = null] = after === undefined ? [] : await gate.cursors.open('requests', after)
    return await page(gate, 'requests', await listOwnRequests(gate.database, await callerOf(gate, call), from))
  },

  async makeRequest(gate: Gate, call: Call) {
    const { decisionId, text } = makeBody.parse(call.body)
    const person = await callerOf(gate, call)
    const asked = { decisionId: decisionId as Id<'entry'>, text }
    const { id, roles, entries } = await makeRequest({ ...gate.approvals, refusals: gate.records }, person, asked)
    return { requestId: id, roles: [...roles], receipt: await receiptOf(gate, entries) }
  },

  async withdrawRequest(gate: Gate, call: Call) {
    const id = requestId(call)
    const entries = await withdrawOwnRequest(gate.approvals, await callerOf(gate, call), id)
    return { requestId: id, receipt: await receiptOf(gate, entries) }
  },

  async requestsWaiting(gate: Gate, call: Call) {
    const { after } = pageQuery.parse(call.query)
    const [from = null] = after === undefined ? [] : await gate.cursors.open('requests-waiting', after)
    const { permit, person } = await permitted(gate, call, 'request.answer', { kind: 'enclave' })
    const { roles } = person
    return await page(
      gate,
      'requests-waiting',
      await listWaitingRequests(gate.database, permit, { roles, after: from }),
    )
  },

  async answerRequest(gate: Gate, call: Call) {
    const { outcome, text } = answerBody.parse(call.body)
    const id = requestId(call)
    const { permit, person } = await permitted(gate, call, 'request.answer', { kind: 'enclave' })
    const entries = await answerRequest(gate.approvals, permit, { id, roles: person.roles, outcome, text })
    return { requestId: id, receipt: await receiptOf(gate, entries) }
  },
}

/** Whoever is on no roster hears the refusal that they hear everywhere. */
export async function callerOf(gate: Gate, call: Call): Promise<Id<'person'>> {
  const person = await personOf(gate.database, call.caller)
  if (person === null || !call.caller.isNaturalPerson) throw new Problem('refused', 'cannot ask: refused')
  return person.id
}

function requestId(call: Call): Id<'request'> {
  const id = parseId<'request'>(call.params['requestId'])
  if (id === null) throw new Problem('invalid-request', 'cannot read request: the id is no uuid')
  return id
}

async function page(gate: Gate, list: string, requests: readonly PersonRequest[]) {
  const last = requests.length === pageOfRequests ? requests.at(-1) : undefined
  const next = last === undefined ? null : await gate.cursors.seal(list, [last.id])
  return { requests: await show(gate, requests), next }
}

async function show(gate: Gate, requests: readonly PersonRequest[]): Promise<PersonRequestView[]> {
  const named = await naming(
    gate,
    requests.flatMap(({ person, answer }) => [person, ...(answer === null ? [] : [answer.by])]),
  )
  return requests.map(({ id, person, madeAtMs, decisionId, action, about, roles, text, state, answer }) => ({
    id,
    by: named(person),
    at: new Date(madeAtMs).toISOString(),
    decisionId,
    action,
    about: { ...about },
    roles: [...roles],
    text,
    state,
    answer:
      answer === null ? null : { by: named(answer.by), at: new Date(answer.atMs).toISOString(), text: answer.text },
  }))
}
