// The route of evidence packets.

import { packetQuery } from '@sallyport/protocol/api'
import { makePacket } from '../evidence/index.ts'
import { personOf } from '../roster/index.ts'
import { permitted, type Call, type Gate } from './gate.ts'

export const packetRoutes = {
  async packetProgress(gate: Gate, { caller }: Call) {
    const person = await personOf(gate.database, caller)
    return { gathering: person === null ? null : gate.evidence.turns.progress(person.id) }
  },
  async ledgerPacket(gate: Gate, call: Call) {
    const { about, id = null, from, to, purpose } = packetQuery.parse(call.query)
    const fromMs = from === undefined ? null : Date.parse(from)
    const toMs = to === undefined ? null : Date.parse(to)
    // What was asked for stands in the entry of the decision, also where nothing comes of it.
    const looked = { kind: about, id: id ?? `${from ?? ''}/${to ?? ''}` } as const
    const { permit } = await permitted(gate, call, 'ledger.read', { kind: 'enclave' }, looked)
    return await makePacket(gate.evidence, permit, { kind: about, id, fromMs, toMs, purpose: purpose ?? null })
  },
}
