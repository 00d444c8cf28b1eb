// What entries make of requests and approvals.

import * as z from 'zod'
import { drop, put, type Fold, type FoldedEntry, type ModuleTables } from '../ledger/index.ts'

const asked = z.object({ for: z.string(), digest: z.string(), needed: z.number() })
const requested: Fold = ({ about, actor, body }) => {
  const { for: kind, digest, needed } = asked.parse(body)
  const open = { state: 'pending', closed_at: null, declined_by: null, declined_reason: null }
  return [put('approval_request', [about], { kind, subject: digest, digest, requested_by: actor, needed, ...open })]
}

const step = z.object({ complete: z.boolean() })
const given: Fold = ({ about, actor, body }) => [
  put('approval', [about, actor ?? ''], {}),
  ...(step.parse(body).complete ? [closed(about, 'executed')] : []),
]

const endings = z.object({ refusal: z.string() })
const refused: Fold = ({ about, body }) => {
  const { refusal } = endings.parse(body)
  return refusal === 'expired' || refusal === 'outdated' ? [closed(about, refusal)] : []
}

const why = z.object({ reason: z.string() })
const declined: Fold = ({ about, actor, body }) => {
  const row = { state: 'declined', declined_by: actor, declined_reason: why.parse(body).reason }
  return [put('approval_request', [about], row, ['closed_at'])]
}

const people = z.object({ lapsed: z.array(z.string()) })
const lapsed: Fold = ({ about, body }) => people.parse(body).lapsed.map((one) => drop('approval', [about, one]))

const touched = ({ about }: FoldedEntry) => [put('approval_request', [about], {}, ['excluded'])]

function closed(about: string, state: string) {
  return put('approval_request', [about], { state }, ['closed_at'])
}

export const approvalsTables: ModuleTables = {
  tables: [
    {
      name: 'approval_request',
      key: { id: 'uuid' },
      columns: {
        kind: 'value',
        subject: 'canonical',
        digest: 'value',
        requested_by: 'value',
        needed: 'value',
        excluded: 'digest',
        requested_at: 'time',
        expires_at: 'time',
        state: 'value',
        closed_at: 'time',
        declined_by: 'value',
        declined_reason: 'value',
      },
    },
    { name: 'approval', key: { request_id: 'uuid', person_id: 'uuid' }, columns: { at: 'time' } },
  ],
  leftOut: {},
  folds: {
    'approval.requested': requested,
    'approval.given': given,
    'approval.refused': refused,
    'approval.declined': declined,
    'approval.withdrawn': ({ about }) => [closed(about, 'withdrawn')],
    'approval.lapsed': lapsed,
    'approval.excluded': touched,
  },
  withoutRows: {},
}
