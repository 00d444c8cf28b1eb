// Ledger entries about authorizations.

import { createHash } from 'node:crypto'
import { canonicalJson, utf8, type Id, type JsonObject } from '@sallyport/protocol'
import type { EntryDraft } from '../ledger/index.ts'
import type { Authorization } from './authorization.ts'

/** Longest canonical terms that an entry carries whole; of longer ones it carries the digest alone. */
const termsInEntryBytes = 48_000

type Happened = 'registered' | 'approved' | 'founded' | 'amended' | 'ended'

/** Draft the entry of one change. Terms are told when they are new; later entries name them by digest. */
export function authorizationEntry(
  happened: Happened,
  authorization: Authorization,
  actor: Id<'person'> | null,
  more: JsonObject,
): EntryDraft {
  const { id, version, state, terms } = authorization
  const text = utf8(canonicalJson(terms))
  const isNew = happened === 'registered' || happened === 'founded' || happened === 'amended'
  return {
    kind: `authorization.${happened}`,
    actor,
    about: { kind: 'authorization', id },
    body: {
      number: terms.number,
      version,
      state,
      termsDigest: createHash('sha256').update(text).digest('hex'),
      ...(isNew && text.length <= termsInEntryBytes ? { terms } : {}),
      ...more,
    },
  }
}
