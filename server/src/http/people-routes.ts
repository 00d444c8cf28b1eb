// Routes of the roster.

import { parseId, Problem, type Id } from '@sallyport/protocol'
import { endPerson as endBody, type PersonView } from '@sallyport/protocol/api'
import { endPerson, findPerson, listPeople, personOf, type Person } from '../roster/index.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'

export const peopleRoutes = {
  async me(gate: Gate, { caller }: Call) {
    const person = await personOf(gate.database, caller)
    return { person: person === null ? null : show(person), issuer: caller.issuer, subject: caller.subject }
  },

  async people(gate: Gate, call: Call) {
    const { permit } = await permitted(gate, call, 'person.list', { kind: 'enclave' })
    return { people: (await listPeople(gate.roster, permit)).map(show) }
  },

  async person(gate: Gate, call: Call) {
    const id = personId(call)
    const { permit } = await permitted(gate, call, 'person.list', { kind: 'enclave' }, { kind: 'person', id })
    const person = await findPerson(gate.roster, permit, id)
    if (person === null) throw new Problem('not-found', 'cannot show person: nobody of that id')
    return show(person)
  },

  async endPerson(gate: Gate, call: Call) {
    const id = personId(call)
    const { kind, reason } = endBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'person.end', { kind: 'person', id })
    const { person, entries } = await endPerson(gate.roster, permit, { id, kind, reason })
    return { person: show(person), receipt: await receiptOf(gate, entries) }
  },
}

function personId(call: Call): Id<'person'> {
  const id = parseId<'person'>(call.params['personId'])
  if (id === null) throw new Problem('invalid-request', 'cannot read person: the id is no uuid')
  return id
}

function show(person: Person): PersonView {
  const verifiedAtMs = 'verification' in person ? (person.verification?.atMs ?? null) : null
  return {
    id: person.id,
    name: person.displayName,
    status: person.status,
    roles: [...person.roles],
    assignments: person.assignments.map((one) => ({ ...one })),
    employer: person.employer,
    verifiedAt: verifiedAtMs === null ? null : new Date(verifiedAtMs).toISOString(),
    endedAt: person.status === 'ended' ? new Date(person.endedAtMs).toISOString() : null,
  }
}
