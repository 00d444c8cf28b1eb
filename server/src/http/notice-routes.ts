// Routes of notices.

import { noticesQuery } from '@sallyport/protocol/api'
import { listNotices } from '../notices/index.ts'
import { permitted, type Call, type Gate } from './gate.ts'
import { naming } from './roster-routes.ts'

export const noticeRoutes = {
  async notices(gate: Gate, call: Call) {
    const { state = null } = noticesQuery.parse(call.query)
    const { permit } = await permitted(gate, call, 'approval.list', { kind: 'enclave' })
    const found = await listNotices(gate, permit, state)
    const named = await naming(
      gate,
      found.map(({ recipient }) => recipient),
    )
    return {
      mail: gate.sendsMail,
      notices: found.map(({ requestId, recipient, madeAtMs, nextAtMs, settledAtMs, ...rest }) => ({
        ...rest,
        approvalId: requestId,
        recipient: named(recipient),
        madeAt: new Date(madeAtMs).toISOString(),
        nextAt: nextAtMs === null ? null : new Date(nextAtMs).toISOString(),
        settledAt: settledAtMs === null ? null : new Date(settledAtMs).toISOString(),
      })),
    }
  },
}
