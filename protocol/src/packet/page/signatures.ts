// Signed notes (C2SP), by the signatures that this browser can check. One that it cannot is said to be unchecked, never good.

import { fromBase64, joined, sha256, toHex, utf8, type Bytes } from './bytes.ts'

export interface Key {
  readonly line: string
  readonly name: string
  readonly id: string
  readonly kind: 'Ed25519' | 'ECDSA P-256'
  readonly bytes: Bytes
}

/** `unchecked`: the browser does not know the algorithm. */
export type Signed = 'good' | 'bad' | 'missing' | 'unchecked'

/** Read a key of one line; null for any other text and for a key id that is not its own. */
export async function parseKey(line: string): Promise<Key | null> {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(.+)$/u.exec(line) ?? []
  const all = fromBase64(encoded)
  if (name === undefined || id === undefined || all === null || all.length < 2) return null
  const bytes = all.slice(1)
  const type = all[0]
  if (type !== 1 && type !== 2) return null
  if (type === 1 && bytes.length !== 32) return null
  const hashed = type === 2 ? await sha256(bytes) : await sha256(utf8(`${name}\n`), Uint8Array.of(1), bytes)
  if (toHex(hashed.slice(0, 4)) !== id) return null
  return { line, name, id, kind: type === 1 ? 'Ed25519' : 'ECDSA P-256', bytes }
}

export interface Note {
  readonly text: string
  readonly signatures: readonly { readonly name: string; readonly id: string; readonly signature: Bytes }[]
}

export function parseNote(note: string): Note | null {
  const split = note.lastIndexOf('\n\n')
  if (split < 0 || !note.endsWith('\n')) return null
  const signatures = []
  for (const line of note.slice(split + 2, -1).split('\n')) {
    const [, name, encoded] = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? []
    const bytes = fromBase64(encoded)
    if (name === undefined || bytes === null || bytes.length < 5) return null
    signatures.push({ name, id: toHex(bytes.slice(0, 4)), signature: bytes.slice(4) })
  }
  return { text: note.slice(0, split + 1), signatures }
}

/** Tell for a key whether it signed a note. */
export async function signedBy(note: Note, key: Key): Promise<Signed> {
  const own = note.signatures.filter(({ name, id }) => name === key.name && id === key.id)
  if (own.length === 0) return 'missing'
  let answer: Signed = 'good'
  for (const { signature } of own) {
    const one = await verifies(key, utf8(note.text), signature)
    if (one !== 'good') answer = one
  }
  return answer
}

export async function verifies(key: Key, message: Bytes, signature: Bytes): Promise<Signed> {
  let known: CryptoKey
  try {
    known = await imported(key)
  } catch (error) {
    return error instanceof DOMException && error.name === 'NotSupportedError' ? 'unchecked' : 'bad'
  }
  try {
    if (key.kind === 'Ed25519') {
      return (await crypto.subtle.verify({ name: 'Ed25519' }, known, signature, message)) ? 'good' : 'bad'
    }
    const plain = rawSignature(signature)
    if (plain === null) return 'bad'
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
    return (await crypto.subtle.verify(algorithm, known, plain, message)) ? 'good' : 'bad'
  } catch {
    return 'bad'
  }
}

async function imported({ kind, bytes }: Key): Promise<CryptoKey> {
  return kind === 'Ed25519'
    ? await crypto.subtle.importKey('raw', bytes, { name: 'Ed25519' }, false, ['verify'])
    : await crypto.subtle.importKey('spki', bytes, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify'])
}

/** Take r and s out of the DER form, each to 32 bytes, as browsers want them. Null for any other form. */
function rawSignature(der: Bytes): Bytes | null {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return null
  const numbers: Bytes[] = []
  let at = 2
  while (at < der.length) {
    const length = der[at + 1] ?? 0
    const number = der.slice(at + 2, at + 2 + length)
    if (der[at] !== 0x02 || length === 0 || number.length !== length) return null
    const plain = number[0] === 0 ? number.slice(1) : number
    // One form only: no sign, no zero before what needs none.
    if ((number[0] ?? 0) > 127 || plain.length > 32 || (number[0] === 0 && (plain[0] ?? 0) < 128)) return null
    numbers.push(joined([new Uint8Array(32 - plain.length), plain]))
    at += 2 + length
  }
  return numbers.length === 2 ? joined(numbers) : null
}

/** The fingerprint that people compare: SHA-256 over the lines of the keys, sorted, each with a newline, in hex. */
export async function fingerprintOf(keys: readonly Key[]): Promise<string> {
  const lines = keys.map(({ line }) => line).sort()
  return toHex(await sha256(utf8(lines.map((line) => `${line}\n`).join(''))))
}
