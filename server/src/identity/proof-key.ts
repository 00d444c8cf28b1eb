// The public key that a proof carries, and its thumbprint. Imported keys are kept, because a client proves possession of the
// same key with every request.

import { createPublicKey, hash, type KeyObject } from 'node:crypto'
import { refused } from './refusal.ts'
import { isAlgorithmOf } from './signature-algorithms.ts'

const mostKept = 10_000
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
const coordinate = /^[A-Za-z0-9_-]{1,1024}$/

/** A public JWK with exactly the members that its thumbprint covers. */
export type PublicJwk =
  | { readonly kty: 'EC'; readonly crv: string; readonly x: string; readonly y: string }
  | { readonly kty: 'OKP'; readonly crv: string; readonly x: string }
  | { readonly kty: 'RSA'; readonly e: string; readonly n: string }

/** Parse the JWK of a proof's header for its algorithm. ATTACKER: any JSON. Throws Problem `not-signed-in`. */
export function parseProofJwk(value: unknown, algorithm: string): PublicJwk {
  if (typeof value !== 'object' || value === null) throw unusable()
  if (privateMembers.some((name) => name in value)) throw unusable()
  const member = (name: string): string => {
    const text: unknown = name in value ? value[name as keyof typeof value] : undefined
    if (typeof text !== 'string' || !coordinate.test(text)) throw unusable()
    return text
  }
  const kty = member('kty')
  const crv = kty === 'RSA' ? undefined : member('crv')
  if (!isAlgorithmOf(algorithm, kty, crv)) throw unusable()
  if (kty === 'EC' && crv !== undefined) return { kty, crv, x: member('x'), y: member('y') }
  if (kty === 'OKP' && crv !== undefined) return { kty, crv, x: member('x') }
  if (kty === 'RSA') return { kty, e: member('e'), n: member('n') }
  throw unusable()
}

/** SPEC: RFC 7638: SHA-256 over the required members in order of name. The members hold no character that JSON escapes. */
export function thumbprintOf(jwk: PublicJwk): string {
  switch (jwk.kty) {
    case 'EC':
      return hash('sha256', `{"crv":"${jwk.crv}","kty":"EC","x":"${jwk.x}","y":"${jwk.y}"}`, 'base64url')
    case 'OKP':
      return hash('sha256', `{"crv":"${jwk.crv}","kty":"OKP","x":"${jwk.x}"}`, 'base64url')
    case 'RSA':
      return hash('sha256', `{"e":"${jwk.e}","kty":"RSA","n":"${jwk.n}"}`, 'base64url')
    default:
      throw unusable()
  }
}

/** Make the import of proof keys, which keeps the latest ones by thumbprint. */
export function makeProofKeys(): (jwk: PublicJwk, thumbprint: string) => KeyObject {
  const kept = new Map<string, KeyObject>()
  return (jwk, thumbprint) => {
    const known = kept.get(thumbprint)
    if (known !== undefined) return known
    const key = importKey(jwk)
    if (kept.size >= mostKept) kept.clear()
    kept.set(thumbprint, key)
    return key
  }
}

function importKey(jwk: PublicJwk): KeyObject {
  let key: KeyObject
  try {
    key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
  } catch {
    throw unusable()
  }
  const bits = key.asymmetricKeyDetails?.modulusLength
  if (bits !== undefined && (bits < 2048 || bits > 4096)) throw unusable()
  return key
}

function unusable(): Error {
  return refused('invalid_dpop_proof', 'the key of the proof is not a public key for its algorithm')
}
