// Whether the token holds the very keys that the keystore's file names: each does once what only it can do. A token that was
// put in the place of another, or a key in the place of another, is found before anything is served.

import {
  constants,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  publicEncrypt,
  timingSafeEqual,
  verify,
  type KeyObject,
} from 'node:crypto'
import { fromBase64, Problem } from '@sallyport/protocol'
import type { Randomness } from '../base/index.ts'
import { checkBytes, requireMac, useOf, type TokenFile, type TokenFileKey } from './pkcs11-file.ts'
import type { TokenUse } from './pkcs11-messages.ts'
import type { AskToken } from './pkcs11-pool.ts'

/**
 * Prove the file and each key. Yields the field keys, 32 bytes each, by kid; the caller takes them over.
 * Throws Problem `unavailable` that names the key.
 */
export async function proveKeys(
  file: TokenFile,
  ask: AskToken,
  random: Randomness,
): Promise<ReadonlyMap<string, Uint8Array>> {
  await requireMac(file, ask)
  const fieldKeys = new Map<string, Uint8Array>()
  for (const key of file.keys) {
    const proof = fromBase64(key.proof)
    const fieldKey = proof === null ? null : await proofs[useOf(key)](key, proof, ask, random).catch(refusedAs(key))
    if (fieldKey === null) throw another(key)
    if (fieldKey.length > 0) fieldKeys.set(key.kid, fieldKey)
  }
  return fieldKeys
}

const nothing = new Uint8Array()

/** Yields the field key, nothing for any other key that is proved, and null for one that is another. */
type Prove = (key: TokenFileKey, proof: Uint8Array, ask: AskToken, random: Randomness) => Promise<Uint8Array | null>

const proofs: Readonly<Record<TokenUse, Prove>> = {
  derive: async ({ kid }, proof, ask) => {
    const own = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    const point = own.publicKey.export({ type: 'spki', format: 'der' }).subarray(-65)
    const agreed = diffieHellman({ privateKey: own.privateKey, publicKey: publicKeyOf(proof) })
    return same(await ask({ verb: 'derive', kid, point }), agreed)
  },
  sign: async ({ kid, algorithm }, proof, ask, random) => {
    const bytes = random(32)
    const signature = await ask({ verb: 'sign', kid, bytes })
    const digest = algorithm === 'ed25519' ? null : 'sha256'
    const isSigned = verify(digest, bytes, { key: publicKeyOf(proof), dsaEncoding: 'ieee-p1363' }, signature)
    return isSigned ? nothing : null
  },
  decrypt: async ({ kid }, proof, ask, random) => {
    const bytes = random(32)
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    const wrapped = publicEncrypt({ key: publicKeyOf(proof), padding, oaepHash: 'sha1' }, bytes)
    return same(await ask({ verb: 'decrypt', kid, bytes: wrapped }), bytes)
  },
  mac: async ({ kid }, proof, ask) => same(await ask({ verb: 'mac', kid, bytes: checkBytes(kid) }), proof),
  seal: async ({ kid }, proof, ask) => {
    const fieldKey = await ask({ verb: 'unseal', kid, nonce: proof.subarray(0, 12), bytes: proof.subarray(12) })
    return fieldKey.length === 32 ? fieldKey : null
  },
}

function publicKeyOf(der: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' })
}

function same(one: Uint8Array, other: Uint8Array): Uint8Array | null {
  return one.length === other.length && timingSafeEqual(one, other) ? nothing : null
}

/** A token that refuses is as good an answer as a wrong result; one that is gone is not. */
function refusedAs(key: TokenFileKey): (cause: unknown) => never {
  return (cause) => {
    throw cause instanceof Problem && cause.code === 'invalid-request' ? another(key, cause) : cause
  }
}

function another({ kid }: TokenFileKey, cause?: unknown): Problem {
  return new Problem(
    'unavailable',
    `cannot open keystore: the token's key ${kid} is another one, want the token that the enclave was founded with, ` +
      'or one that its backup was restored to',
    { cause, details: { fault: 'key' } },
  )
}
