// What entries make of the decision point's tables.

import * as z from 'zod'
import { put, type Fold, type ModuleTables } from '../ledger/index.ts'
import { policySetPastText, policySetText } from './tables/store.ts'

const seen = z.object({ seen: z.object({ epoch: z.number() }).optional() })
const decided: Fold = ({ body }) => {
  const { seen: of } = seen.parse(body)
  return of === undefined ? [] : [put('access_epoch', ['true'], { epoch: of.epoch })]
}

const activated = z.object({ digest: z.string() })
const policySetActivated: Fold = ({ body }) => {
  const { digest } = activated.parse(body)
  return [
    { does: 'put-all', table: 'policy_set', columns: { in_force: false } },
    put('policy_set', [digest], { in_force: true, texts: digest }),
    { does: 'newest', table: 'policy_set_past', by: 'digest', is: digest },
  ]
}

const founded = z.object({ ceremony: z.string(), kind: z.string() })
const enclaveFounded: Fold = ({ body }) => {
  const { ceremony, kind } = founded.parse(body)
  return [put('enclave', ['true'], { name: ceremony, kind })]
}
const ceremonyBegun: Fold = ({ body }) => {
  const { ceremony } = founded.parse(body)
  return [put('ceremony', ['true'], { enclave_name: ceremony })]
}

export const policyTables: ModuleTables = {
  tables: [
    {
      name: 'policy_set',
      key: { digest: 'text' },
      columns: { texts: 'value', activated_at: 'time', in_force: 'value' },
      // SPEC: `policyDigest`. A set that was only asked for has no entry of its own, and its name holds it to its texts.
      source: policySetText,
      mayStand: 'NOT t.in_force AND t.texts = t.digest',
    },
    {
      name: 'policy_set_past',
      key: { since: 'text' },
      columns: { digest: 'value' },
      source: policySetPastText,
      markedBy: 'digest',
      order: 't.since::numeric',
    },
    { name: 'access_epoch', key: { only_row: 'boolean' }, columns: { epoch: 'at-least' }, mayStand: 'true' },
    { name: 'enclave', key: { only_row: 'boolean' }, columns: { name: 'value', kind: 'value', founded_at: 'time' } },
    {
      name: 'ceremony',
      key: { only_row: 'boolean' },
      columns: { enclave_name: 'value', namespace: 'fact', ledger_origin: 'fact', begun_at: 'time' },
      // Begun before there is a ledger, which its opening begins.
      mayStand: 'NOT EXISTS (SELECT FROM enclave)',
    },
  ],
  leftOut: {},
  folds: {
    'decision.permit': decided,
    'decision.deny': decided,
    'decision.filter': decided,
    'policy-set.activated': policySetActivated,
    'enclave.founded': enclaveFounded,
    'founding.opened': ceremonyBegun,
  },
  withoutRows: {},
}
