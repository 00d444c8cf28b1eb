// Hashing and signatures of the ledger by this machine's cryptography, and what signs for it. Keys come from outside:
// whoever opens the ledger hands in signers, which may sit in an HSM.

import { createPublicKey, hash, verify, type KeyObject } from 'node:crypto'
import { toBase64Url, utf8 } from '@sallyport/protocol'
import {
  checkpointText,
  ecdsaType,
  formatNote,
  type Checkpoint,
  type Sha256,
  type VerifyKey,
  type VerifySignature,
} from '@sallyport/protocol/ledger'

/** One key that signs for the ledger. Ed25519 signs the message, ECDSA P-256 its SHA-256 in DER form. */
export interface LedgerSigner {
  readonly key: VerifyKey
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>
}

/** Both keys sign every checkpoint; both are named as the origin of the ledger. */
export interface CheckpointSigner {
  readonly ed25519: LedgerSigner
  readonly p256: LedgerSigner
}

export const sha256: Sha256 = (data) => {
  const hashed = hash('sha256', data, 'buffer')
  return new Uint8Array(hashed.buffer, hashed.byteOffset, hashed.length)
}

export async function signCheckpoint(signer: CheckpointSigner, checkpoint: Checkpoint): Promise<string> {
  const text = checkpointText(checkpoint)
  const message = utf8(text)
  const signatures = [signer.ed25519, signer.p256].map(async (one) => ({
    name: one.key.name,
    keyId: one.key.keyId,
    signature: await one.sign(message),
  }))
  return formatNote(text, await Promise.all(signatures))
}

/** Check a signature with node:crypto. A key that does not parse has signed nothing. */
export const verifySignature: VerifySignature = (key, message, signature) => {
  try {
    return verify(key.type === ecdsaType ? 'sha256' : null, message, publicKeyOf(key), signature)
  } catch {
    return false
  }
}

function publicKeyOf(key: VerifyKey): KeyObject {
  if (key.type === ecdsaType) return createPublicKey({ key: Buffer.from(key.publicKey), format: 'der', type: 'spki' })
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(key.publicKey) }, format: 'jwk' })
}
