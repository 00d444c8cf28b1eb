// From what a module hands in to the bytes that are hashed.

import { Problem, toBase64Url, type Id } from '@sallyport/protocol'
import { encodeEntry, leafHash, maxEntryBytes } from '@sallyport/protocol/ledger'
import { drawAhead, newId, type Clock, type Randomness } from '../base/index.ts'
import type { EntryDraft } from './entry.ts'
import { sha256 } from './signatures.ts'

export interface WrittenEntry {
  readonly id: Id<'entry'>
  readonly draft: EntryDraft
  readonly atMs: number
  readonly bytes: Uint8Array
  readonly leafHash: Uint8Array
}

/**
 * Write a draft as an entry with id, time and salt. Throws Problem `invalid-request` when it is longer than 65,535 bytes
 * (larger matter goes in by its hash) or holds text or numbers without a canonical form.
 */
export function writeEntry(draft: EntryDraft, atMs: number, clock: Clock, random: Randomness): WrittenEntry {
  const id = draft.id ?? newId<'entry'>(clock, random)
  const { kind, actor, about, body } = draft
  const bytes = encode({ id, atMs, kind, actor, about, body, salt: toBase64Url(random(16)) })
  if (bytes.length > maxEntryBytes) {
    throw new Problem(
      'invalid-request',
      `cannot record ${kind}: entry of ${bytes.length} bytes, want at most ${maxEntryBytes} and larger matter by hash`,
    )
  }
  return { id, draft, atMs, bytes, leafHash: leafHash(sha256, bytes) }
}

/** Randomness for the ids and salts of many entries at once. */
export function drawAtOnce(random: Randomness, entries: number): Randomness {
  return drawAhead(random, entries * (16 + 2 + 16))
}

function encode(entry: Parameters<typeof encodeEntry>[0]): Uint8Array {
  try {
    return encodeEntry(entry)
  } catch (error) {
    // A TypeError from the canonical form, or a RangeError when the body is nested deeper than the stack.
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error
    throw new Problem('invalid-request', `cannot record ${entry.kind}: no canonical form, want well-formed json`, {
      cause: error,
    })
  }
}
