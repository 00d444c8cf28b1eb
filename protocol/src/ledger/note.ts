// Signed notes: a text and signature lines under it, and the keys that check them.
// SPEC: C2SP signed-note v1.0.0; types 0x01 (Ed25519 over the text) and 0x02 (ECDSA over SHA-256 of the text, DER form).

import { concat, fromBase64, fromHex, toBase64, toHex, utf8 } from '../bytes.ts'
import type { Sha256 } from './merkle.ts'

export const ed25519Type = 1
export const ecdsaType = 2
export type NoteKeyType = typeof ed25519Type | typeof ecdsaType

/** A public key that signs notes. `publicKey` is 32 raw bytes for Ed25519 and a DER SubjectPublicKeyInfo for ECDSA. */
export interface VerifyKey {
  readonly name: string
  /** Eight hex digits. */
  readonly keyId: string
  readonly type: NoteKeyType
  readonly publicKey: Uint8Array
}

/** Check one signature: Ed25519 over the message, or ECDSA (DER) over SHA-256 of it. May not throw for a bad one. */
export type VerifySignature = (key: VerifyKey, message: Uint8Array, signature: Uint8Array) => boolean | Promise<boolean>

export interface NoteSignature {
  readonly name: string
  readonly keyId: string
  readonly signature: Uint8Array
}

export interface SignedNote {
  /** Ends with a newline. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** More than any honest log needs; the specification asks for at least 16. */
const maxSignatures = 64
const maxNoteLength = 512 * 1024
const keyName = /^[^\s+]+$/u
// oxlint-disable-next-line no-control-regex -- the specification forbids exactly these characters
const forbidden = /[\u0000-\u0009\u000b-\u001f]/

/**
 * Give a public key its name and key id. Throws TypeError for a name that is empty or has a space or a plus sign in it.
 * The id of an ECDSA key does not depend on its name.
 */
export function verifyKeyOf(sha256: Sha256, name: string, type: NoteKeyType, publicKey: Uint8Array): VerifyKey {
  if (!keyName.test(name)) throw new TypeError('cannot name note key: bad name, want no spaces and no plus sign')
  const named = type === ecdsaType ? publicKey : concat(utf8(`${name}\n`), Uint8Array.of(type), publicKey)
  return { name, keyId: toHex(sha256(named).subarray(0, 4)), type, publicKey }
}

/** Write a key in its one-line form: `name+keyid+base64(type || public key)`. */
export function formatVerifyKey(key: VerifyKey): string {
  return `${key.name}+${key.keyId}+${toBase64(concat(Uint8Array.of(key.type), key.publicKey))}`
}

/** Read a key from its one-line form. Returns null for any other text, an unknown type or a key id that is not its own. */
export function parseVerifyKey(sha256: Sha256, line: string): VerifyKey | null {
  const [, name, keyId, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(.+)$/u.exec(line) ?? []
  const bytes = fromBase64(encoded ?? '')
  if (name === undefined || bytes === null || bytes.length < 2) return null
  const type = bytes[0]
  if (type !== ed25519Type && type !== ecdsaType) return null
  if (type === ed25519Type && bytes.length !== 33) return null
  const key = verifyKeyOf(sha256, name, type, bytes.subarray(1))
  return key.keyId === keyId ? key : null
}

/** Write a note. `text` must end with a newline. */
export function formatNote(text: string, signatures: readonly NoteSignature[]): string {
  const lines = signatures.map(
    ({ name, keyId, signature }) => `— ${name} ${toBase64(concat(fromHex(keyId) ?? new Uint8Array(4), signature))}\n`,
  )
  return `${text}\n${lines.join('')}`
}

/** Split a note into text and signatures, none of them checked yet. Returns null when it is not a note. ATTACKER: anybody. */
export function parseNote(note: string): SignedNote | null {
  if (note.length > maxNoteLength || !note.isWellFormed() || forbidden.test(note) || !note.endsWith('\n')) return null
  const split = note.lastIndexOf('\n\n')
  if (split < 0) return null
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > maxSignatures) return null
  const signatures: NoteSignature[] = []
  for (const line of lines) {
    const [, name, encoded] = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? []
    const bytes = fromBase64(encoded ?? '')
    if (name === undefined || bytes === null || bytes.length < 5) return null
    signatures.push({ name, keyId: toHex(bytes.subarray(0, 4)), signature: bytes.subarray(4) })
  }
  return { text: note.slice(0, split + 1), signatures }
}

/**
 * Check a note against known keys. Signatures of unknown keys are ignored; one bad signature of a known key refuses the
 * note. Returns the text and the keys that signed it, at least one; otherwise null.
 */
export async function verifyNote(
  note: string,
  keys: readonly VerifyKey[],
  verify: VerifySignature,
): Promise<{ readonly text: string; readonly signedBy: readonly VerifyKey[] } | null> {
  const parsed = parseNote(note)
  if (parsed === null) return null
  const message = utf8(parsed.text)
  const signedBy = new Set<VerifyKey>()
  for (const { name, keyId, signature } of parsed.signatures) {
    const key = keys.find((known) => known.name === name && known.keyId === keyId)
    if (key === undefined) continue
    if (!(await verify(key, message, signature))) return null
    signedBy.add(key)
  }
  return signedBy.size === 0 ? null : { text: parsed.text, signedBy: [...signedBy] }
}
