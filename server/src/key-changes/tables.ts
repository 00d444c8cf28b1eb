// What entries make of what was approved about keys.

import * as z from 'zod'
import { put, type Fold, type ModuleTables } from '../ledger/index.ts'

const key = z.object({ door: z.string(), algorithm: z.string(), kid: z.string() })
const exchange = key.extend({ from: z.string().nullable() })

const rotated: Fold = ({ body }) => {
  const { door, algorithm, kid, from } = exchange.parse(body)
  return [
    ...(from === null ? [] : [put('keystore_key', [from], { door, algorithm, state: 'old' })]),
    put('keystore_key', [kid], { door, algorithm, state: 'in-use' }),
  ]
}

const destroyed: Fold = ({ body }) => {
  const { door, algorithm, kid } = key.parse(body)
  return [put('keystore_key', [kid], { door, algorithm, state: 'destroyed' })]
}

export const keyChangesTables: ModuleTables = {
  tables: [
    {
      name: 'keystore_key',
      key: { kid: 'text' },
      columns: { door: 'value', algorithm: 'value', state: 'value', changed_at: 'time' },
    },
  ],
  leftOut: { keystore_generation: 'a number by which processes know that the keystore changed' },
  folds: { 'key.rotated': rotated, 'key.destroyed': destroyed },
  withoutRows: {
    'key.files-moved': 'halves sealed again say the same, and open under no other key than the one that sealed them',
  },
}
