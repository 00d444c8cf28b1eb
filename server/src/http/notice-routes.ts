// Routes of notices.

import { parseId, Problem } from '@sallyport/protocol'
import { noticesQuery } from '@sallyport/protocol/api'
import { listDueMails, listNotices, resendDueMail } from '../notices/index.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'
import { naming } from './naming-people.ts'

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
  async dueMails(gate: Gate, call: Call) {
    const { permit } = await permitted(gate, call, 'approval.list', { kind: 'enclave' })
    const mails = await listDueMails(gate, permit)
    const named = await naming(
      gate,
      mails.map(({ recipient }) => recipient),
    )
    return {
      mail: gate.sendsMail,
      mails: mails.map(({ recipient, settledAtMs, ...rest }) => ({
        ...rest,
        recipient: named(recipient),
        settledAt: settledAtMs === null ? null : new Date(settledAtMs).toISOString(),
      })),
    }
  },

  async resendDueMail(gate: Gate, call: Call) {
    const mailId = parseId(call.params['mailId'])
    if (mailId === null) throw new Problem('invalid-request', 'cannot resend: the id is no uuid')
    const { permit } = await permitted(gate, call, 'notice.resend', { kind: 'enclave' })
    const entries = await resendDueMail(gate.approvals, permit, mailId)
    return { mailId, mail: gate.sendsMail, receipt: await receiptOf(gate, entries) }
  },
}
