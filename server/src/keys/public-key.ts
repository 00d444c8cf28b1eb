// Public keys from outside: one SPKI PEM on a curve or with a modulus that this gate takes, nothing else. Elliptic-curve keys
// are recognized and written by their fixed DER prefix (RFC 5480), which costs a tenth of asking the library for it: a release
// reads two of them and writes one.

import { createPublicKey, type KeyObject } from 'node:crypto'
import { equalBytes, fromBase64, fromHex, Problem } from '@sallyport/protocol'

export type CurveName = 'secp256r1' | 'secp384r1' | 'secp521r1'

interface Curve {
  readonly name: CurveName
  /** DER of SubjectPublicKeyInfo up to the coordinates of an uncompressed point. */
  readonly prefix: Uint8Array
  readonly coordinateBytes: number
}

const curves: readonly Curve[] = [
  { name: 'secp256r1', prefix: bytesOf('3059301306072a8648ce3d020106082a8648ce3d03010703420004'), coordinateBytes: 32 },
  { name: 'secp384r1', prefix: bytesOf('3076301006072a8648ce3d020106052b8104002203620004'), coordinateBytes: 48 },
  { name: 'secp521r1', prefix: bytesOf('30819b301006072a8648ce3d020106052b810400230381860004'), coordinateBytes: 66 },
]

export interface PublicKey {
  readonly key: KeyObject
  /** The SPKI DER as it came. */
  readonly der: Uint8Array
  /** Null for a key that is not on a curve that the gate takes. */
  readonly curve: CurveName | null
}

/** Longest PEM read; RSA-4096 needs 800 characters. */
const maxLength = 2_000
const spkiPem = /^\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/

/**
 * Parse an SPKI PEM. ATTACKER: Node would also take a private key or a certificate here.
 * Throws Problem `invalid-request` for anything but one public key; OpenSSL refuses a point that is not on its curve.
 */
export function parsePublicKey(pem: string): PublicKey {
  const body = pem.length > maxLength ? undefined : spkiPem.exec(pem)?.[1]
  const der = body === undefined ? null : fromBase64(body.replaceAll(/\s/g, ''))
  if (der === null) throw unreadable()
  try {
    return { key: createPublicKey(pem), der, curve: curveOf(der)?.name ?? null }
  } catch (cause) {
    throw unreadable(cause)
  }
}

/** Write the public half of a key on one of the curves as SPKI PEM. */
export function writeEcPublicKey(key: KeyObject, curve: CurveName): string {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  const point = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]
  const body = Buffer.concat([curveNamed(curve).prefix, ...point]).toString('base64')
  let text = '-----BEGIN PUBLIC KEY-----\n'
  for (let at = 0; at < body.length; at += 64) text += `${body.slice(at, at + 64)}\n`
  return `${text}-----END PUBLIC KEY-----\n`
}

function curveOf(der: Uint8Array): Curve | undefined {
  return curves.find(
    ({ prefix, coordinateBytes }) =>
      der.length === prefix.length + 2 * coordinateBytes && equalBytes(der.subarray(0, prefix.length), prefix),
  )
}

function curveNamed(name: CurveName): Curve {
  const curve = curves.find((one) => one.name === name)
  if (curve === undefined) throw new TypeError('cannot write public key: unknown curve')
  return curve
}

function bytesOf(hex: string): Uint8Array {
  return fromHex(hex) ?? new Uint8Array()
}

function unreadable(cause?: unknown): Problem {
  return new Problem('invalid-request', 'cannot read public key: it is not an SPKI PEM public key, want one', { cause })
}
