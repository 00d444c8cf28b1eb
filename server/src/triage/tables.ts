// What entries make of the states of refusals.

import * as z from 'zod'
import { put, type Fold, type ModuleTables } from '../ledger/index.ts'

const triaged = z.object({ state: z.string(), note: z.string() })
const refusalTriaged: Fold = ({ about, actor, body }) => {
  const { state, note } = triaged.parse(body)
  return [put('refusal_triage', [about], { state, note, by: actor }, ['at'])]
}

export const triageTables: ModuleTables = {
  tables: [
    {
      name: 'refusal_triage',
      key: { decision_id: 'uuid' },
      columns: { state: 'value', note: 'value', by: 'value', at: 'time' },
    },
  ],
  leftOut: {},
  folds: { 'refusal.triaged': refusalTriaged },
  withoutRows: {},
}
