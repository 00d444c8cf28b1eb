// Ledger entries about classification records: each carries the record whole where it is new, and its digest always.

import { createHash } from 'node:crypto'
import { canonicalJson, utf8, type Id, type JsonObject } from '@sallyport/protocol'
import type { EntryDraft } from '../ledger/index.ts'
import type { Classification } from './classification.ts'

/** `founded` and `raised` take effect at once; `approved` what was `registered`. */
type Happened = 'registered' | 'founded' | 'raised' | 'approved' | 'withdrawn'

export function classificationEntry(
  happened: Happened,
  classification: Classification,
  actor: Id<'person'> | null,
  more: JsonObject,
): EntryDraft {
  const { id, state, terms, supersedes, reason } = classification
  const isNew = happened === 'registered' || happened === 'founded' || happened === 'raised'
  return {
    kind: `classification.${happened}`,
    actor,
    about: { kind: 'classification', id },
    body: {
      number: terms.number,
      state,
      termsDigest: createHash('sha256')
        .update(utf8(canonicalJson(terms)))
        .digest('hex'),
      ...(isNew ? { terms, supersedes, reason } : {}),
      ...more,
    },
  }
}
