// Routes of candidates for the notice of 22 CFR 126.1(e)(2).

import { parseId, Problem, type Id } from '@sallyport/protocol'
import {
  candidatesQuery,
  closeCandidate as closeBody,
  closeUnfiled as unfiledBody,
  decideCandidate as decideBody,
  type CandidateView,
} from '@sallyport/protocol/api'
import {
  closeCase,
  collectCandidates,
  decideCandidate,
  listCandidates,
  type Candidate,
  type Closing,
} from '../candidates/index.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'
import { naming } from './naming-people.ts'

export const candidateRoutes = {
  async candidates(gate: Gate, call: Call) {
    const { all, after } = candidatesQuery.parse(call.query)
    const list = `candidates ${all ?? 'false'}`
    const [from = null] = after === undefined ? [] : await gate.cursors.open(list, after)
    const { permit } = await permitted(gate, call, 'candidate.list', { kind: 'enclave' })
    const isUpToDate = await collectCandidates(gate.candidates)
    const states = [
      'open',
      'case',
      ...(all === 'true' ? (['dismissed', 'notified', 'not-notified'] as const) : []),
    ] as const
    const { candidates: found, last } = await listCandidates(gate.candidates, permit, { states, after: from })
    return {
      candidates: await shown(gate, found),
      next: last === null ? null : await gate.cursors.seal(list, [last]),
      isUpToDate,
    }
  },

  async decideCandidate(gate: Gate, call: Call) {
    return await decided(gate, call, true)
  },

  async dismissCandidate(gate: Gate, call: Call) {
    return await decided(gate, call, false)
  },

  async closeCandidate(gate: Gate, call: Call) {
    return await closed(gate, call, closeBody.parse(call.body))
  },

  async closeUnfiled(gate: Gate, call: Call) {
    return await closed(gate, call, unfiledBody.parse(call.body))
  },
}

async function decided(gate: Gate, call: Call, isProposal: boolean) {
  const { reason } = decideBody.parse(call.body)
  const action = isProposal ? 'candidate.decide' : 'candidate.determine'
  const { permit } = await permitted(gate, call, action, { kind: 'enclave' })
  const changed = await decideCandidate(gate.candidates, permit, { id: candidateId(call), isProposal, reason })
  return await answered(gate, changed)
}

async function closed(gate: Gate, call: Call, closing: Closing) {
  const action = 'filing' in closing ? 'candidate.decide' : 'candidate.determine'
  const { permit } = await permitted(gate, call, action, { kind: 'enclave' })
  return await answered(gate, await closeCase(gate.candidates, permit, { id: candidateId(call), closing }))
}

async function answered(gate: Gate, { candidate, entries }: Awaited<ReturnType<typeof closeCase>>) {
  const [view] = await shown(gate, [candidate])
  return { candidate: view, receipt: await receiptOf(gate, entries) }
}

async function shown(gate: Gate, found: readonly Candidate[]): Promise<CandidateView[]> {
  const acts = (one: Candidate) => [one.decided, one.closed].flatMap((act) => (act === null ? [] : [act.by]))
  const named = await naming(
    gate,
    found.flatMap((one) => [one.personId, ...acts(one)]),
  )
  return found.map(({ id, state, personId, matter, refusals, decided, closed }) => ({
    id,
    state,
    person: named(personId),
    matter:
      matter === null
        ? null
        : {
            day: matter.day,
            programs: matter.programs,
            items: matter.items,
            decisionId: matter.entryId,
            at: new Date(matter.atMs).toISOString(),
            action: matter.action,
            about: matter.about,
          },
    refusals,
    decided:
      decided === null
        ? null
        : {
            by: named(decided.by),
            at: new Date(decided.atMs).toISOString(),
            isProposal: decided.what?.isProposal ?? null,
            reason: decided.what?.reason ?? null,
          },
    closed:
      closed === null
        ? null
        : {
            by: named(closed.by),
            at: new Date(closed.atMs).toISOString(),
            filing: null,
            filedOn: null,
            reason: null,
            ...closed.what,
            official: closed.what !== null && 'official' in closed.what ? (closed.what.official ?? null) : null,
          },
  }))
}

function candidateId({ params }: Call): Id<'candidate'> {
  const id = parseId<'candidate'>(params['candidateId'])
  if (id === null) throw new Problem('not-found', 'cannot find candidate: that is no id, want one of the list')
  return id
}
