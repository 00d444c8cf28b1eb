// Which mechanism of a token does what with a key of which algorithm, and whether a token has it.

import { TokenFailure, type OpenQuestion, type TokenKey } from './pkcs11-messages.ts'
import type { Pkcs11Module } from './pkcs11-session.ts'
import type { KeyAlgorithm } from './provider.ts'

// SPEC: PKCS #11 3.0 (OASIS), section 2.3: what pkcs11js, which is of 2.40, has no names for.
const ckmEdwardsPair = 0x1055
const ckmEddsa = 0x1057
const ckkEdwards = 0x40
interface AlgorithmWords {
  readonly objectClass: number
  /** Tokens call a key for HMAC generic, or by its hash. */
  readonly keyType: readonly number[]
  readonly make: number
}

export function algorithmWords(p11: Pkcs11Module, algorithm: KeyAlgorithm): AlgorithmWords {
  const privateKey = p11.CKO_PRIVATE_KEY
  const secretKey = p11.CKO_SECRET_KEY
  const words: Readonly<Record<KeyAlgorithm, AlgorithmWords>> = {
    'ec:secp256r1': { objectClass: privateKey, keyType: [p11.CKK_EC], make: p11.CKM_EC_KEY_PAIR_GEN },
    'rsa:2048': { objectClass: privateKey, keyType: [p11.CKK_RSA], make: p11.CKM_RSA_PKCS_KEY_PAIR_GEN },
    ed25519: { objectClass: privateKey, keyType: [ckkEdwards], make: ckmEdwardsPair },
    'aes-256': { objectClass: secretKey, keyType: [p11.CKK_AES], make: p11.CKM_AES_KEY_GEN },
    'hmac-sha256': {
      objectClass: secretKey,
      keyType: [p11.CKK_GENERIC_SECRET, p11.CKK_SHA256_HMAC],
      make: p11.CKM_GENERIC_SECRET_KEY_GEN,
    },
  }
  return words[algorithm]
}

export function mechanismOf(p11: Pkcs11Module, { algorithm, use }: Omit<TokenKey, 'kid'>): number {
  if (use === 'derive') return p11.CKM_ECDH1_DERIVE
  if (use === 'decrypt') return p11.CKM_RSA_PKCS_OAEP
  if (use === 'seal') return p11.CKM_AES_GCM
  if (use === 'mac') return p11.CKM_SHA256_HMAC
  return algorithm === 'ed25519' ? ckmEddsa : p11.CKM_ECDSA
}

/** Throws TokenFailure that names each mechanism that the token lacks. */
export function requireMechanisms(
  p11: Pkcs11Module,
  offered: readonly number[],
  keys: OpenQuestion['keys'],
  toMake: OpenQuestion['toMake'],
): void {
  const wanted = [
    ...[...keys, ...toMake].map((key) => mechanismOf(p11, key)),
    ...toMake.map(({ algorithm }) => algorithmWords(p11, algorithm).make),
  ]
  const missing = [...new Set(wanted)].filter((one) => !offered.includes(one))
  if (missing.length === 0) return
  const names: Readonly<Record<number, string>> = {
    [ckmEddsa]: 'CKM_EDDSA',
    [ckmEdwardsPair]: 'CKM_EC_EDWARDS_KEY_PAIR_GEN',
    [p11.CKM_ECDH1_DERIVE]: 'CKM_ECDH1_DERIVE',
    [p11.CKM_ECDSA]: 'CKM_ECDSA',
    [p11.CKM_RSA_PKCS_OAEP]: 'CKM_RSA_PKCS_OAEP',
    [p11.CKM_AES_GCM]: 'CKM_AES_GCM',
    [p11.CKM_SHA256_HMAC]: 'CKM_SHA256_HMAC',
    [p11.CKM_EC_KEY_PAIR_GEN]: 'CKM_EC_KEY_PAIR_GEN',
    [p11.CKM_RSA_PKCS_KEY_PAIR_GEN]: 'CKM_RSA_PKCS_KEY_PAIR_GEN',
    [p11.CKM_AES_KEY_GEN]: 'CKM_AES_KEY_GEN',
    [p11.CKM_GENERIC_SECRET_KEY_GEN]: 'CKM_GENERIC_SECRET_KEY_GEN',
  }
  throw new TokenFailure('mechanism', `it cannot do ${missing.map((one) => names[one] ?? String(one)).join(', ')}`)
}
