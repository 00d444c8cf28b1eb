// One revocation list. Those of large authorities hold hundreds of thousands of entries, more than a library that makes an object of each
// can read: the entries are found here, in the bytes as they stand, and a library reads the list without them.
// SPEC: RFC 5280 section 5.1; X.690 sections 8 and 10 (DER).

import { constants, verify, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { X509Crl } from '@peculiar/x509'
import { concat, fromHex } from '@sallyport/protocol'

export interface RevocationList {
  /** The name of its issuer, DER. */
  readonly issuerName: Uint8Array
  readonly madeMs: number
  /** Until when it is good; null where it does not say. */
  readonly untilMs: number | null
  /** False for one that is only a part, or about other issuers' certificates: an extension says so that must not be passed over. */
  readonly isWhole: boolean
  /** How many certificates it names. */
  readonly size: number
  /** Whether it names a serial number: hex digits, of either case. True for what is no such number. */
  names(serial: string): boolean
  isSignedBy(key: KeyObject): Promise<boolean>
}

/** Read a list, DER. Throws TypeError for anything that is none. A list of 300,000 entries (14 MB) takes some 0.2 s. */
export function readRevocationList(der: Uint8Array): RevocationList {
  const whole = only(pieceAt(der, 0, der.length, tags.sequence), der.length)
  const tbs = pieceAt(der, whole.start, whole.end, tags.sequence)
  const algorithm = pieceAt(der, tbs.end, whole.end, tags.sequence)
  const signature = only(pieceAt(der, algorithm.end, whole.end, tags.bits), whole.end)
  const parts = piecesOf(der, tbs)
  const [inner, issuer] = parts[0]?.tag === tags.integer ? parts.slice(1) : parts
  if (inner === undefined || issuer === undefined) throw notOne('it has no issuer')
  // SPEC: section 5.1.1.2: both say the same.
  if (!Buffer.from(sliceOf(der, inner)).equals(sliceOf(der, algorithm))) throw notOne('it names two algorithms')
  const revoked = parts.find(({ tag, at }) => tag === tags.sequence && at > issuer.at)
  const entries = revoked === undefined ? [] : serialsIn(der, revoked)

  const rest = parts.filter((part) => part !== revoked).map((part) => sliceOf(der, part))
  const read = new X509Crl(sequenceOf(sequenceOf(...rest), sliceOf(der, algorithm), sliceOf(der, signature)))
  return {
    issuerName: sliceOf(der, issuer),
    madeMs: read.thisUpdate.getTime(),
    untilMs: read.nextUpdate?.getTime() ?? null,
    isWhole: !read.extensions.some(({ critical }) => critical),
    size: entries.length,
    names: finderOf(der, entries),
    // The first byte of a string of bits says how many bits of the last one are none.
    isSignedBy: async (key) =>
      der[signature.start] === 0 &&
      (await isSigned(read, sliceOf(der, tbs), key, der.subarray(signature.start + 1, signature.end))),
  }
}

const verifySignature = promisify(verify)

/** The type of key that an algorithm is for, by the name that WebCrypto has for it. */
const keyTypes: Readonly<Record<string, string>> = {
  'RSASSA-PKCS1-v1_5': 'rsa',
  'RSA-PSS': 'rsa',
  ECDSA: 'ec',
  Ed25519: 'ed25519',
}
const hashes: Readonly<Record<string, string>> = { 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' }

async function isSigned(list: X509Crl, signed: Uint8Array, key: KeyObject, signature: Uint8Array): Promise<boolean> {
  const { name, hash, saltLength } = list.signatureAlgorithm as {
    name: string
    hash?: { name: string }
    saltLength?: number
  }
  const digest = hash === undefined ? null : hashes[hash.name]
  if (keyTypes[name] !== key.asymmetricKeyType || digest === undefined) return false
  const padding = name === 'RSA-PSS' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: saltLength ?? 20 } : {}
  return await verifySignature(digest, signed, { key, ...padding }, signature).catch(() => false)
}

/** Where something stands: its tag is at `at`, its content from `start` to `end`. */
interface Piece {
  readonly tag: number
  readonly at: number
  readonly start: number
  readonly end: number
}

const tags = { integer: 0x02, bits: 0x03, sequence: 0x30 } as const

function pieceAt(der: Uint8Array, at: number, limit: number, wanted?: number): Piece {
  const tag = der[at]
  const first = der[at + 1]
  if (tag === undefined || first === undefined || at + 2 > limit) throw notOne('it ends too early')
  if ((tag & 0x1f) === 0x1f || (wanted !== undefined && tag !== wanted)) throw notOne(`it has a tag ${tag}`)
  const lengthBytes = first < 0x80 ? 0 : first - 0x80
  if (first === 0x80 || lengthBytes > 4) throw notOne('it has a length that DER does not have')
  const start = at + 2 + lengthBytes
  let length = first
  if (lengthBytes > 0) {
    length = 0
    for (let n = at + 2; n < start; n++) length = length * 256 + (der[n] ?? 0)
    if (length < 0x80 || length < 256 ** (lengthBytes - 1)) throw notOne('it has a length that DER does not have')
  }
  if (start + length > limit) throw notOne('it ends too early')
  return { tag, at, start, end: start + length }
}

function only(piece: Piece, end: number): Piece {
  if (piece.end !== end) throw notOne('more follows on it')
  return piece
}

function piecesOf(der: Uint8Array, { start, end }: Piece): readonly Piece[] {
  const pieces: Piece[] = []
  for (let at = start; at < end;) {
    const piece = pieceAt(der, at, end)
    pieces.push(piece)
    at = piece.end
  }
  return pieces
}

const sliceOf = (der: Uint8Array, { at, end }: Piece) => der.subarray(at, end)

/** Where the serial numbers of the entries stand. */
function serialsIn(der: Uint8Array, { start, end }: Piece): readonly number[] {
  const serials: number[] = []
  for (let at = start; at < end;) {
    const entry = pieceAt(der, at, end, tags.sequence)
    serials.push(pieceAt(der, entry.start, entry.end, tags.integer).at)
    at = entry.end
  }
  return serials
}

/** What says whether a number is among those that stand there: a table by their hashes, of places in the bytes. */
function finderOf(der: Uint8Array, serials: readonly number[]): (serial: string) => boolean {
  const mask = 2 ** Math.ceil(Math.log2(2 * serials.length + 2)) - 1
  const table = new Uint32Array(mask + 1)
  const numberAt = (at: number) => {
    const { start, end } = pieceAt(der, at, der.length)
    return magnitude(der.subarray(start, end))
  }
  for (const at of serials) {
    let slot = hashOf(numberAt(at)) & mask
    while (table[slot] !== 0) slot = (slot + 1) & mask
    table[slot] = at
  }
  return (serial) => {
    const bytes = fromHex(serial.length % 2 === 0 ? serial : `0${serial}`)
    if (bytes === null || bytes.length === 0) return true
    const wanted = magnitude(bytes)
    for (let slot = hashOf(wanted) & mask; table[slot] !== 0; slot = (slot + 1) & mask) {
      if (Buffer.from(wanted).equals(numberAt(table[slot] ?? 0))) return true
    }
    return false
  }
}

/** The bytes of a number without zeros before it. */
function magnitude(bytes: Uint8Array): Uint8Array {
  let at = 0
  while (at < bytes.length - 1 && bytes[at] === 0) at++
  return bytes.subarray(at)
}

/** FNV-1a, 32 bits: for a table of ours, filled from lists whose issuer is trusted. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

function sequenceOf(...parts: readonly Uint8Array[]): Uint8Array {
  const content = concat(...parts)
  const length: number[] = []
  for (let left = content.length; left > 0; left = Math.floor(left / 256)) length.unshift(left % 256)
  const head = content.length < 0x80 ? [content.length] : [0x80 + length.length, ...length]
  return concat(Uint8Array.of(tags.sequence, ...head), content)
}

function notOne(why: string): TypeError {
  return new TypeError(`cannot read revocation list: ${why}`)
}
