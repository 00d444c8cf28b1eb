// With the whole ledger at hand, what a packet states can be proven: the filter chooses the same entries again, and no other.

import { fromUtf8 } from '../bytes.ts'
import { exportEntries } from '../ledger/index.ts'
import { isChosen, type Selection } from './packet.ts'

/** The first entry that a filter chooses and that a packet does not have; null where it has all of them. */
export interface LeftOut {
  readonly index: number
}

/**
 * Hold a verified packet's entries against an export, which the caller has verified and found to hold the tree of the packet's
 * checkpoint (`outside` of verifyExport). `has` tells whether the packet has the entry at a position. Throws what `chunks` throws.
 */
export async function verifySelection(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { first, end, filter }: Selection,
  has: (index: number) => boolean,
): Promise<LeftOut | null> {
  let index = 0
  for await (const entry of exportEntries(chunks)) {
    if (index >= end) return null
    if (index >= first && !has(index) && isChosen(fromUtf8(entry), filter)) return { index }
    index++
  }
  return null
}
