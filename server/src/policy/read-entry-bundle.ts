// Handing out entries as they were hashed. Nothing may be left out of them or made unreadable in them, or they would not be
// what the tree holds: whoever may not read all of the ledger is refused as a whole.

import type { TileName } from '@sallyport/protocol/ledger'
import type { Ledger } from '../ledger/index.ts'
import { spendPermit, type Permit } from './permit.ts'

/**
 * Read a bundle of entries, or its beginning; null for what no checkpoint covers. Throws Problem `refused` for a permit that
 * does not fit, `unavailable` where an entry is not the one of its leaf.
 */
export async function readEntryBundle(
  permit: Permit<'ledger.read'>,
  ledger: Pick<Ledger, 'entryBundle'>,
  name: TileName,
): Promise<Uint8Array | null> {
  spendPermit(permit, 'ledger.read', 'enclave')
  return await ledger.entryBundle(name)
}
