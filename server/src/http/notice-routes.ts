// Routes of notices.

import { noticesQuery } from '@sallyport/protocol/api'
import { listNotices } from '../notices/index.ts'
import { permitted, type Call, type Gate } from './gate.ts'
import { naming } from './roster-routes.ts'

export const noticeRoutes = {
  async notices(gate: Gate, call: Call) {
    const { state = null, after } = noticesQuery.parse(call.query)
    const list = `notices ${state ?? ''}`
    const from = after === undefined ? null : await gate.cursors.open(list, after)
    const { permit } = await permitted(gate, call, 'approval.list', { kind: 'enclave' })
    const { notices: found, last } = await listNotices(gate, permit, state, from)
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
      next: last === null ? null : await gate.cursors.seal(list, last),
    }
  },
}
