// What any place that holds keys can do: the software keystore now, an HSM or a cloud's key service behind the same words.
// INVARIANT: one key serves one door with one algorithm. Every use names the door, and a provider refuses any other.

import { Problem } from '@sallyport/protocol'
import type { Secret } from './secret.ts'

export const keyAlgorithms = ['ec:secp256r1', 'rsa:2048', 'ed25519', 'aes-256', 'hmac-sha256'] as const
export type KeyAlgorithm = (typeof keyAlgorithms)[number]

/**
 * What a key is for. `identity` keys the nonces of sign-in proofs, `roster` wraps the keys of personal fields, `file` the
 * private halves of the keys of single files.
 */
export const keyDoors = ['kas', 'dke', 'cse', 'xks', 'ledger', 'receipt', 'roster', 'identity', 'file'] as const
export type KeyDoor = (typeof keyDoors)[number]

export interface KeyFacts {
  /** At most 32 characters, which is what OpenTDF registries take. */
  readonly kid: string
  readonly algorithm: KeyAlgorithm
  readonly door: KeyDoor
  /** The key that new work uses. Older ones stay, to unwrap and verify what they made. */
  readonly isCurrent: boolean
  readonly createdAtMs: number
}

/** Which key, for which door: the provider refuses a key of another door. */
export interface KeyUse {
  readonly kid: string
  readonly door: KeyDoor
}

export interface KeyProvider {
  /** What holds the keys: `software`. */
  readonly name: string
  list(): readonly KeyFacts[]
  /** SPKI PEM of an asymmetric key. Throws Problem `not-found` for any other kid. */
  publicKeyPem(kid: string): string
  /** Agree on a secret (the x-coordinate, 32 bytes) with an SPKI PEM public key on the same curve. */
  ecdh(use: KeyUse, peerPublicKeyPem: string): Promise<Secret>
  /** SPEC: RFC 8017 section 7.1, RSAES-OAEP with SHA-1 and an empty label: what OpenTDF uses. */
  rsaUnwrap(use: KeyUse, wrapped: Uint8Array): Promise<Secret>
  /** Ed25519: 64 bytes (RFC 8032). EC: ECDSA with SHA-256, DER. */
  sign(use: KeyUse, bytes: Uint8Array): Promise<Uint8Array>
  /**
   * AES-256-GCM: nonce (12 bytes), ciphertext, tag (16 bytes). Not a promise, because a decision opens fields in the middle
   * of its work: a provider across a network unwraps a data key of its own when it is opened.
   */
  seal(use: KeyUse, plaintext: Uint8Array, associated: Uint8Array): Uint8Array
  /** Open what `seal` made. Throws Problem `unavailable` when it was altered or belongs to other associated data. */
  open(use: KeyUse, sealed: Uint8Array, associated: Uint8Array): Uint8Array
  /** HMAC-SHA256, 32 bytes. */
  mac(use: KeyUse, bytes: Uint8Array): Promise<Uint8Array>
}

/** Find the key that new work uses. Throws Problem `unavailable` when the keystore has none. */
export function currentKey(provider: KeyProvider, door: KeyDoor, algorithm: KeyAlgorithm): KeyFacts {
  const found = provider.list().find((key) => key.door === door && key.algorithm === algorithm && key.isCurrent)
  if (found === undefined) {
    throw new Problem(
      'unavailable',
      `cannot find key: the keystore holds no current ${algorithm} key for ${door}, want one`,
    )
  }
  return found
}
