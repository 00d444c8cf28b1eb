// What entries make of the ledger's own tables.

import * as z from 'zod'
import { put, type Fold, type ModuleTables } from './table.ts'

const stamped = z.object({ size: z.number(), authorityAt: z.string() })

const checkpointStamped: Fold = ({ id, body }) => {
  const { size, authorityAt } = stamped.parse(body)
  return [put('ledger_timestamp', [String(size)], { authority_at: Date.parse(authorityAt), entry_id: id })]
}

const audited = 'the ledger itself: the audit compares it with the tree'

export const ledgerTables: ModuleTables = {
  tables: [
    {
      name: 'ledger_timestamp',
      key: { size: 'bigint' },
      columns: { note: 'digest', answer: 'sealed', authority_at: 'time-said', stamped_at: 'time', entry_id: 'value' },
    },
  ],
  leftOut: {
    ledger_entries: audited,
    ledger_pending: audited,
    ledger_tile: audited,
    ledger_head: audited,
    ledger_act: 'what calls with a key did, for a day; what they did is in entries',
    ledger_stamping: 'whose turn it is to ask the authority next',
    schema_migration: 'which migrations ran: a version says which it has',
  },
  folds: { 'checkpoint.stamped': checkpointStamped },
  withoutRows: { 'receipt.lost': 'an alarm: the entry is all there is of it' },
}
