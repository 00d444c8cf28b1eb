// Routes of what labels of other systems mean here.

import { mapLabel as mapBody, readMapped as readBody, writeMapped as writeBody } from '@sallyport/protocol/api'
import { changeMapping, listMappings, readMapped, writeMapped } from '../files/index.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'

const enclave = { kind: 'enclave' } as const

export const mappingRoutes = {
  async labelMappings(gate: Gate, call: Call) {
    const { permit } = await permitted(gate, call, 'label.list', enclave)
    const mappings = await listMappings(gate.files, permit)
    return { mappings: mappings.map((one) => ({ ...one, labels: [...one.labels], approvedBy: [...one.approvedBy] })) }
  },

  async mapLabel(gate: Gate, call: Call) {
    const wanted = mapBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'label.define', enclave)
    const done = await changeMapping(gate.files, permit, wanted)
    const waiting =
      done.outcome === 'asked' ? { approvalId: done.requestId, needed: done.needed } : { approvalId: null, needed: 0 }
    return { outside: done.outside, ...waiting, receipt: await receiptOf(gate, done.entries) }
  },

  async readMapped(gate: Gate, call: Call) {
    const { found } = readBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'label.list', enclave)
    const read = await readMapped(gate.files, permit, found)
    return { read: read.map((one) => ({ ...one, labels: [...one.labels] })) }
  },

  async writeMapped(gate: Gate, call: Call) {
    const wanted = writeBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'label.list', enclave)
    return { outside: [...(await writeMapped(gate.files, permit, wanted))] }
  },
}
