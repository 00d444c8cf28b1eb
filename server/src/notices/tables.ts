// What entries make of notices: one that waits is not on record yet.

import * as z from 'zod'
import { put, type Fold, type ModuleTables } from '../ledger/index.ts'

const settled = z.object({
  event: z.string(),
  recipient: z.string(),
  attempts: z.number(),
  trouble: z.string().nullable().default(null),
})

const noticeSettled =
  (state: string): Fold =>
  ({ id, about, body }) => {
    const { event, recipient, attempts, trouble } = settled.parse(body)
    return [put('notice', [about, event, recipient], { state, attempts, trouble, entry_id: id })]
  }

export const noticesTables: ModuleTables = {
  tables: [
    {
      name: 'notice',
      key: { request_id: 'uuid', event: 'text', recipient: 'uuid' },
      columns: {
        state: 'value',
        attempts: 'value',
        trouble: 'value',
        made_at: 'time',
        settled_at: 'time',
        entry_id: 'value',
      },
      leftOut: { next_at: 'when it was to be sent next' },
      mayStand: "t.state = 'waiting'",
    },
  ],
  leftOut: {},
  folds: {
    'notice.sent': noticeSettled('sent'),
    'notice.failed': noticeSettled('failed'),
    'notice.dropped': noticeSettled('dropped'),
  },
  withoutRows: {},
}
