// Routes of what an authorization asks a person to acknowledge.

import { acknowledgeProvisos as acknowledgeBody } from '@sallyport/protocol/api'
import { acknowledgeProvisos, provisosToAcknowledge } from '../authorizations/index.ts'
import { fileRef, placeOf } from './file-routes.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'

export const provisoRoutes = {
  async fileProvisos(gate: Gate, call: Call) {
    const { id } = await placeOf(gate, call, 'file.acknowledge')
    const { permit, reliance } = await permitted(gate, call, 'file.acknowledge', fileRef(id))
    const provisos = await provisosToAcknowledge(gate.authorizations, permit, { fileId: id, reliance })
    return { authorization: relied(reliance), provisos }
  },

  async acknowledgeProvisos(gate: Gate, call: Call) {
    const { texts } = acknowledgeBody.parse(call.body)
    const { id } = await placeOf(gate, call, 'file.acknowledge')
    const { permit, reliance } = await permitted(gate, call, 'file.acknowledge', fileRef(id))
    const { acknowledged, entries } = await acknowledgeProvisos(gate.authorizations, permit, {
      fileId: id,
      reliance,
      texts,
    })
    return { acknowledged, receipt: entries.length === 0 ? null : await receiptOf(gate, entries) }
  },
}

function relied(reliance: Awaited<ReturnType<typeof permitted>>['reliance']) {
  if (reliance === null) return null
  const { authorizationId, number, citation } = reliance
  return { id: authorizationId, number, citation }
}
