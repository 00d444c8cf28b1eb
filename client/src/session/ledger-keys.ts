// The pinned keys of the ledger, and the checks that they are used with.

import { createHash, createPublicKey, verify } from 'node:crypto'
import { Problem } from '@sallyport/protocol'
import {
  ed25519Type,
  parseVerifyKey,
  type Sha256,
  type VerifyKey,
  type VerifySignature,
} from '@sallyport/protocol/ledger'
import type { Pinned } from './profile.ts'

export const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest()

/** Read the pinned keys. Throws Problem when one cannot be read: a key that is not checked protects nobody. */
export function pinnedKeys(pinned: Pinned): readonly VerifyKey[] {
  return pinned.keys.map((line) => {
    const key = parseVerifyKey(sha256, line)
    if (key !== null) return key
    throw new Problem('invalid-request', `cannot use ledger key ${line}: it has another shape, want name+id+base64`)
  })
}

/** Check a signature of a note: Ed25519 over the message, ECDSA P-256 over its SHA-256. */
export const verifySignature: VerifySignature = ({ type, publicKey }, message, signature) => {
  try {
    if (type === ed25519Type) {
      const x = Buffer.from(publicKey).toString('base64url')
      const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
      return verify(null, message, key, signature)
    }
    const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' })
    return key.asymmetricKeyType === 'ec' && verify('sha256', message, key, signature)
  } catch {
    return false
  }
}
