// What holders of receipts found lost, for whoever reads the ledger.

import type { Ledger, StoredEntry } from '../ledger/index.ts'
import { lostKind } from '../ledger/index.ts'
import { spendPermit, type Permit } from './permit.ts'

/** Read the alarms that holders of receipts raised, newest first, at most 1,000. Throws Problem `refused` for a permit that does not fit. */
export async function readAlarms(
  permit: Permit<'ledger.read'>,
  ledger: Pick<Ledger, 'search'>,
): Promise<readonly StoredEntry[]> {
  spendPermit(permit, 'ledger.read', 'enclave')
  return await ledger.search({ kind: lostKind, limit: 1000 })
}
