// Where the keys of an enclave are: in a sealed file of this gate, or in a token. Whoever opens or makes a keystore need not
// know which.

import type { Clock, Randomness } from '../base/index.ts'
import type { SealingSecret, SoftwareSeal } from './keystore-file.ts'
import { isTokenFile, readTokenFile } from './pkcs11-file.ts'
import {
  createTokenKey,
  createTokenKeystore,
  openTokenKeystore,
  type TokenSecret,
  type TokenSeal,
} from './pkcs11-keystore.ts'
import type { KeyFacts, KeyProvider, NewKey } from './provider.ts'
import { createSoftwareKey, createSoftwareKeystore, openSoftwareKeystore } from './software-keystore.ts'

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
 * Add one key, which becomes the current one of its door and algorithm; the earlier one stays for what it made.
 * A provider that is open does not see it: open the keystore again.
 */
export async function createKey(seal: KeystoreSeal, key: NewKey, clock: Clock): Promise<KeyFacts> {
  const { token, software } = byPlace(seal)
  return await (token === null ? createSoftwareKey(software, key, clock) : createTokenKey(token, key, clock))
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
