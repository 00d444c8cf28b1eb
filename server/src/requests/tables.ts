// What entries make of requests.

import * as z from 'zod'
import { put, type Fold, type ModuleTables } from '../ledger/index.ts'

const made = z.object({
  refusal: z.string(),
  action: z.string(),
  of: z.object({ kind: z.string(), id: z.string() }),
  roles: z.array(z.string()),
  text: z.string(),
})
const requestMade: Fold = ({ about, actor, body }) => {
  const { refusal, action, of, roles, text } = made.parse(body)
  return [
    put(
      'person_request',
      [about],
      {
        person_id: actor,
        decision_id: refusal,
        action,
        about_kind: of.kind,
        about_id: of.id,
        roles,
        text,
        state: 'waiting',
        answered_by: null,
        answered_at: null,
        answer: null,
      },
      ['made_at'],
    ),
  ]
}

const answered = z.object({ outcome: z.string(), text: z.string() })
const requestAnswered: Fold = ({ about, actor, body }) => {
  const { outcome, text } = answered.parse(body)
  return [put('person_request', [about], { state: outcome, answered_by: actor, answer: text }, ['answered_at'])]
}

const requestWithdrawn: Fold = ({ about }) => [put('person_request', [about], { state: 'withdrawn' })]

export const requestsTables: ModuleTables = {
  tables: [
    {
      name: 'person_request',
      key: { id: 'uuid' },
      columns: {
        person_id: 'value',
        decision_id: 'value',
        action: 'value',
        about_kind: 'value',
        about_id: 'value',
        roles: 'value',
        text: 'value',
        state: 'value',
        made_at: 'time',
        answered_by: 'value',
        answered_at: 'time',
        answer: 'value',
      },
    },
  ],
  leftOut: {},
  folds: {
    'request.made': requestMade,
    'request.answered': requestAnswered,
    'request.withdrawn': requestWithdrawn,
  },
  withoutRows: {},
}
