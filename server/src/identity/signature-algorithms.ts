// The signature algorithms that tokens and proofs may use: asymmetric ones only. A shared secret would let whoever verifies
// also sign, and `none` proves nothing.

import { constants, verify, type KeyObject } from 'node:crypto'

interface SignatureAlgorithm {
  readonly keyType: 'EC' | 'RSA' | 'OKP'
  /** The one curve of an EC or OKP algorithm. */
  readonly curve?: string
  readonly digest: string | null
  readonly options?: { readonly padding: number; readonly saltLength: number } | { readonly dsaEncoding: 'ieee-p1363' }
}

const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants
const dsaEncoding = 'ieee-p1363'

/** SPEC: RFC 7518 section 3.1, RFC 8037, RFC 9864. */
const algorithms: ReadonlyMap<string, SignatureAlgorithm> = new Map<string, SignatureAlgorithm>([
  ['ES256', { keyType: 'EC', curve: 'P-256', digest: 'sha256', options: { dsaEncoding } }],
  ['ES384', { keyType: 'EC', curve: 'P-384', digest: 'sha384', options: { dsaEncoding } }],
  ['ES512', { keyType: 'EC', curve: 'P-521', digest: 'sha512', options: { dsaEncoding } }],
  ['RS256', { keyType: 'RSA', digest: 'sha256' }],
  ['RS384', { keyType: 'RSA', digest: 'sha384' }],
  ['RS512', { keyType: 'RSA', digest: 'sha512' }],
  ['PS256', { keyType: 'RSA', digest: 'sha256', options: { padding, saltLength } }],
  ['PS384', { keyType: 'RSA', digest: 'sha384', options: { padding, saltLength } }],
  ['PS512', { keyType: 'RSA', digest: 'sha512', options: { padding, saltLength } }],
  ['EdDSA', { keyType: 'OKP', curve: 'Ed25519', digest: null }],
  ['Ed25519', { keyType: 'OKP', curve: 'Ed25519', digest: null }],
])

export const algorithmNames: readonly string[] = [...algorithms.keys()]

/** Say whether a JWK of this type and curve may be used with the algorithm. */
export function isAlgorithmOf(name: string, keyType: string, curve: string | undefined): boolean {
  const algorithm = algorithms.get(name)
  return algorithm?.keyType === keyType && algorithm.curve === curve
}

/** Check a JWS signature. False for an algorithm that is not taken. */
export function isSignedBy(key: KeyObject, algorithm: string, signed: Uint8Array, signature: Uint8Array): boolean {
  const found = algorithms.get(algorithm)
  return found !== undefined && verify(found.digest, signed, { key, ...found.options }, signature)
}
