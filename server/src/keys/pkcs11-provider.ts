// The keys of a token behind the words of every provider. Private keys and HMAC keys work inside the token. Fields of the
// roster are the exception: a decision opens them in the middle of its work, so that the token opens their key once, and it
// is in the gate's memory from then on. Without the token it does not come back.

import { createPublicKey, type KeyObject } from 'node:crypto'
import { fromBase64, Problem } from '@sallyport/protocol'
import type { Randomness } from '../base/index.ts'
import { openField, sealField } from './field-cipher.ts'
import { useOf, type TokenFile, type TokenFileKey } from './pkcs11-file.ts'
import type { TokenPool } from './pkcs11-pool.ts'
import {
  misuse,
  noPublicKey,
  requireUse,
  type KeyAlgorithm,
  type KeyFacts,
  type KeyProvider,
  type KeyUse,
} from './provider.ts'
import { parsePublicKey } from './public-key.ts'
import { keepSecret } from './secret.ts'

export interface TokenParts {
  readonly file: TokenFile
  readonly pool: TokenPool
  /** By kid. */
  readonly fieldKeys: ReadonlyMap<string, KeyObject>
  readonly random: Randomness
}

export function tokenProvider({ file, pool, fieldKeys, random }: TokenParts): KeyProvider {
  const listed = Object.freeze(file.keys.map(factsOf))
  const byKid = new Map(listed.map((facts) => [facts.kid, facts]))
  const publicKeys = new Map(file.keys.flatMap(publicKeyOf))
  const usable = (use: KeyUse, ...algorithms: KeyAlgorithm[]): string => {
    requireUse(byKid.get(use.kid), use, algorithms)
    return use.kid
  }
  const fieldKey = (use: KeyUse): KeyObject => {
    const key = fieldKeys.get(usable(use, 'aes-256'))
    if (key === undefined) throw new TypeError('cannot use field key: the token did not open it')
    return key
  }
  return {
    name: 'pkcs11',
    list: () => listed,
    publicKeyPem: (kid) => {
      const pem = publicKeys.get(kid)
      if (pem === undefined) throw noPublicKey()
      return pem
    },
    ecdh: async (use, peer) => {
      const kid = usable(use, 'ec:secp256r1')
      if (useOf({ door: use.door, algorithm: 'ec:secp256r1' }) !== 'derive')
        throw misuse('it signs, want one that agrees')
      // ATTACKER: tokens differ in whether they look if a point is on the curve; OpenSSL does, here.
      const { der, curve } = parsePublicKey(peer)
      if (curve !== 'secp256r1') {
        throw new Problem('invalid-request', 'cannot agree on key: the other key is on another curve, want P-256')
      }
      return keepSecret(await pool.ask({ verb: 'derive', kid, point: der.subarray(-65) }))
    },
    rsaUnwrap: async (use, wrapped) => {
      const kid = usable(use, 'rsa:2048')
      if (wrapped.length !== 256) {
        throw new Problem('invalid-request', `cannot unwrap key: it has ${wrapped.length} bytes, want 256`)
      }
      return keepSecret(await pool.ask({ verb: 'decrypt', kid, bytes: wrapped }))
    },
    sign: async (use, bytes) => {
      const kid = usable(use, 'ed25519', 'ec:secp256r1')
      const algorithm = byKid.get(kid)?.algorithm ?? 'ed25519'
      if (useOf({ door: use.door, algorithm }) !== 'sign') throw misuse('it agrees on secrets, want one that signs')
      const signature = await pool.ask({ verb: 'sign', kid, bytes })
      return algorithm === 'ed25519' ? signature : derSignature(signature)
    },
    seal: (use, plaintext, associated) => sealField(fieldKey(use), random, plaintext, associated),
    open: (use, sealed, associated) => openField(fieldKey(use), sealed, associated),
    mac: async (use, bytes) => await pool.ask({ verb: 'mac', kid: usable(use, 'hmac-sha256'), bytes }),
    close: () => pool.close(),
  }
}

export function factsOf({ kid, door, algorithm, isCurrent, isWaiting, createdAtMs }: TokenFileKey): KeyFacts {
  return Object.freeze({ kid, door, algorithm, isCurrent, isWaiting: isWaiting === true, createdAtMs })
}

function publicKeyOf(key: TokenFileKey): readonly (readonly [string, string])[] {
  if (key.algorithm === 'aes-256' || key.algorithm === 'hmac-sha256') return []
  const der = Buffer.from(fromBase64(key.proof) ?? [])
  const pem = createPublicKey({ key: der, format: 'der', type: 'spki' }).export({ type: 'spki', format: 'pem' })
  return [[key.kid, String(pem)]]
}

/** SPEC: RFC 3279 section 2.2.3, ECDSA-Sig-Value of r and s, from the 64 bytes that tokens write. */
function derSignature(signature: Uint8Array): Uint8Array {
  const integer = (bytes: Uint8Array): Uint8Array => {
    const first = bytes.findIndex((byte) => byte !== 0)
    const digits = bytes.subarray(first < 0 ? bytes.length - 1 : first)
    const isHigh = ((digits[0] ?? 0) & 0x80) !== 0
    return Uint8Array.of(2, digits.length + (isHigh ? 1 : 0), ...(isHigh ? [0] : []), ...digits)
  }
  const [r, s] = [integer(signature.subarray(0, 32)), integer(signature.subarray(32))]
  return Uint8Array.of(0x30, r.length + s.length, ...r, ...s)
}
