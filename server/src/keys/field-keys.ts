// Each person has a key of their own for personal fields; it rests wrapped under the roster's key and bound to the person's
// id, so that one person's key cannot be put in another's place. Erasing the wrapped key erases what it sealed.

import { concat, Problem, utf8, type Id } from '@sallyport/protocol'
import { currentKey, type KeyProvider } from './provider.ts'

export interface FieldKeys {
  /** Wrap a person's 32-byte key. The wrapped form names the roster key, so that it can be replaced. */
  wrapPersonKey(key: Uint8Array, personId: Id<'person'>): Uint8Array
  /** Unwrap it into fresh bytes. Throws Problem `unavailable` when it was altered or is another person's. */
  unwrapPersonKey(wrapped: Uint8Array, personId: Id<'person'>): Uint8Array
}

/** Use the roster's current key. Throws Problem `unavailable` when there is none. */
export function makeFieldKeys(provider: KeyProvider): FieldKeys {
  const current = currentKey(provider, 'roster', 'aes-256')
  return {
    wrapPersonKey: (key, personId) => {
      if (key.length !== 32) throw new TypeError('cannot wrap person key: want 32 bytes')
      const sealed = provider.seal({ kid: current.kid, door: 'roster' }, key, associated(personId))
      const kid = utf8(current.kid)
      return concat(Uint8Array.of(formatVersion, kid.length), kid, sealed)
    },
    unwrapPersonKey: (wrapped, personId) => {
      const [version, length = 0] = wrapped
      if (version !== formatVersion || wrapped.length < 2 + length) {
        throw new Problem('unavailable', 'cannot unwrap person key: it is not a wrapped key of version 1, want one')
      }
      const kid = Buffer.from(wrapped.subarray(2, 2 + length)).toString('latin1')
      return provider.open({ kid, door: 'roster' }, wrapped.subarray(2 + length), associated(personId))
    },
  }
}

const formatVersion = 1

function associated(personId: Id<'person'>): Uint8Array {
  return utf8(`person-key:${personId}`)
}
