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
import { listFiles, listVaults } from '../files/index.ts'
import { fileRef } from './file-routes.ts'
import { permitted, permittedList, receiptOf, type Call, type Gate } from './gate.ts'
import { naming } from './naming-people.ts'

export const requestRoutes = {
  async requests(gate: Gate, call: Call) {
    const { after } = pageQuery.parse(call.query)
    const [from = null] = after === undefined ? [] : await gate.cursors.open('requests', after)
    return await page(gate, call, 'requests', await listOwnRequests(gate.database, await callerOf(gate, call), from))
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
      call,
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

type List = 'requests' | 'requests-waiting'

async function page(gate: Gate, call: Call, list: List, requests: readonly PersonRequest[]) {
  const last = requests.length === pageOfRequests ? requests.at(-1) : undefined
  const next = last === undefined ? null : await gate.cursors.seal(list, [last.id])
  return { requests: await show(gate, call, list, requests), next }
}

async function show(
  gate: Gate,
  call: Call,
  list: List,
  requests: readonly PersonRequest[],
): Promise<PersonRequestView[]> {
  const of = <K extends 'file' | 'vault' | 'person'>(kind: K): Id<K>[] => [
    ...new Set(requests.flatMap(({ about }) => (about.kind === kind ? (parseId<K>(about.id) ?? []) : []))),
  ]
  // Whoever answers may read the roster by the same roles.
  const people = list === 'requests-waiting' ? of('person') : []
  const named = await naming(gate, [
    ...requests.flatMap(({ person, answer }) => [person, ...(answer === null ? [] : [answer.by])]),
    ...people,
  ])
  const names = new Map<string, string>([
    ...people.map((id) => [id, named(id).name] as const),
    ...(await namesSeen(gate, call, { files: of('file'), vaults: of('vault') })),
  ])
  return requests.map(({ id, person, madeAtMs, decisionId, action, about, roles, text, state, answer }) => ({
    id,
    by: named(person),
    at: new Date(madeAtMs).toISOString(),
    decisionId,
    action,
    about: { ...about, name: names.get(about.id) ?? '' },
    roles: [...roles],
    text,
    state,
    answer:
      answer === null ? null : { by: named(answer.by), at: new Date(answer.atMs).toISOString(), text: answer.text },
  }))
}

/** Names of those of the files and vaults that the caller may see, which is decided for each like any list. */
export async function namesSeen(
  gate: Gate,
  call: Call,
  { files, vaults }: { readonly files: readonly Id<'file'>[]; readonly vaults: readonly Id<'vault'>[] },
): Promise<readonly (readonly [string, string])[]> {
  const ofFiles = files.length === 0 ? null : await permittedList(gate, call, 'file.list', files.map(fileRef))
  const refs = vaults.map((id) => ({ kind: 'vault', id }) as const)
  const ofVaults = vaults.length === 0 ? null : await permittedList(gate, call, 'vault.list', refs)
  const seen = [
    ...(ofFiles === null ? [] : await listFiles(gate.files, ofFiles)),
    ...(ofVaults === null ? [] : await listVaults(gate.files, ofVaults)),
  ]
  return seen.map(({ id, name }) => [id, name] as const)
}
