// The keys that sign what the ledger shows to outsiders: checkpoints by two algorithms, and receipts by a key of their own.

import { createPublicKey, hash } from 'node:crypto'
import { fromBase64Url } from '@sallyport/protocol'
import { ecdsaType, ed25519Type, verifyKeyOf, type VerifyKey } from '@sallyport/protocol/ledger'
import { currentKey, type KeyDoor, type KeyProvider } from './provider.ts'

export interface Signer {
  readonly kid: string
  /** The public half as a signed note names it: Ed25519 by its 32 bytes, P-256 by its SPKI DER. */
  readonly key: VerifyKey
  /** Ed25519: 64 bytes. P-256: ECDSA with SHA-256, DER. */
  sign(bytes: Uint8Array): Promise<Uint8Array>
}

export interface LedgerSigners {
  readonly checkpoint: { readonly ed25519: Signer; readonly p256: Signer }
  readonly receipt: Signer
}

/**
 * Find the ledger's current signing keys and name them as `origin`, the schema-less URL of the ledger.
 * Throws Problem `unavailable` when one is missing.
 */
export function makeLedgerSigners(provider: KeyProvider, origin: string): LedgerSigners {
  return {
    checkpoint: {
      ed25519: signerOf(provider, 'ledger', 'ed25519', origin),
      p256: signerOf(provider, 'ledger', 'ec:secp256r1', origin),
    },
    receipt: signerOf(provider, 'receipt', 'ed25519', origin),
  }
}

function signerOf(provider: KeyProvider, door: KeyDoor, algorithm: 'ed25519' | 'ec:secp256r1', origin: string): Signer {
  const { kid } = currentKey(provider, door, algorithm)
  const publicKey = createPublicKey(provider.publicKeyPem(kid))
  const key =
    algorithm === 'ed25519'
      ? verifyKeyOf(sha256, origin, ed25519Type, fromBase64Url(publicKey.export({ format: 'jwk' }).x ?? '') ?? none)
      : verifyKeyOf(sha256, origin, ecdsaType, publicKey.export({ type: 'spki', format: 'der' }))
  return { kid, key, sign: (bytes) => provider.sign({ kid, door }, bytes) }
}

const none = new Uint8Array()
const sha256 = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer')
