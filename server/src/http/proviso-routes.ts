// Routes of what an authorization holds a person to, and asks them to acknowledge.

import { acknowledgeProvisos as acknowledgeBody } from '@sallyport/protocol/api'
import { acknowledgeProvisos, bindingTerms } from '../authorizations/index.ts'
import { fileRef, placeOf } from './file-routes.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'

export const provisoRoutes = {
  async fileProvisos(gate: Gate, call: Call) {
    const { id } = await placeOf(gate, call, 'file.acknowledge')
    const decision = await permitted(gate, call, 'file.acknowledge', fileRef(id))
    const { permit, reliance, obligations } = decision
    const bound = await bindingTerms(gate.authorizations, permit, { fileId: id, reliance })
    if (bound === null || reliance === null)
      return { authorization: null, obligations: [], conditions: [], provisos: [] }
    const { kind, validUntil, conditions, toAcknowledge } = bound
    const { authorizationId, number, citation } = reliance
    return {
      authorization: { id: authorizationId, number, citation, kind, validUntil },
      obligations: obligations.map(({ id: name, text }) => ({ id: name, text })),
      conditions: [...conditions],
      provisos: [...toAcknowledge],
    }
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
