// What entries make of candidates: one that waits for a decision is on record by its refusal alone, of which it says more than may
// stand beside that.

import * as z from 'zod'
import { put, type Fold, type ModuleTables } from '../ledger/index.ts'

const changed = z.object({ state: z.string() })

const decided: Fold = ({ about, actor, body }) => [
  put('candidate', [about], { state: changed.parse(body).state, decided_by: actor, closed_by: null }),
]

const closed: Fold = ({ about, actor, body }) => [
  put('candidate', [about], { state: changed.parse(body).state, closed_by: actor }, ['sealed_closing', 'closed_at']),
]

export const candidatesTables: ModuleTables = {
  tables: [
    {
      name: 'candidate',
      key: { id: 'uuid' },
      columns: {
        mark: 'sealed',
        day_mark: 'sealed',
        subject: 'sealed',
        sealed_matter: 'sealed',
        opened_at: 'time',
        state: 'value',
        sealed_decision: 'sealed',
        decided_by: 'value',
        decided_at: 'time',
        sealed_closing: 'sealed',
        closed_by: 'value',
        closed_at: 'time',
      },
      leftOut: { refusals: 'counts on with every refusal, each of which has its entry' },
      mayStand: "t.state = 'open'",
    },
  ],
  leftOut: { candidate_position: 'up to where refusals were looked at' },
  folds: { 'candidate.decided': decided, 'candidate.closed': closed },
  withoutRows: {},
}
