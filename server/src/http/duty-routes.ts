// Routes of duties of authorizations.

import { parseId, Problem, type Id } from '@sallyport/protocol'
import { fulfilDuty as fulfilBody, reopenDuty as reopenBody } from '@sallyport/protocol/api'
import {
  fulfilDuty,
  listOwnDuties,
  readDuties,
  reopenDuty,
  type Duty,
  type DutyRecord,
  type NamedEvidence,
} from '../authorizations/index.ts'
import { personOf } from '../roster/index.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'

export const dutyRoutes = {
  async ownDuties(gate: Gate, { caller }: Call) {
    const person = await personOf(gate.database, caller)
    // ATTACKER: what a duty says is told to who is verified, as everything of the register is.
    if (person?.status !== 'us-person' || !caller.isNaturalPerson) {
      throw new Problem('refused', 'cannot show duties: refused')
    }
    const own = await listOwnDuties(gate.authorizations, person.id)
    return {
      duties: own.map(({ authorizationId, number, ...duty }) => ({ ...shown(duty), authorizationId, number })),
    }
  },

  async authorizationDuties(gate: Gate, call: Call) {
    const id = authorizationId(call)
    const looked = { kind: 'authorization', id } as const
    const { permit } = await permitted(gate, call, 'authorization.list', { kind: 'enclave' }, looked)
    const { duties, records } = await readDuties(gate.authorizations, permit, id)
    return { duties: duties.map(shown), records: records.map(shownRecord) }
  },

  async fulfilDuty(gate: Gate, call: Call) {
    const id = authorizationId(call)
    const { duty, occurrence = '', evidence, conclusion = null } = fulfilBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'authorization.fulfil', { kind: 'authorization', id })
    const named: NamedEvidence = evidence
    const done = { evidence: named, conclusion }
    const { recordId, entries } = await fulfilDuty(gate.authorizations, permit, { id, duty, occurrence }, done)
    return { recordId, receipt: await receiptOf(gate, entries) }
  },

  async reopenDuty(gate: Gate, call: Call) {
    const id = authorizationId(call)
    const { duty, occurrence = '', reason } = reopenBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'authorization.fulfil', { kind: 'authorization', id })
    const { recordId, entries } = await reopenDuty(gate.authorizations, permit, { id, duty, occurrence }, reason)
    return { recordId, receipt: await receiptOf(gate, entries) }
  },
}

function shown({ duty, occurrence, text, dueAtMs, isDone, isOverdue, owner, ownerId, rule }: Duty) {
  return {
    duty,
    occurrence: occurrence === '' ? null : occurrence,
    text,
    due: dueAtMs === null ? null : new Date(dueAtMs).toISOString(),
    isDone,
    isOverdue,
    owner,
    ownerId,
    rule,
  }
}

function shownRecord({ id, duty, occurrence, outcome, evidence, conclusion, by, atMs }: DutyRecord) {
  const at = new Date(atMs).toISOString()
  return { id, duty, occurrence: occurrence === '' ? null : occurrence, outcome, evidence, conclusion, by, at }
}

function authorizationId(call: Call): Id<'authorization'> {
  const id = parseId<'authorization'>(call.params['authorizationId'])
  if (id === null) throw new Problem('invalid-request', 'cannot record: the id is no uuid')
  return id
}
