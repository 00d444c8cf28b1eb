// Signatures of checkpoints, checked by the browser.

import type { VerifySignature } from '@sallyport/protocol/ledger'
import { ed25519Type } from '@sallyport/protocol/ledger'

/** Check one signature of a note. What does not read as a key or a signature is false. ATTACKER: all of it. */
export const verifySignature: VerifySignature = async ({ type, publicKey }, message, signature) => {
  try {
    if (type === ed25519Type) {
      const key = await crypto.subtle.importKey('raw', octets(publicKey), 'Ed25519', false, ['verify'])
      return await crypto.subtle.verify('Ed25519', key, octets(signature), octets(message))
    }
    const raw = fromDer(signature)
    const curve = { name: 'ECDSA', namedCurve: 'P-256' }
    const key = await crypto.subtle.importKey('spki', octets(publicKey), curve, false, ['verify'])
    return raw !== null && (await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, raw, octets(message)))
  } catch {
    return false
  }
}

const octets = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)

/** SPEC: RFC 3279 section 2.2.3, a sequence of two integers; WebCrypto wants both, 32 octets each, in a row. */
function fromDer(der: Uint8Array): Uint8Array<ArrayBuffer> | null {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return null
  const raw = new Uint8Array(64)
  let at = 2
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0
    if (der[at] !== 0x02 || length === 0 || at + 2 + length > der.length) return null
    const value = der.subarray(at + 2, at + 2 + length)
    const whole = value[0] === 0 ? value.subarray(1) : value
    if (whole.length > 32) return null
    raw.set(whole, end - whole.length)
    at += 2 + length
  }
  return at === der.length ? raw : null
}
