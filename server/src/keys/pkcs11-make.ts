// Making a key on a token: by the token itself, never to leave it, for one use.

import { createPublicKey } from 'node:crypto'
import type * as Pkcs11 from 'pkcs11js'
import { algorithmWords } from './pkcs11-mechanisms.ts'
import { TokenFailure, type TokenKey, type TokenUse } from './pkcs11-messages.ts'
import { isTokenError, messageOf, type Pkcs11Module, type TokenSession } from './pkcs11-session.ts'
import type { KeyAlgorithm } from './provider.ts'

export interface MadeKey {
  readonly handle: Pkcs11.Handle
  /** SPKI DER; empty for a symmetric key. */
  readonly publicKey: Uint8Array
}

/** Make a key that stays on the token and does one thing. */
export function makeKey(session: TokenSession, key: TokenKey): MadeKey {
  const { p11, library, handle } = session
  const mechanism = { mechanism: algorithmWords(p11, key.algorithm).make }
  const named = [
    { type: p11.CKA_TOKEN, value: true },
    { type: p11.CKA_ID, value: Buffer.from(key.kid, 'latin1') },
    { type: p11.CKA_LABEL, value: key.kid },
  ]
  const kept = [
    ...named,
    { type: p11.CKA_PRIVATE, value: true },
    { type: p11.CKA_SENSITIVE, value: true },
    { type: p11.CKA_EXTRACTABLE, value: false },
    ...usesOf(p11, key.use),
  ]
  if (key.use === 'seal' || key.use === 'mac') {
    const template = [...kept, { type: p11.CKA_VALUE_LEN, value: 32 }]
    return { handle: library.C_GenerateKey(handle, mechanism, template), publicKey: new Uint8Array() }
  }
  const pair = makePair(session, key.algorithm, (shape) =>
    library.C_GenerateKeyPair(handle, mechanism, [...named, ...shape], kept),
  )
  return { handle: pair.privateKey, publicKey: publicKeyOf(session, pair.publicKey, key.algorithm) }
}

/** Every use is said, because tokens take one that is left out for allowed. */
function usesOf(p11: Pkcs11Module, use: TokenUse): readonly { readonly type: number; readonly value: boolean }[] {
  const { CKA_ENCRYPT, CKA_DECRYPT, CKA_SIGN, CKA_VERIFY, CKA_WRAP, CKA_UNWRAP, CKA_DERIVE } = p11
  const allowed = {
    derive: [CKA_DERIVE],
    sign: [CKA_SIGN],
    decrypt: [CKA_DECRYPT],
    seal: [CKA_ENCRYPT, CKA_DECRYPT],
    mac: [CKA_SIGN, CKA_VERIFY],
  }[use]
  const ofPair = [CKA_DERIVE, CKA_SIGN, CKA_DECRYPT, CKA_UNWRAP]
  const ofSecret = [...ofPair, CKA_ENCRYPT, CKA_VERIFY, CKA_WRAP]
  const all = use === 'seal' || use === 'mac' ? ofSecret : ofPair
  return all.map((type) => ({ type, value: allowed.includes(type) }))
}

const p256 = Buffer.from('06082a8648ce3d030107', 'hex')
/** id-Ed25519 (RFC 8410), and the name that tokens of PKCS #11 3.0 also take. */
const ed25519 = ['06032b6570', '130c656477617264733235353139'].map((hex) => Buffer.from(hex, 'hex'))

function makePair(
  { p11 }: TokenSession,
  algorithm: KeyAlgorithm,
  make: (shape: Pkcs11.Template) => Pkcs11.KeyPair,
): Pkcs11.KeyPair {
  if (algorithm === 'rsa:2048') {
    return make([
      { type: p11.CKA_MODULUS_BITS, value: 2048 },
      { type: p11.CKA_PUBLIC_EXPONENT, value: Buffer.from([1, 0, 1]) },
    ])
  }
  const [first = p256, second] = algorithm === 'ed25519' ? ed25519 : [p256]
  const named = (curve: Buffer) => make([{ type: p11.CKA_EC_PARAMS, value: curve }])
  try {
    return named(first)
  } catch (cause) {
    if (second === undefined || !isTokenError(cause)) throw cause
    return named(second)
  }
}

function publicKeyOf({ p11, library, handle }: TokenSession, key: Pkcs11.Handle, algorithm: KeyAlgorithm): Uint8Array {
  const read = (type: number): Buffer => library.C_GetAttributeValue(handle, key, [{ type }])[0]?.value as Buffer
  const part = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
  const jwk = (): { readonly [member: string]: string } => {
    if (algorithm === 'rsa:2048')
      return { kty: 'RSA', n: part(read(p11.CKA_MODULUS)), e: part(read(p11.CKA_PUBLIC_EXPONENT)) }
    // An OCTET STRING by the specification; some tokens write the point alone. The point is what stands at the end.
    const point = read(p11.CKA_EC_POINT)
    if (algorithm === 'ed25519') return { kty: 'OKP', crv: 'Ed25519', x: part(point.subarray(-32)) }
    return { kty: 'EC', crv: 'P-256', x: part(point.subarray(-64, -32)), y: part(point.subarray(-32)) }
  }
  try {
    return createPublicKey({ key: jwk(), format: 'jwk' }).export({ type: 'spki', format: 'der' })
  } catch (cause) {
    throw new TokenFailure('key', `the token's public key cannot be read: ${messageOf(cause)}`)
  }
}
