// Byte encodings that the formats need: base64 (RFC 4648 section 4, padded), base64url (section 5, unpadded), hex, UTF-8.
// Uint8Array.toBase64 is not in every runtime that we serve yet, so that the small loops stand here once.

declare const TextEncoder: new () => { encode(text: string): Uint8Array }
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string }

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function utf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** Decode UTF-8. Throws TypeError on bytes that are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}

const standard = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const urlSafe = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

export function toBase64(bytes: Uint8Array): string {
  const text = encode64(bytes, standard)
  return text + '='.repeat((4 - (text.length % 4)) % 4)
}

export function toBase64Url(bytes: Uint8Array): string {
  return encode64(bytes, urlSafe)
}

/** Decode padded standard base64. Returns null for any other text, non-canonical trailing bits included. */
export function fromBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0) return null
  const end = text.endsWith('==') ? text.length - 2 : text.endsWith('=') ? text.length - 1 : text.length
  return decode64(text, end, standardValues)
}

/** Decode unpadded base64url. Returns null for any other text, non-canonical trailing bits included. */
export function fromBase64Url(text: string): Uint8Array | null {
  return text.length % 4 === 1 ? null : decode64(text, text.length, urlSafeValues)
}

const hexDigits = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'))

export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += hexDigits[byte]
  return text
}

/** Decode hex in either case. Returns null for anything else. */
export function fromHex(text: string): Uint8Array | null {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return null
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16)
  return bytes
}

/** Join byte arrays into a new one. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** Compare for equality, not in constant time: for hashes and names, never for secrets. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

const standardValues = valuesOf(standard)
const urlSafeValues = valuesOf(urlSafe)

function valuesOf(alphabet: string): Int8Array {
  const values = new Int8Array(128).fill(-1)
  for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i
  return values
}

function encode64(bytes: Uint8Array, alphabet: string): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const a = bytes[i] ?? 0
    const b = bytes[i + 1]
    const c = bytes[i + 2]
    text += alphabet.charAt(a >> 2) + alphabet.charAt(((a & 3) << 4) | ((b ?? 0) >> 4))
    if (b !== undefined) text += alphabet.charAt(((b & 15) << 2) | ((c ?? 0) >> 6))
    if (c !== undefined) text += alphabet.charAt(c & 63)
  }
  return text
}

function decode64(text: string, end: number, values: Int8Array): Uint8Array | null {
  if (end % 4 === 1) return null
  const bytes = new Uint8Array(Math.floor((end * 3) / 4))
  let at = 0
  let bits = 0
  let held = 0
  for (let i = 0; i < end; i++) {
    const value = values[text.charCodeAt(i)] ?? -1
    if (value < 0) return null
    held = (held << 6) | value
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (held >> bits) & 255
      held &= (1 << bits) - 1
    }
  }
  return held === 0 ? bytes : null
}
