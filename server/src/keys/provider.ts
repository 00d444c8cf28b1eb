// What any place that holds keys can do: the software keystore now, an HSM or a cloud's key service behind the same words.
// INVARIANT: one key serves one door with one algorithm. Every use names the door, and a provider refuses any other.

import { Problem, toHex } from '@sallyport/protocol'
import type { Randomness } from '../base/index.ts'
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
  /** Made to take the current one's place, and used for nothing until others have approved that. */
  readonly isWaiting: boolean
  readonly createdAtMs: number
}

/** Which key, for which door: the provider refuses a key of another door. */
export interface KeyUse {
  readonly kid: string
  readonly door: KeyDoor
}

export interface KeyProvider {
  /** What holds the keys: `software` or `pkcs11`. */
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
  /** Let go of whatever it holds open. Nothing is asked of it afterwards. */
  close(): void
}

/** A key that is to be made. */
export interface NewKey {
  readonly door: KeyDoor
  readonly algorithm: KeyAlgorithm
}

/**
 * The keys that a new enclave needs. The RSA key only where files wrapped by older clients must open. In a token none for the
 * keys of single files: it would be in the gate's memory and open them all, where a token's own key for files never is.
 */
export function enclaveKeys(options: { readonly rsa: boolean; readonly isInToken?: boolean }): readonly NewKey[] {
  return [
    { door: 'kas', algorithm: 'ec:secp256r1' },
    ...(options.rsa ? [{ door: 'kas', algorithm: 'rsa:2048' } as const] : []),
    { door: 'ledger', algorithm: 'ed25519' },
    { door: 'ledger', algorithm: 'ec:secp256r1' },
    { door: 'receipt', algorithm: 'ed25519' },
    { door: 'roster', algorithm: 'aes-256' },
    ...(options.isInToken === true ? [] : [{ door: 'file', algorithm: 'aes-256' } as const]),
    { door: 'identity', algorithm: 'hmac-sha256' },
  ]
}

/** Throws Problem `not-found` for no key, `refused` for one of another door or algorithm. */
export function requireUse(found: KeyFacts | undefined, use: KeyUse, algorithms: readonly KeyAlgorithm[]): void {
  if (found === undefined) throw new Problem('not-found', 'cannot use key: no key has this id, want one that is listed')
  if (found.isWaiting) throw misuse('it waits for approval, want one that is in use')
  if (found.door !== use.door) throw misuse(`it is for ${found.door}, want one for ${use.door}`)
  if (!algorithms.includes(found.algorithm)) {
    throw misuse(`it is for ${found.algorithm}, want one for ${algorithms.join(' or ')}`)
  }
}

export function misuse(state: string): Problem {
  return new Problem('refused', `cannot use key: ${state}`)
}

export function noPublicKey(): Problem {
  return new Problem('not-found', 'cannot find public key: no key has this id, want one that is listed')
}

/** Make an id for a key, of which its facts can be told at a glance. At most 32 characters. */
export function newKid({ door, algorithm }: NewKey, random: Randomness): string {
  const names = {
    'ec:secp256r1': 'p256',
    'rsa:2048': 'rsa2048',
    ed25519: 'ed25519',
    'aes-256': 'aes256',
    'hmac-sha256': 'hmac',
  } as const
  return `${door}-${names[algorithm]}-${toHex(random(4))}`
}

/** The keys with one more, which becomes the current one of its door and algorithm; earlier ones stay for what they made. */
export function withKey<K extends NewKey & { readonly isCurrent: boolean }>(keys: readonly K[], made: K): readonly K[] {
  const isSuperseded = (key: K) => key.door === made.door && key.algorithm === made.algorithm
  return [...keys.map((key) => (isSuperseded(key) ? { ...key, isCurrent: false } : key)), made]
}

interface Held extends NewKey {
  readonly kid: string
  readonly isCurrent: boolean
  readonly isWaiting?: true | undefined
}

/** The keys with one more that waits. Null where one of its door and algorithm waits already: it is the one to take. */
export function withWaiting<K extends Held>(keys: readonly K[], made: K): readonly K[] | null {
  return waitingIn(keys, made) === undefined ? [...keys, { ...made, isCurrent: false, isWaiting: true }] : null
}

/** The key of a door and algorithm that waits; undefined without one. */
export function waitingIn<K extends Held>(keys: readonly K[], { door, algorithm }: NewKey): K | undefined {
  return keys.find((key) => key.isWaiting === true && key.door === door && key.algorithm === algorithm)
}

/** Which keys have come into use and which were destroyed, by what was approved. */
export interface Settled {
  readonly inUse: readonly string[]
  readonly destroyed: readonly string[]
}

/**
 * The keys as they are after what was approved; null where they are so already. INVARIANT: new work never goes back to an older
 * key, whatever `inUse` says: only one that waits becomes the current one. The current one and one that waits are never destroyed.
 */
export function settle<K extends Held>(keys: readonly K[], { inUse, destroyed }: Settled): readonly K[] | null {
  const kept = keys.filter((key) => key.isCurrent || key.isWaiting === true || !destroyed.includes(key.kid))
  const taken = kept.filter((key) => key.isWaiting === true && inUse.includes(key.kid))
  if (taken.length === 0 && kept.length === keys.length) return null
  return taken.reduce<readonly K[]>((all, made) => {
    const { isWaiting: _, ...now } = { ...made, isCurrent: true }
    return withKey(
      all.filter((key) => key !== made),
      now as K,
    )
  }, kept)
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
