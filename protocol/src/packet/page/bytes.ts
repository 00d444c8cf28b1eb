// Bytes, text and hashes by what the browser has. This page shares no code with the gate or the command line: it is a second
// implementation of the same check.

export const hashBytes = 32

/** Raised for bytes that are not a packet; the text is for the reader. */
export class NotAPacket extends Error {}

export type Bytes = Uint8Array<ArrayBuffer>

export async function sha256(...parts: readonly Bytes[]): Promise<Bytes> {
  const all = parts.length === 1 ? parts[0] : joined(parts)
  return new Uint8Array(await crypto.subtle.digest('SHA-256', all ?? new Uint8Array(0)))
}

export function joined(parts: readonly Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

export function isEqual(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && b !== undefined && a.length === b.length && a.every((byte, i) => byte === b[i])
}

export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text)
}

/** Decode UTF-8; null for anything else. */
export function textOf(bytes: Bytes): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

export function toHex(bytes: Bytes): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Decode padded base64 in its one form; null for anything else. */
export function fromBase64(text: unknown): Bytes | null {
  if (typeof text !== 'string' || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
  return btoa(String.fromCharCode(...bytes)) === text ? bytes : null
}

/** Decode hashes; null where one of them is none. */
export function hashesOf(list: unknown): Bytes[] | null {
  if (!Array.isArray(list) || list.length > 53) return null
  const hashes = list.map(fromBase64)
  return hashes.every((hash) => hash?.length === hashBytes) ? (hashes as Bytes[]) : null
}

/** Parse JSON; null for anything else. */
export function jsonOf(bytes: Bytes): unknown {
  const text = textOf(bytes)
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null
  }
}
