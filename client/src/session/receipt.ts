// A receipt is the ledger's signed word that an act was recorded. The client checks it with the key that it pinned.

import { Problem } from '@sallyport/protocol'
import { parseReceipt, parseVerifyKey, verifyReceipt } from '@sallyport/protocol/ledger'
import { sha256, verifySignature } from './ledger-keys.ts'
import type { Pinned } from './profile.ts'

/**
 * Check the receipt of an acknowledged act. Throws Problem conflict when the pinned key did not sign it for this ledger: the
 * act was done, and nothing proves that it was recorded.
 */
export async function checkReceipt(pinned: Pinned, value: unknown): Promise<void> {
  const key = parseVerifyKey(sha256, pinned.receiptKey)
  const receipt = parseReceipt(value)
  const isTrue = key !== null && receipt !== null && (await verifyReceipt(sha256, receipt, key, verifySignature))
  if (isTrue && receipt.origin === pinned.origin) return
  throw new Problem(
    'conflict',
    'cannot trust the receipt: the act was done, but the pinned key of the ledger did not sign for it, ' +
      'want a true receipt; tell your export control officer',
  )
}
