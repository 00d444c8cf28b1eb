// The file that a packet is: a ZIP archive in its plainest form, which every computer opens. Nothing is compressed, dated or
// commented, the order is fixed, and the bytes around the parts follow from their names, sizes and check sums alone, so that one
// packet has one form and an archive with anything more, less or other in it is told apart.
// SPEC: PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (end record); no ZIP64.

import { concat, equalBytes, fromUtf8, utf8 } from '../bytes.ts'

/** One file of the archive. `crc` is that of its bytes, as `crc32` computes it. */
export interface ArchivePart {
  readonly name: string
  readonly bytes: number
  readonly crc: number
}

/** A part with the place of its first byte. */
export interface PlacedPart extends ArchivePart {
  readonly at: number
}

/** Bytes that are read from anywhere in them: a file, or what a person dropped on a page. Reads are within `size`. */
export interface PacketSource {
  readonly size: number
  read(at: number, length: number): Promise<Uint8Array>
}

/** What 32 bits of a ZIP can place. */
export const maxArchiveBytes = 0xffff_0000
const maxParts = 2000
const localLength = 30
const centralLength = 46
const endLength = 22
const partName = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/

/** Raised inside this folder for bytes that are no archive of this form. */
export class ArchiveDamage extends Error {}

/** Write what stands before the bytes of a part. */
export function archiveHeader(part: ArchivePart): Uint8Array {
  const name = utf8(part.name)
  const header = new Uint8Array(localLength + name.length)
  const view = new DataView(header.buffer)
  view.setUint32(0, 0x0403_4b50, true)
  writeFacts(view, 4, part, name.length)
  header.set(name, localLength)
  return header
}

/** Write what stands after all parts, for parts in their order. */
export function archiveEnd(parts: readonly ArchivePart[]): Uint8Array {
  let at = 0
  const records = parts.map((part) => {
    const record = centralRecord(part, at)
    at += localLength + utf8(part.name).length + part.bytes
    return record
  })
  const directory = concat(...records)
  const end = new Uint8Array(endLength)
  const view = new DataView(end.buffer)
  view.setUint32(0, 0x0605_4b50, true)
  view.setUint16(8, parts.length, true)
  view.setUint16(10, parts.length, true)
  view.setUint32(12, directory.length, true)
  view.setUint32(16, at, true)
  return concat(directory, end)
}

/** Count the bytes of a whole archive of these parts. */
export function archiveLength(parts: readonly ArchivePart[]): number {
  return parts.reduce((sum, { name, bytes }) => sum + localLength + utf8(name).length + bytes, archiveEnd(parts).length)
}

/**
 * Read the parts of an archive in their order. Every byte outside of them is compared with the one that there has to be; the
 * check sums are those that the archive names, yet to be checked against the bytes. ATTACKER: all of it. Throws ArchiveDamage.
 */
export async function readArchive(source: PacketSource): Promise<readonly PlacedPart[]> {
  if (source.size < endLength) throw new ArchiveDamage('the file is too short to be a packet')
  const end = new DataView((await source.read(source.size - endLength, endLength)).slice().buffer)
  const length = end.getUint32(12, true)
  const start = end.getUint32(16, true)
  if (end.getUint32(0, true) !== 0x0605_4b50 || start + length + endLength !== source.size) {
    throw new ArchiveDamage('the file does not end as a packet: it was cut off, or something was added')
  }
  if (end.getUint16(10, true) > maxParts || length > maxParts * 400) {
    throw new ArchiveDamage('the file has more parts than any packet')
  }
  const directory = await source.read(start, length)
  const parts = readDirectory(directory, end.getUint16(10, true))
  const expected = archiveEnd(parts)
  if (archiveLength(parts) !== source.size) throw new ArchiveDamage('the parts do not fill the file')
  if (!equalBytes(expected, concat(directory, await source.read(source.size - endLength, endLength)))) {
    throw new ArchiveDamage('the directory of parts was altered')
  }
  return await placeParts(source, parts)
}

/** Compute the check sum of a ZIP (CRC-32 of ISO 3309) in pieces: begin with 0, and give each result to the next. */
export function crc32(bytes: Uint8Array, before: number): number {
  let crc = ~before
  for (let i = 0; i < bytes.length; i++) crc = (crcTable[(crc ^ (bytes[i] ?? 0)) & 255] ?? 0) ^ (crc >>> 8)
  return ~crc >>> 0
}

const crcTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1
  return crc
})

/** Version, flags (names are UTF-8), method (stored), 1980-01-01, check sum, sizes, length of the name. */
function writeFacts(view: DataView, at: number, { bytes, crc }: ArchivePart, nameLength: number): void {
  view.setUint16(at, 20, true)
  view.setUint16(at + 2, 0x0800, true)
  view.setUint16(at + 8, 0x0021, true)
  view.setUint32(at + 10, crc, true)
  view.setUint32(at + 14, bytes, true)
  view.setUint32(at + 18, bytes, true)
  view.setUint16(at + 22, nameLength, true)
}

function centralRecord(part: ArchivePart, at: number): Uint8Array {
  const name = utf8(part.name)
  const record = new Uint8Array(centralLength + name.length)
  const view = new DataView(record.buffer)
  view.setUint32(0, 0x0201_4b50, true)
  view.setUint16(4, 20, true)
  writeFacts(view, 6, part, name.length)
  view.setUint32(42, at, true)
  record.set(name, centralLength)
  return record
}

function readDirectory(directory: Uint8Array, count: number): readonly ArchivePart[] {
  const view = new DataView(directory.buffer, directory.byteOffset, directory.length)
  const parts: ArchivePart[] = []
  const names = new Set<string>()
  for (let at = 0; parts.length < count;) {
    if (at + centralLength > directory.length) throw new ArchiveDamage('the directory of parts ends early')
    const length = view.getUint16(at + 28, true)
    if (at + centralLength + length > directory.length) throw new ArchiveDamage('the directory of parts ends early')
    const name = nameOf(directory.subarray(at + centralLength, at + centralLength + length))
    if (names.has(name)) throw new ArchiveDamage(`two parts are called ${name}`)
    names.add(name)
    parts.push({ name, bytes: view.getUint32(at + 20, true), crc: view.getUint32(at + 16, true) })
    at += centralLength + length
  }
  return parts
}

/** ATTACKER: names that lead out of a folder, or look like another part. */
function nameOf(bytes: Uint8Array): string {
  try {
    const name = fromUtf8(bytes)
    if (partName.test(name)) return name
  } catch {
    // Not UTF-8.
  }
  throw new ArchiveDamage('a part has a name that no packet has')
}

async function placeParts(source: PacketSource, parts: readonly ArchivePart[]): Promise<readonly PlacedPart[]> {
  const placed: PlacedPart[] = []
  let at = 0
  for (const part of parts) {
    const header = archiveHeader(part)
    if (!equalBytes(header, await source.read(at, header.length))) {
      throw new ArchiveDamage(`what stands before ${part.name} was altered`)
    }
    placed.push({ ...part, at: at + header.length })
    at += header.length + part.bytes
  }
  return placed
}
