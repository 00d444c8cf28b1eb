// The signature algorithms that tokens and proofs may use: asymmetric ones only. A shared secret would let whoever verifies
// also sign, and `none` proves nothing.

import { constants, verify, type KeyObject } from 'node:crypto'
import { concat } from '@sallyport/protocol'

interface SignatureAlgorithm {
  readonly keyType: 'EC' | 'RSA' | 'OKP'
  /** The one curve of an EC or OKP algorithm. */
  readonly curve?: string
  readonly digest: string | null
  /** Bytes of each of the two numbers of an EC signature. */
  readonly numberBytes?: number
  readonly padding?: { readonly padding: number; readonly saltLength: number }
}

const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }

/** SPEC: RFC 7518 section 3.1, RFC 8037, RFC 9864. */
const algorithms: ReadonlyMap<string, SignatureAlgorithm> = new Map<string, SignatureAlgorithm>([
  ['ES256', { keyType: 'EC', curve: 'P-256', digest: 'sha256', numberBytes: 32 }],
  ['ES384', { keyType: 'EC', curve: 'P-384', digest: 'sha384', numberBytes: 48 }],
  ['ES512', { keyType: 'EC', curve: 'P-521', digest: 'sha512', numberBytes: 66 }],
  ['RS256', { keyType: 'RSA', digest: 'sha256' }],
  ['RS384', { keyType: 'RSA', digest: 'sha384' }],
  ['RS512', { keyType: 'RSA', digest: 'sha512' }],
  ['PS256', { keyType: 'RSA', digest: 'sha256', padding }],
  ['PS384', { keyType: 'RSA', digest: 'sha384', padding }],
  ['PS512', { keyType: 'RSA', digest: 'sha512', padding }],
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
  if (found === undefined) return false
  if (found.padding !== undefined) return verify(found.digest, signed, { key, ...found.padding }, signature)
  if (found.numberBytes === undefined) return verify(found.digest, signed, key, signature)
  return signature.length === 2 * found.numberBytes && verify(found.digest, signed, key, derOf(signature))
}

/**
 * SPEC: RFC 7518 section 3.4 joins the two numbers; X9.62 has them as a DER sequence, which is what OpenSSL reads. Written here
 * because asking Node for it makes every verification a third slower.
 */
function derOf(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2
  const content = concat(derInteger(signature.subarray(0, half)), derInteger(signature.subarray(half)))
  return concat(
    content.length < 128 ? Uint8Array.of(0x30, content.length) : Uint8Array.of(0x30, 0x81, content.length),
    content,
  )
}

function derInteger(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0)
  const digits = first < 0 ? Uint8Array.of(0) : bytes.subarray(first)
  const isNegative = (digits[0] ?? 0) >= 0x80
  return concat(Uint8Array.of(2, digits.length + (isNegative ? 1 : 0), ...(isNegative ? [0] : [])), digits)
}
