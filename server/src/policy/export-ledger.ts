// Handing out the whole ledger, for somebody who will check it offline. The ledger itself knows no permits; here one is spent.

import { PassThrough, type Readable } from 'node:stream'
import type { Ledger } from '../ledger/index.ts'
import { spendPermit, type Permit } from './permit.ts'

/**
 * Export the ledger up to its last checkpoint, as a stream that the caller reads to its end or destroys; a fault on the way
 * breaks it off. Throws Problem `refused` for a permit that does not fit.
 */
export function exportLedger(permit: Permit<'ledger.read'>, ledger: Pick<Ledger, 'exportTo'>): Readable {
  spendPermit(permit, 'ledger.read', 'enclave')
  const stream = new PassThrough()
  ledger.exportTo(stream).catch((error: unknown) => {
    stream.destroy(error instanceof Error ? error : new Error(String(error)))
  })
  return stream
}
