// The keys that sign what the ledger shows to outsiders: checkpoints by two algorithms, and receipts by a key of their own.

import { createPublicKey } from 'node:crypto'
import { fromBase64Url } from '@sallyport/protocol'
import { currentKey, type KeyAlgorithm, type KeyDoor, type KeyProvider } from './provider.ts'

export interface Signer {
  readonly kid: string
  /** Ed25519: 32 bytes (RFC 8032). P-256: the uncompressed point, 65 bytes (SEC 1). */
  readonly publicKeyRaw: Uint8Array
  readonly publicKeySpki: Uint8Array
  /** Ed25519: 64 bytes. P-256: ECDSA with SHA-256, DER. */
  sign(bytes: Uint8Array): Promise<Uint8Array>
}

export interface LedgerSigners {
  readonly checkpointEd25519: Signer
  readonly checkpointP256: Signer
  readonly receipt: Signer
}

/** Find the ledger's current signing keys. Throws Problem `unavailable` when one is missing. */
export function makeLedgerSigners(provider: KeyProvider): LedgerSigners {
  return {
    checkpointEd25519: signerOf(provider, 'ledger', 'ed25519'),
    checkpointP256: signerOf(provider, 'ledger', 'ec:secp256r1'),
    receipt: signerOf(provider, 'receipt', 'ed25519'),
  }
}

function signerOf(provider: KeyProvider, door: KeyDoor, algorithm: KeyAlgorithm): Signer {
  const { kid } = currentKey(provider, door, algorithm)
  const key = createPublicKey(provider.publicKeyPem(kid))
  const { x, y } = key.export({ format: 'jwk' })
  const point = [x, y].map((half) => fromBase64Url(half ?? '') ?? new Uint8Array())
  const publicKeyRaw = new Uint8Array(Buffer.concat(algorithm === 'ed25519' ? point : [Uint8Array.of(4), ...point]))
  return {
    kid,
    publicKeyRaw,
    publicKeySpki: new Uint8Array(key.export({ type: 'spki', format: 'der' })),
    sign: (bytes) => provider.sign({ kid, door }, bytes),
  }
}
