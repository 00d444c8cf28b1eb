// Routes of records that are of one human being, and of a record that is of two.

import type { Id } from '@sallyport/protocol'
import { mergePeople as mergeBody, splitPerson as splitBody } from '@sallyport/protocol/api'
import { mergePeople, splitPerson } from '../roster/index.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'
import { personId, show } from './people-routes.ts'
import { naming } from './naming-people.ts'

export const mergeRoutes = {
  async mergePeople(gate: Gate, call: Call) {
    const id = personId(call)
    const { duplicate, version, reason } = mergeBody.parse(call.body)
    const other = { id: duplicate.id.toLowerCase() as Id<'person'>, version: duplicate.version }
    // Each is decided, so that each has the decision in its own record.
    const { permit: kept } = await permitted(gate, call, 'person.merge', { kind: 'person', id })
    const { permit: ended } = await permitted(gate, call, 'person.merge', { kind: 'person', id: other.id })
    const wanted = { kept: { id, version }, duplicate: other, reason, ifMatch: call.ifMatch }
    const merged = await mergePeople(gate.merges, { kept, duplicate: ended }, wanted)
    const receipt = await receiptOf(gate, merged.entries)
    return {
      person: show(merged.kept),
      duplicate: show(merged.duplicate),
      disagreements: merged.disagreements,
      identities: merged.identities,
      approvedTwice: merged.approvedTwice.map(await naming(gate, merged.approvedTwice)),
      receipt,
    }
  },

  async splitPerson(gate: Gate, call: Call) {
    const id = personId(call)
    const { name: displayName, identities: named, ...wanted } = splitBody.parse(call.body)
    const identities = named.map((one) => ({ ...one, issuer: one.issuer ?? gate.enclave.signIn?.issuer ?? '' }))
    const { permit } = await permitted(gate, call, 'person.split', { kind: 'person', id })
    const split = await splitPerson(gate.merges, permit, {
      id,
      displayName,
      identities,
      ...wanted,
      ifMatch: call.ifMatch,
    })
    const receipt = await receiptOf(gate, split.entries)
    return { person: show(split.old), somebodyNew: show(split.somebodyNew), identities: split.identities, receipt }
  },
}
