// Routes of legal data.

import { checkLegalData as checkBody, proposeLegalData as proposeBody } from '@sallyport/protocol/api'
import { checkLegalData, proposeLegalData, rowsShown, showLegalData } from '../authorizations/index.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'

export const legalDataRoutes = {
  async legalData(gate: Gate, call: Call) {
    const { permit } = await permitted(gate, call, 'authorization.list', { kind: 'enclave' })
    const read = await showLegalData(gate.authorizations, permit)
    if (read === null) return { inForce: null, versions: [] }
    const { versions, rows, ...rest } = read
    return {
      inForce: { ...rest, rows: rows.map((row) => ({ ...row })) },
      versions: versions.map(({ loadedAtMs, ...version }) => ({
        ...version,
        loadedAt: new Date(loadedAtMs).toISOString(),
      })),
    }
  },

  async checkLegalData(gate: Gate, call: Call) {
    const { data } = checkBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'decision.search', { kind: 'enclave' })
    const { difference, people } = await checkLegalData(permit, data, gate.search)
    const { digest, asOf, added, removed } = difference
    return { digest, asOf, added: rowsShown(added), removed: rowsShown(removed), people }
  },

  async proposeLegalData(gate: Gate, call: Call) {
    const { data, reason } = proposeBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'setting.change', { kind: 'enclave' })
    const asked = await proposeLegalData(gate.authorizations, permit, { input: data, reason })
    const { requestId, needed, digest, entries } = asked
    return { approvalId: requestId, needed, digest, receipt: await receiptOf(gate, entries) }
  },
}
