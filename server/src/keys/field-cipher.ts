// How fields are sealed under a key of the roster: AES-256-GCM as nonce (12 bytes), ciphertext, tag (16 bytes).

import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { concat, Problem } from '@sallyport/protocol'
import type { Randomness } from '../base/index.ts'

export function sealField(
  key: Uint8Array | KeyObject,
  random: Randomness,
  plaintext: Uint8Array,
  associated: Uint8Array,
): Uint8Array {
  const nonce = random(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(associated)
  return concat(nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag())
}

/** Throws Problem `unavailable` when it was altered or belongs to other associated data. */
export function openField(key: Uint8Array | KeyObject, sealed: Uint8Array, associated: Uint8Array): Uint8Array {
  const altered = 'cannot open sealed field: it was altered or belongs to somebody else, want what was sealed'
  if (sealed.length < 28) throw new Problem('unavailable', altered)
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
  decipher.setAAD(associated)
  decipher.setAuthTag(sealed.subarray(sealed.length - 16))
  try {
    return concat(decipher.update(sealed.subarray(12, sealed.length - 16)), decipher.final())
  } catch {
    throw new Problem('unavailable', altered)
  }
}
