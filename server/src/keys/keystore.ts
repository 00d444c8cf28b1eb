// Where the keys of an enclave are: in a sealed file of this gate, or in a token. Whoever opens or makes a keystore need not
// know which.

import type { Clock, Randomness } from '../base/index.ts'
import type { SealingSecret, SoftwareSeal } from './keystore-file.ts'
import { isTokenFile, readTokenFile } from './pkcs11-file.ts'
import {
  createTokenKeystore,
  listTokenKeys,
  openTokenKeystore,
  prepareTokenKey,
  settleTokenKeys,
  type TokenSecret,
  type TokenSeal,
} from './pkcs11-keystore.ts'
import type { KeyFacts, KeyProvider, NewKey, Settled } from './provider.ts'
import {
  createSoftwareKeystore,
  listSoftwareKeys,
  openSoftwareKeystore,
  prepareSoftwareKey,
  settleSoftwareKeys,
} from './software-keystore.ts'

/** What opens a keystore: the passphrase or key file that seals it, or the token that its keys are in. */
export type KeystoreSecret = SealingSecret | TokenSecret

export interface KeystoreSeal {
  /** Path of the keystore's file. */
  readonly path: string
  readonly secret: KeystoreSecret
  readonly random: Randomness
  /** Of a sealed file: cost of scrypt, a power of two from 2^14 to 2^20; 2^17 (128 MiB) unless said. */
  readonly scryptCost?: number
}

/** Make a keystore with these keys. Throws Problem `conflict` when the file exists. */
export async function createKeystore(seal: KeystoreSeal, keys: readonly NewKey[], clock: Clock): Promise<void> {
  const { token, software } = byPlace(seal)
  await (token === null ? createSoftwareKeystore(software, keys, clock) : createTokenKeystore(token, keys, clock))
}

/**
 * Make sure that a key of this door and algorithm waits to take the current one's place, and yield it: one that waits already
 * where there is one. It is durable when this resolves, and used for nothing. Throws Problem `conflict` when it lost to another
 * change of the file.
 */
export async function prepareKey(seal: KeystoreSeal, key: NewKey, clock: Clock): Promise<KeyFacts> {
  const { token, software } = byPlace(seal)
  return await (token === null ? prepareSoftwareKey(software, key, clock) : prepareTokenKey(token, key, clock))
}

/**
 * Bring the keystore up to what was approved: keys that waited become current, old ones that were destroyed are gone. Any number
 * of times. A provider that is open does not see it: open the keystore again.
 */
export async function settleKeys(seal: KeystoreSeal, settled: Settled): Promise<void> {
  const { token, software } = byPlace(seal)
  await (token === null ? settleSoftwareKeys(software, settled) : settleTokenKeys(token, settled))
}

/** Which keys the keystore holds at this moment, whatever an open provider knows. Throws as opening does. */
export async function listKeys(seal: KeystoreSeal): Promise<readonly KeyFacts[]> {
  const { token, software } = byPlace(seal)
  return await (token === null ? listSoftwareKeys(software) : listTokenKeys(token))
}

/** Open a keystore. Throws Problem `unavailable` that names its state. Makes nothing. */
export async function openKeystore(seal: KeystoreSeal): Promise<KeyProvider> {
  const { token, software } = byPlace(seal)
  return await (token === null ? openSoftwareKeystore(software) : openTokenKeystore(token))
}

/** A token as people look for it. */
export interface TokenName {
  readonly label: string
  readonly serial: string
}

/** Which token the keys of a keystore's file were made on; null when they are in the file itself, sealed. */
export function tokenOf(text: string): TokenName | null {
  if (!isTokenFile(text)) return null
  const { label, serial } = readTokenFile(text).madeOn
  return { label, serial }
}

type ByPlace =
  | { readonly token: TokenSeal; readonly software: null }
  | { readonly token: null; readonly software: SoftwareSeal }

function byPlace({ secret, ...rest }: KeystoreSeal): ByPlace {
  return secret.kind === 'token'
    ? { token: { ...rest, secret }, software: null }
    : { token: null, software: { ...rest, secret } }
}
