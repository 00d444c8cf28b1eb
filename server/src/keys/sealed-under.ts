// Small secrets that rest outside the keystore, sealed under one of its keys. The sealed form names the key, so that it can
// be replaced: format version (1 byte), length of the key id (1 byte), key id, and what the provider sealed.

import { concat, Problem, utf8 } from '@sallyport/protocol'
import { currentKey, type KeyDoor, type KeyProvider } from './provider.ts'

export interface SealedUnder {
  /** Seal under the current key of the door, bound to `associated`. */
  seal(plaintext: Uint8Array, associated: string): Uint8Array
  /** Open into fresh bytes. Throws Problem `unavailable` when it was altered or belongs to something else. */
  open(sealed: Uint8Array, associated: string): Uint8Array
  /** Whether the current key of the door sealed it. */
  isCurrent(sealed: Uint8Array): boolean
}

const formatVersion = 1

/** Seal under the door's current AES key. Sealing throws Problem `unavailable` while the keystore has none. */
export function sealedUnder(provider: KeyProvider, door: KeyDoor): SealedUnder {
  // Looked up each time: another one may have come into use since.
  const current = (): string => currentKey(provider, door, 'aes-256').kid
  return {
    seal(plaintext, associated) {
      const kid = current()
      const name = utf8(kid)
      const sealed = provider.seal({ kid, door }, plaintext, utf8(associated))
      return concat(Uint8Array.of(formatVersion, name.length), name, sealed)
    },
    open(sealed, associated) {
      const { kid, rest } = split(sealed)
      return provider.open({ kid, door }, rest, utf8(associated))
    },
    isCurrent: (sealed) => split(sealed).kid === current(),
  }
}

/** The key that sealed it. Throws Problem `unavailable` for what is no such form. */
export function kidOfSealed(sealed: Uint8Array): string {
  return split(sealed).kid
}

function split(sealed: Uint8Array): { readonly kid: string; readonly rest: Uint8Array } {
  const [version, length = 0] = sealed
  if (version !== formatVersion || sealed.length < 2 + length) {
    throw new Problem('unavailable', 'cannot open sealed key: it is not of version 1, want one')
  }
  return { kid: Buffer.from(sealed.subarray(2, 2 + length)).toString('latin1'), rest: sealed.subarray(2 + length) }
}
