// One client's key for one response: what is released goes out wrapped to it. For an elliptic-curve client the gate makes a
// fresh key of its own per response, so that no two responses share a wrapping key.

import {
  createHash,
  hash,
  createCipheriv,
  createSecretKey,
  constants,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  publicEncrypt,
  type KeyObject,
} from 'node:crypto'
import { concat, Problem } from '@sallyport/protocol'
import type { Randomness } from '../base/index.ts'
import { parsePublicKey, writeEcPublicKey, type CurveName, type PublicKey } from './public-key.ts'
import { useSecret, type Secret } from './secret.ts'

export interface ClientSession {
  /** SPKI PEM of the gate's fresh key; empty for an RSA client. */
  readonly sessionPublicKeyPem: string
  /** How the share goes out: `ec:secp256r1`, `rsa:2048`, ... */
  readonly algorithm: string
  /** SPEC: NIST SP 800-57 part 1, table 2: 112 for RSA-2048, 128 for RSA-3072 and P-256, and so on. */
  readonly strengthBits: number
  /** SHA-256 of the client key's SPKI DER as it came, hex: for the ledger. */
  readonly clientKeyThumbprint: string
}

/** SPEC: OpenTDF: HKDF-SHA256 with salt SHA-256("TDF") and empty info gives the key that wraps a share. */
export const tdfSalt = createHash('sha256').update('TDF').digest()

const strengths = { secp256r1: 128, secp384r1: 192, secp521r1: 256 } as const

const wrappers = new WeakMap<ClientSession, (share: Secret) => Uint8Array>()

/**
 * Open a session for a client's public key (SPKI PEM): P-256, P-384, P-521, or RSA of 2048 to 4096 bits.
 * Throws Problem `invalid-request` with details.kind `client-key` for any other, and for one below `minimumStrengthBits`.
 */
export function makeClientSession(
  clientPublicKeyPem: string,
  options: { readonly random: Randomness; readonly minimumStrengthBits?: 112 | 128 },
): ClientSession {
  const { key, der, curve } = parseClientKey(clientPublicKeyPem)
  const [facts, wrap] = curve === null ? rsaSession(key) : ecSession(key, curve, options.random)
  const least = options.minimumStrengthBits ?? 112
  if (facts.strengthBits < least) {
    throw unusable(`it has a strength of ${facts.strengthBits} bits, want ${least} or more`)
  }
  const session = Object.freeze({ ...facts, clientKeyThumbprint: hash('sha256', der, 'hex') })
  wrappers.set(session, wrap)
  return session
}

/** Wrap a share for the client. Stays inside the key module. */
export function wrapFor(session: ClientSession, share: Secret): Uint8Array {
  const wrap = wrappers.get(session)
  if (wrap === undefined) throw new TypeError('cannot wrap share: the session was not made by makeClientSession')
  return wrap(share)
}

type Session = [Omit<ClientSession, 'clientKeyThumbprint'>, (share: Secret) => Uint8Array]

function rsaSession(key: KeyObject): Session {
  if (key.asymmetricKeyType !== 'rsa') throw unusable('it is neither RSA nor on P-256, P-384 or P-521')
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  const exponent = key.asymmetricKeyDetails?.publicExponent ?? 0n
  if (bits < 2048 || bits > 4096) throw unusable(`it is RSA of ${bits} bits, want 2048 to 4096`)
  // SPEC: FIPS 186-5 section A.1.1: the exponent is odd and above 2^16.
  if (exponent <= 65_536n || exponent % 2n === 0n) throw unusable('its RSA exponent is weak, want 65537')
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  return [
    { sessionPublicKeyPem: '', algorithm: `rsa:${bits}`, strengthBits: bits >= 3072 ? 128 : 112 },
    (share) => useSecret(share, (bytes) => new Uint8Array(publicEncrypt({ key, padding, oaepHash: 'sha1' }, bytes))),
  ]
}

function ecSession(key: KeyObject, curve: CurveName, random: Randomness): Session {
  const own = generateKeyPairSync('ec', { namedCurve: curve === 'secp256r1' ? 'prime256v1' : curve })
  const agreed = diffieHellman({ privateKey: own.privateKey, publicKey: key })
  const wrappingKey = wrappingKeyOf(agreed)
  agreed.fill(0)
  return [
    {
      sessionPublicKeyPem: writeEcPublicKey(own.publicKey, curve),
      algorithm: `ec:${curve}`,
      strengthBits: strengths[curve],
    },
    (share) => useSecret(share, (bytes) => seal(wrappingKey, bytes, random(12))),
  ]
}

/**
 * Derive the key that wraps a share from an agreed secret. Bytes become KeyObjects before they are used: Node takes longer to
 * find out that bytes are no KeyObject than to make one.
 */
export function wrappingKeyOf(agreed: Uint8Array): KeyObject {
  const derived = new Uint8Array(hkdfSync('sha256', createSecretKey(agreed), tdfSalt, '', 32))
  const key = createSecretKey(derived)
  derived.fill(0)
  return key
}

function seal(key: KeyObject, share: Uint8Array, nonce: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  return concat(nonce, cipher.update(share), cipher.final(), cipher.getAuthTag())
}

function parseClientKey(pem: string): PublicKey {
  try {
    return parsePublicKey(pem)
  } catch {
    throw unusable('it is not an SPKI PEM public key, want one')
  }
}

function unusable(state: string): Problem {
  return new Problem('invalid-request', `cannot use client key: ${state}`, { details: { kind: 'client-key' } })
}
