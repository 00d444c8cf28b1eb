// Who did what an entry records, in plain words: also where that was nobody of the roster.

import type { LedgerEntry } from '@sallyport/protocol/ledger'
import * as z from 'zod'

/** Kinds of entries that no person of the roster is the actor of, and who is instead. */
const others: Readonly<Record<string, string>> = {
  'backup.restored': 'an administrator',
  'legal-data.loaded': 'an administrator',
  'receipt.lost': 'whoever holds the receipt',
}
const strangers = new Set(['decision.permit', 'decision.deny', 'decision.filter', 'release.refused', 'release.failed'])

const founding = z.object({ ceremony: z.string() })

/** Whoever acted in the ceremony that founded the enclave, before anybody was on its roster. */
export const founders = 'the founders'

/** Name whoever acted where an entry has no actor. */
export function actorOfNone({ kind, body }: Pick<LedgerEntry, 'kind' | 'body'>): string {
  if (strangers.has(kind)) return 'nobody on the roster'
  // Wrong codes come from anybody; all else in a ceremony is done by those who hold it.
  if (kind === 'founding.code-refused') return 'somebody with a wrong code'
  if (founding.safeParse(body).success) return founders
  return others[kind] ?? 'the gate itself'
}
