// Routes of the roster.

import { parseId, Problem, type Id } from '@sallyport/protocol'
import {
  addPerson as addBody,
  asOfQuery,
  changePerson as changeBody,
  endPerson as endBody,
  lookAtTies as lookBody,
  peopleQuery,
  type PersonShown,
  type PersonView,
} from '@sallyport/protocol/api'
import {
  addUnverified,
  applyChange,
  endPerson,
  findPeople,
  listPeople,
  listPeopleAsOf,
  lookAtTies,
  personOf,
  proposeChange,
  readPerson,
  type Person,
  type PersonBehind,
} from '../roster/index.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'
import { naming } from './naming-people.ts'

export const peopleRoutes = {
  async me(gate: Gate, { caller }: Call) {
    const person = await personOf(gate.database, caller)
    return { person: person === null ? null : show(person), issuer: caller.issuer, subject: caller.subject }
  },

  async people(gate: Gate, call: Call) {
    const { asOf: moment, name, after } = peopleQuery.parse(call.query)
    if (name !== undefined && moment !== undefined) {
      throw new Problem('invalid-request', 'cannot list people: there is a name and a moment, want one of them')
    }
    const list = name === undefined ? `people ${moment ?? ''}` : `people named ${name}`
    const from = after === undefined ? null : await gate.cursors.open(list, after)
    const { permit } = await permitted(gate, call, 'person.list', { kind: 'enclave' })
    const { people, last } =
      name !== undefined
        ? await findPeople(gate.roster, permit, { name, after: from })
        : moment === undefined
          ? await listPeople(gate.roster, permit, from)
          : await listPeopleAsOf(gate.roster, permit, { atMs: Date.parse(moment), after: from })
    return { people: people.map(show), next: last === null ? null : await gate.cursors.seal(list, last) }
  },

  async addPerson(gate: Gate, call: Call) {
    const { name, ...newcomer } = addBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'person.add', { kind: 'enclave' })
    const { person, similar, entries } = await addUnverified(gate.roster, permit, { displayName: name, ...newcomer })
    return {
      person: show(person),
      similar: similar.map(({ displayName, ...rest }) => ({ ...rest, name: displayName })),
      receipt: await receiptOf(gate, entries),
    }
  },

  async person(gate: Gate, call: Call) {
    const id = personId(call)
    const atMs = asOf(call)
    const { permit } = await permitted(gate, call, 'person.list', { kind: 'enclave' }, { kind: 'person', id })
    const found = await readPerson(gate.roster, permit, { id, atMs })
    if (found === null) {
      const when = atMs === null ? '' : ` was on the roster at ${new Date(atMs).toISOString()}`
      throw new Problem('not-found', `cannot show person: nobody of that id${when}`)
    }
    return await showBehind(gate, found)
  },

  async changePerson(gate: Gate, call: Call) {
    const id = personId(call)
    const wanted = changeBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'person.change', { kind: 'person', id })
    const { person, entries } = await applyChange(gate.roster, permit, { id, ...wanted, ifMatch: call.ifMatch })
    return { person: show(person), receipt: await receiptOf(gate, entries) }
  },

  async proposePersonChange(gate: Gate, call: Call) {
    const id = personId(call)
    const wanted = changeBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'person.propose', { kind: 'person', id })
    const { requestId, needed, entries } = await proposeChange(gate.roster, permit, {
      id,
      ...wanted,
      ifMatch: call.ifMatch,
    })
    return { approvalId: requestId, needed, receipt: await receiptOf(gate, entries) }
  },

  async lookAtTies(gate: Gate, call: Call) {
    const id = personId(call)
    const { purpose } = lookBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'person.look', { kind: 'person', id })
    const { ties, proposed, entries } = await lookAtTies(gate.roster, permit, { id, purpose })
    // Durable and acknowledged before a country leaves.
    const receipt = await receiptOf(gate, entries)
    return { ties, proposed: proposed.map(({ requestId, change }) => ({ approvalId: requestId, change })), receipt }
  },

  async endPerson(gate: Gate, call: Call) {
    const id = personId(call)
    const { kind, reason } = endBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'person.end', { kind: 'person', id })
    const { person, entries } = await endPerson(gate.roster, permit, { id, kind, reason, ifMatch: call.ifMatch })
    return { person: show(person), receipt: await receiptOf(gate, entries) }
  },
}

export function personId(call: Call): Id<'person'> {
  const id = parseId<'person'>(call.params['personId'])
  if (id === null) throw new Problem('invalid-request', 'cannot read person: the id is no uuid')
  return id
}

function asOf(call: Call): number | null {
  const { asOf: moment } = asOfQuery.parse(call.query)
  return moment === undefined ? null : Date.parse(moment)
}

async function showBehind(gate: Gate, { person, verification, due }: PersonBehind): Promise<PersonShown> {
  const by = verification?.by ?? null
  const named = await naming(gate, [...(by === null ? [] : [by]), ...(verification?.approvedBy ?? [])])
  return {
    ...show(person),
    verification:
      verification === null
        ? null
        : {
            ground: verification.ground,
            evidenceRef: verification.evidenceRef,
            at: new Date(verification.atMs).toISOString(),
            by: by === null ? null : named(by),
            approvedBy: verification.approvedBy.map(named),
          },
    reviewedAt: person.reviewedAtMs === null ? null : new Date(person.reviewedAtMs).toISOString(),
    due: due.map(({ task, role, lastAtMs, dueAtMs }) => ({
      task,
      role,
      last: lastAtMs === null ? null : new Date(lastAtMs).toISOString(),
      due: new Date(dueAtMs).toISOString(),
    })),
  }
}

/** A person as the product API shows them, never with countries. */
export function show(person: Person): PersonView {
  const verification = 'verification' in person ? person.verification : null
  return {
    id: person.id,
    version: person.version,
    name: person.displayName,
    kind: person.kind,
    externalId: person.externalId,
    mail: person.mail,
    status: person.status,
    roles: [...person.roles],
    assignments: person.assignments.map((one) => ({ ...one })),
    employer: person.employer,
    regularEmployee: person.isRegularEmployee,
    regularEmployeeBasis: person.regularEmployeeBasis,
    actsForForeignEmployer: person.actsForForeignEmployer,
    nda: person.hasNda,
    ndaSignedOn: person.ndaSignedOn,
    briefedOn: person.briefedOn,
    verifiedAt: verification === null ? null : new Date(verification.atMs).toISOString(),
    verifiedBy: verification?.by ?? null,
    endedAt: person.status === 'ended' ? new Date(person.endedAtMs).toISOString() : null,
    mergedInto: person.status === 'ended' ? person.mergedInto : null,
  }
}
