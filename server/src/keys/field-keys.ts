// Each person has a key of their own for personal fields; it rests wrapped under the roster's key and bound to the person's
// id, so that one person's key cannot be put in another's place. Erasing the wrapped key erases what it sealed.

import { fromUtf8, parseId, Problem, utf8, type Id } from '@sallyport/protocol'
import { currentKey, type KeyProvider } from './provider.ts'
import { sealedUnder } from './sealed-under.ts'

export interface FieldKeys {
  /** Wrap a person's 32-byte key. The wrapped form names the roster key, so that it can be replaced. */
  wrapPersonKey(key: Uint8Array, personId: Id<'person'>): Uint8Array
  /** Unwrap it into fresh bytes. Throws Problem `unavailable` when it was altered or is another person's. */
  unwrapPersonKey(wrapped: Uint8Array, personId: Id<'person'>): Uint8Array
  /** Seal whom something is about, bound to that thing, where even that must not be read. */
  sealSubject(personId: Id<'person'>, thing: string): Uint8Array
  /** Throws Problem `unavailable` when it was altered or is another thing's. */
  openSubject(sealed: Uint8Array, thing: string): Id<'person'>
}

/** Use the roster's current key. Throws Problem `unavailable` when there is none. */
export function makeFieldKeys(provider: KeyProvider): FieldKeys {
  currentKey(provider, 'roster', 'aes-256')
  const { seal, open } = sealedUnder(provider, 'roster')
  return {
    wrapPersonKey: (key, personId) => {
      if (key.length !== 32) throw new TypeError('cannot wrap person key: want 32 bytes')
      return seal(key, `person-key:${personId}`)
    },
    unwrapPersonKey: (wrapped, personId) => open(wrapped, `person-key:${personId}`),
    sealSubject: (personId, thing) => seal(utf8(personId), `subject:${thing}`),
    openSubject: (sealed, thing) => {
      const personId = parseId<'person'>(fromUtf8(open(sealed, `subject:${thing}`)))
      if (personId === null) throw new Problem('unavailable', 'cannot open subject: it is no id, want what was sealed')
      return personId
    },
  }
}
