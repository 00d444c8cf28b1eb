// Comparing every table with the ledger, by whoever may read it.

import type { Ledger, OpenForPerson, TablesCompared } from '../ledger/index.ts'
import { spendPermit, type Permit } from './permit.ts'

export interface CompareParts {
  readonly ledger: Pick<Ledger, 'compareTables'>
  /** Open what entries seal for a person. Nothing of it is told. */
  readonly openForPerson: OpenForPerson
}

/** Compare them. Throws as `Ledger.compareTables`, and Problem `refused` for a permit that does not fit. */
export async function compareTables(
  permit: Permit<'ledger.read'>,
  { ledger, openForPerson }: CompareParts,
): Promise<TablesCompared> {
  spendPermit(permit, 'ledger.read', 'enclave')
  return await ledger.compareTables(openForPerson)
}
