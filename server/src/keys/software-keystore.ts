// Keys in a sealed file, private halves in this process's memory as KeyObjects. The default where there is no HSM.
// INVARIANT: I10, a keystore and each of its keys come only from an explicit creation; opening makes nothing.

import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPair,
  privateDecrypt,
  sign,
  type KeyObject,
} from 'node:crypto'
import { promisify } from 'node:util'
import { fromBase64, fromUtf8, Problem, toBase64, utf8 } from '@sallyport/protocol'
import { z } from 'zod'
import type { Clock, Randomness } from '../base/index.ts'
import { openField, sealField } from './field-cipher.ts'
import { changeKeystoreFile, createKeystoreFile, readKeystoreFile, type SoftwareSeal } from './keystore-file.ts'
import {
  keyAlgorithms,
  keyDoors,
  newKid,
  noPublicKey,
  requireUse,
  settle,
  waitingIn,
  withKey,
  withWaiting,
  type KeyAlgorithm,
  type KeyFacts,
  type KeyProvider,
  type KeyUse,
  type NewKey,
  type Settled,
} from './provider.ts'
import { parsePublicKey } from './public-key.ts'
import { keepSecret } from './secret.ts'

const storedKey = z.strictObject({
  kid: z.string().min(1).max(32),
  door: z.enum(keyDoors),
  algorithm: z.enum(keyAlgorithms),
  isCurrent: z.boolean(),
  isWaiting: z.literal(true).optional(),
  createdAtMs: z.number().int(),
  /** PKCS #8 DER, or the 32 bytes of a symmetric key; base64. */
  key: z.string(),
})
type StoredKey = z.infer<typeof storedKey>
const content = z.strictObject({ keys: z.array(storedKey).max(1000) })

/** Make a keystore with these keys. Throws Problem `conflict` when the file exists. */
export async function createSoftwareKeystore(seal: SoftwareSeal, keys: readonly NewKey[], clock: Clock): Promise<void> {
  let stored: readonly StoredKey[] = []
  for (const key of keys) stored = withKey(stored, await generate(key, seal, clock))
  await createKeystoreFile(seal, write(stored))
}

/** Add one key that waits, unless one does. A provider that is open does not see it: open the keystore again. */
export async function prepareSoftwareKey(seal: SoftwareSeal, key: NewKey, clock: Clock): Promise<KeyFacts> {
  const there = waitingIn(await readKeys(seal), key)
  if (there !== undefined) return factsOf(there)
  const made = await generate(key, seal, clock)
  let prepared: StoredKey = made
  await changeKeystoreFile(seal, (plain) => {
    const keys = read(plain)
    const grown = withWaiting(keys, made)
    prepared = waitingIn(grown ?? keys, key) ?? made
    return write(grown ?? keys)
  })
  return factsOf(prepared)
}

/** Bring the file up to what was approved. */
export async function settleSoftwareKeys(seal: SoftwareSeal, settled: Settled): Promise<void> {
  if (settle(await readKeys(seal), settled) === null) return
  await changeKeystoreFile(seal, (plain) => {
    const keys = read(plain)
    return write(settle(keys, settled) ?? keys)
  })
}

/** Which keys the file holds. */
export async function listSoftwareKeys(seal: SoftwareSeal): Promise<readonly KeyFacts[]> {
  return (await readKeys(seal)).map(factsOf)
}

/** The keys of the file, their secrets left out. */
async function readKeys(seal: SoftwareSeal): Promise<readonly StoredKey[]> {
  const plain = await readKeystoreFile(seal)
  try {
    return read(plain).map((key) => ({ ...key, key: '' }))
  } finally {
    plain.fill(0)
  }
}

/** Open a keystore. Throws Problem `unavailable` that names the state: missing, cut off, altered, wrong passphrase, version. */
export async function openSoftwareKeystore(seal: SoftwareSeal): Promise<KeyProvider> {
  const plain = await readKeystoreFile(seal)
  try {
    const keys = new Map(read(plain).map((stored) => [stored.kid, load(stored)]))
    return softwareProvider(keys, seal)
  } finally {
    plain.fill(0)
  }
}

interface LoadedKey {
  readonly facts: KeyFacts
  readonly key: { readonly private: KeyObject; readonly publicPem: string } | { readonly symmetric: Uint8Array }
}

function softwareProvider(keys: ReadonlyMap<string, LoadedKey>, { random }: SoftwareSeal): KeyProvider {
  const listed = Object.freeze([...keys.values()].map(({ facts }) => facts))
  const privateKey = (use: KeyUse, ...algorithms: KeyAlgorithm[]): KeyObject => {
    const found = keys.get(use.kid)
    requireUse(found?.facts, use, algorithms)
    if (found === undefined || !('private' in found.key)) throw damaged()
    return found.key.private
  }
  const symmetricKey = (use: KeyUse, algorithm: KeyAlgorithm): Uint8Array => {
    const found = keys.get(use.kid)
    requireUse(found?.facts, use, [algorithm])
    if (found === undefined || !('symmetric' in found.key)) throw damaged()
    return found.key.symmetric
  }
  // What is a promise has an async body, so that what goes wrong is a rejection, as it would be with an HSM.
  return {
    name: 'software',
    list: () => listed,
    publicKeyPem: (kid) => {
      const key = keys.get(kid)?.key
      if (key === undefined || !('publicPem' in key)) throw noPublicKey()
      return key.publicPem
    },
    ecdh: async (use, peer) => {
      const own = privateKey(use, 'ec:secp256r1')
      const { key, curve } = parsePublicKey(peer)
      if (curve !== 'secp256r1') {
        throw new Problem('invalid-request', 'cannot agree on key: the other key is on another curve, want P-256')
      }
      return keepSecret(diffieHellman({ privateKey: own, publicKey: key }))
    },
    rsaUnwrap: async (use, wrapped) =>
      keepSecret(privateDecrypt({ key: privateKey(use, 'rsa:2048'), oaepHash: 'sha1' }, wrapped)),
    sign: async (use, bytes) => {
      const key = privateKey(use, 'ed25519', 'ec:secp256r1')
      return new Uint8Array(sign(key.asymmetricKeyType === 'ec' ? 'sha256' : null, bytes, key))
    },
    seal: (use, plaintext, associated) => sealField(symmetricKey(use, 'aes-256'), random, plaintext, associated),
    open: (use, sealed, associated) => openField(symmetricKey(use, 'aes-256'), sealed, associated),
    mac: async (use, bytes) =>
      new Uint8Array(createHmac('sha256', symmetricKey(use, 'hmac-sha256')).update(bytes).digest()),
    close: () => {},
  }
}

const generatePair = promisify(generateKeyPair)

async function generate(wanted: NewKey, { random }: SoftwareSeal, clock: Clock): Promise<StoredKey> {
  const key = await makeKey(wanted.algorithm, random)
  return { kid: newKid(wanted, random), ...wanted, isCurrent: true, createdAtMs: clock.now(), key: toBase64(key) }
}

async function makeKey(algorithm: KeyAlgorithm, random: Randomness): Promise<Uint8Array> {
  if (algorithm === 'ec:secp256r1') return pkcs8(await generatePair('ec', { namedCurve: 'prime256v1' }))
  if (algorithm === 'rsa:2048') return pkcs8(await generatePair('rsa', { modulusLength: 2048 }))
  return algorithm === 'ed25519' ? pkcs8(await generatePair('ed25519')) : random(32)
}

function pkcs8({ privateKey }: { readonly privateKey: KeyObject }): Uint8Array {
  return privateKey.export({ type: 'pkcs8', format: 'der' })
}

function load(stored: StoredKey): LoadedKey {
  const bytes = fromBase64(stored.key)
  if (bytes === null) throw damaged()
  if (stored.algorithm === 'aes-256' || stored.algorithm === 'hmac-sha256') {
    if (bytes.length !== 32) throw damaged()
    return { facts: factsOf(stored), key: { symmetric: bytes } }
  }
  const key = createPrivateKey({ key: Buffer.from(bytes), format: 'der', type: 'pkcs8' })
  bytes.fill(0)
  if (algorithmOf(key) !== stored.algorithm) throw damaged()
  const publicPem = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()
  return { facts: factsOf(stored), key: { private: key, publicPem } }
}

function algorithmOf(key: KeyObject): KeyAlgorithm | null {
  const facts = key.asymmetricKeyDetails
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519'
  if (key.asymmetricKeyType === 'ec' && facts?.namedCurve === 'prime256v1') return 'ec:secp256r1'
  return key.asymmetricKeyType === 'rsa' && facts?.modulusLength === 2048 ? 'rsa:2048' : null
}

function factsOf({ kid, door, algorithm, isCurrent, isWaiting, createdAtMs }: StoredKey): KeyFacts {
  return Object.freeze({ kid, door, algorithm, isCurrent, isWaiting: isWaiting === true, createdAtMs })
}

function write(keys: readonly StoredKey[]): Uint8Array {
  return utf8(JSON.stringify({ keys }))
}

function read(plain: Uint8Array): readonly StoredKey[] {
  const parsed = content.safeParse(JSON.parse(fromUtf8(plain)))
  if (!parsed.success) throw damaged()
  return parsed.data.keys
}

function damaged(): Problem {
  return new Problem(
    'unavailable',
    'cannot open keystore: a key in it is not of its kind, want a keystore of this version',
  )
}
