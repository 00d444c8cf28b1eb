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

const dueMail = z.object({ mail: z.string(), attempts: z.number(), trouble: z.string().nullable() })
const dueMailSettled =
  (state: string): Fold =>
  ({ id, about, body }) => {
    const { mail, attempts, trouble } = dueMail.parse(body)
    return [put('due_mail', [mail], { recipient: about, state, attempts, trouble, entry_id: id })]
  }
const dueMailResent: Fold = ({ body }) => {
  const { mail } = z.object({ mail: z.string() }).parse(body)
  return [
    { does: 'unsay', table: 'due_mail', key: [mail], columns: ['attempts', 'trouble', 'settled_at'] },
    put('due_mail', [mail], { state: 'waiting', entry_id: null }),
  ]
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
    {
      name: 'due_mail',
      key: { id: 'uuid' },
      columns: {
        recipient: 'value',
        state: 'value',
        attempts: 'value',
        trouble: 'value',
        made_at: 'time',
        settled_at: 'time',
        entry_id: 'value',
      },
      leftOut: { next_at: 'when it was to be sent next', day: 'follows from when it was made' },
      mayStand: "t.state = 'waiting'",
    },
  ],
  leftOut: { due_notice: 'what is told once to whom; it follows from the register, and gives and shows nothing' },
  folds: {
    'notice.sent': noticeSettled('sent'),
    'notice.failed': noticeSettled('failed'),
    'notice.dropped': noticeSettled('dropped'),
    'due-mail.sent': dueMailSettled('sent'),
    'due-mail.failed': dueMailSettled('failed'),
    'due-mail.dropped': dueMailSettled('dropped'),
    'due-mail.resent': dueMailResent,
  },
  withoutRows: {},
}
