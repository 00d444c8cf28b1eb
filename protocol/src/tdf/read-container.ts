// The ZIP envelope as we read it. Two readers that disagree about where an entry lies are two different files for the gate
// and for the person, so this one takes a file only if its bytes are tiled without gap or overlap by exactly two stored
// entries, their descriptors, the directory and the trailers, and every number that stands twice is the same twice.
// ZIP32 and ZIP64 of every OpenTDF writer pass, in either order of the entries.
// ATTACKER: every byte here was written by anybody.

import { manifestName, payloadName, signatures } from './layout.ts'
import { invalidFile } from './refuse.ts'

/** Bytes that can be read anywhere: a file, a buffer, a stored object. `read` yields exactly `length` bytes or throws. */
export interface RandomAccess {
  readonly size: number
  read(offset: number, length: number): Promise<Uint8Array>
}

/** Where an entry's stored bytes lie in the file, and the checksum that the directory claims for them (unchecked). */
export interface StoredEntry {
  readonly offset: number
  readonly size: number
  readonly crc32: number
}

export interface Container {
  readonly payload: StoredEntry
  readonly manifest: StoredEntry
}

/** The largest manifest that any reader of OpenTDF takes by default. */
export const maxManifestBytes = 10 * 1024 * 1024

const maxDirectoryBytes = 4096
const max32 = 0xffffffff

/**
 * Find the payload and the manifest. Throws Problem `invalid-file` for anything that is not exactly one of each, stored,
 * or whose structure has gaps, overlaps, comments, contradictions or offsets outside of the file.
 */
export async function readContainer(source: RandomAccess): Promise<Container> {
  const span = await readTrailers(source)
  const records = parseDirectory(await readAt(source, span.offset, span.size))
  const inFileOrder = records.toSorted((a, b) => a.headerOffset - b.headerOffset)
  const found = new Map<string, StoredEntry>()
  let at = 0
  for (const [index, record] of inFileOrder.entries()) {
    if (record.headerOffset !== at) throw invalidFile('bytes belong to no entry or to two', 'entries side by side')
    const next = inFileOrder[index + 1]?.headerOffset ?? span.offset
    found.set(record.name, await readEntry(source, record, next))
    at = next
  }
  const payload = found.get(payloadName)
  const manifest = found.get(manifestName)
  if (payload === undefined || manifest === undefined) throw invalidFile('an entry is missing', 'payload and manifest')
  if (manifest.size > maxManifestBytes) throw invalidFile('the manifest is too large', 'at most 10 MiB')
  return { payload, manifest }
}

interface Span {
  readonly offset: number
  readonly size: number
}

/** Read the end records, last to first. Yields where the directory lies. */
async function readTrailers(source: RandomAccess): Promise<Span> {
  if (source.size < 22) throw invalidFile('the file is too short', 'a zip file')
  const tailBytes = Math.min(source.size, 22 + 20 + 56)
  const tailOffset = source.size - tailBytes
  const tail = view(await readAt(source, tailOffset, tailBytes))
  const end = tailBytes - 22
  if (u32(tail, end) !== signatures.end) throw invalidFile('the end record is not at the end', 'a zip file, no comment')
  const entries = u16(tail, end + 10)
  const size = u32(tail, end + 12)
  const offset = u32(tail, end + 16)
  if (u32(tail, end + 4) !== 0 || u16(tail, end + 8) !== entries || u16(tail, end + 20) !== 0) {
    throw invalidFile('the end record names other disks or a comment', 'one disk, no comment')
  }
  if (entries !== 0xffff && size !== max32 && offset !== max32) {
    return checkSpan(entries, { offset, size }, source.size - 22)
  }
  if (tailBytes < 98) throw invalidFile('the zip64 records are missing', 'a zip64 end record and its locator')
  const real = readZip64End(tail, tailOffset)
  const agrees =
    (entries === 0xffff || entries === real.entries) &&
    (size === max32 || size === real.size) &&
    (offset === max32 || offset === real.offset)
  if (!agrees) throw invalidFile('the end records contradict each other', 'one directory')
  return checkSpan(real.entries, real, tailOffset)
}

/** Read the ZIP64 end record and its locator, which fill the first 76 bytes of the tail. */
function readZip64End(tail: DataView, tailOffset: number): Span & { readonly entries: number } {
  const locates =
    u32(tail, 56) === signatures.zip64Locator &&
    u32(tail, 60) === 0 &&
    u64(tail, 64) === tailOffset &&
    u32(tail, 72) === 1
  // SPEC: APPNOTE 4.3.14.1, the record's size leaves out its first 12 bytes: 44 means that it has no extension.
  if (!locates || u32(tail, 0) !== signatures.zip64End || u64(tail, 4) !== 44) {
    throw invalidFile('the zip64 end record is not where its locator stands', 'it right before the locator')
  }
  const entries = u64(tail, 24)
  if (u32(tail, 16) !== 0 || u32(tail, 20) !== 0 || u64(tail, 32) !== entries) {
    throw invalidFile('the zip64 end record names other disks', 'one disk')
  }
  return { entries, size: u64(tail, 40), offset: u64(tail, 48) }
}

function checkSpan(entries: number, span: Span, end: number): Span {
  if (entries !== 2) throw invalidFile(`the number of entries is ${entries}`, '2')
  if (span.size > maxDirectoryBytes) throw invalidFile('the directory is too large', 'at most 4 KiB')
  if (span.offset + span.size !== end) throw invalidFile('the directory does not end where it should', 'no gap')
  return span
}

interface DirectoryRecord {
  readonly name: string
  readonly headerOffset: number
  readonly size: number
  readonly crc32: number
  readonly hasDescriptor: boolean
}

function parseDirectory(bytes: Uint8Array): readonly DirectoryRecord[] {
  const records: DirectoryRecord[] = []
  let at = 0
  while (at < bytes.length) {
    const rest = bytes.subarray(at)
    const fields = view(rest)
    if (rest.length < 46 || u32(fields, 0) !== signatures.directoryRecord) {
      throw invalidFile('the directory holds something else', 'two records')
    }
    const length = 46 + u16(fields, 28) + u16(fields, 30)
    if (rest.length < length) throw invalidFile('a directory record is cut off', 'a whole record')
    records.push(parseRecord(rest.subarray(0, length), fields))
    at += length
  }
  if (records.length !== 2) throw invalidFile(`the directory holds ${records.length} entries`, '2')
  if (records[0]?.name === records[1]?.name) throw invalidFile('an entry stands twice', 'one of each')
  return records
}

function parseRecord(bytes: Uint8Array, fields: DataView): DirectoryRecord {
  const hasDescriptor = checkMethod(u16(fields, 8), u16(fields, 10))
  const nameEnd = 46 + u16(fields, 28)
  const name = parseName(bytes.subarray(46, nameEnd))
  if (u16(fields, 32) !== 0 || u16(fields, 34) !== 0) throw invalidFile('an entry has a comment or disk', 'neither')
  // SPEC: APPNOTE 4.5.3, the extra field holds those and only those numbers whose own place says 0xffffffff.
  const wide = new WideNumbers(bytes.subarray(nameEnd))
  const size = wide.take(u32(fields, 24))
  const storedSize = wide.take(u32(fields, 20))
  const headerOffset = wide.take(u32(fields, 42))
  wide.end()
  if (size !== storedSize) throw invalidFile('an entry has two sizes', 'stored entries')
  return { name, headerOffset, size, crc32: u32(fields, 16), hasDescriptor }
}

/** Check an entry's local header and descriptor against its directory record; `end` is where the next thing begins. */
async function readEntry(source: RandomAccess, record: DirectoryRecord, end: number): Promise<StoredEntry> {
  const start = record.headerOffset
  if (end - start < 30) throw invalidFile('an entry has no room for its header', 'a whole header')
  const fields = view(await readAt(source, start, 30))
  if (u32(fields, 0) !== signatures.localHeader) throw invalidFile('an entry has no header', 'a local header')
  const nameBytes = u16(fields, 26)
  const extraBytes = u16(fields, 28)
  const offset = start + 30 + nameBytes + extraBytes
  if (offset > end) throw invalidFile('an entry has no room for its header', 'a whole header')
  const rest = await readAt(source, start + 30, nameBytes + extraBytes)
  if (parseName(rest.subarray(0, nameBytes)) !== record.name) throw invalidFile('an entry has two names', 'one name')
  if (checkMethod(u16(fields, 6), u16(fields, 8)) !== record.hasDescriptor) {
    throw invalidFile('header and directory disagree about a descriptor', 'agreement')
  }
  checkLocalNumbers(record, fields, rest.subarray(nameBytes))
  await checkDescriptor(source, record, offset + record.size, end)
  return { offset, size: record.size, crc32: record.crc32 }
}

function checkLocalNumbers(record: DirectoryRecord, fields: DataView, extra: Uint8Array): void {
  const crc = u32(fields, 14)
  const stored = u32(fields, 18)
  const plain = u32(fields, 22)
  if (record.hasDescriptor) {
    // The true numbers follow the data. Here stand zeros, the ZIP64 mark (whose field some writers leave out), or the truth.
    const isPlaceholder = (value: number) => value === 0 || value === max32 || value === record.size
    const isFit = wideNumbers(extraField(extra, 0x0001)).every((value) => value === 0 || value === record.size)
    if ((crc === 0 || crc === record.crc32) && isPlaceholder(stored) && isPlaceholder(plain) && isFit) return
  } else {
    const wide = new WideNumbers(extra)
    const isSame = wide.take(plain) === record.size && wide.take(stored) === record.size && crc === record.crc32
    wide.end()
    if (isSame) return
  }
  throw invalidFile('header and directory disagree about size or checksum', 'agreement')
}

async function checkDescriptor(source: RandomAccess, record: DirectoryRecord, at: number, end: number): Promise<void> {
  const length = end - at
  if (!record.hasDescriptor) {
    if (length !== 0) throw invalidFile('an entry ends before or after the next begins', 'entries side by side')
    return
  }
  if (length !== 16 && length !== 24) throw invalidFile('an entry lacks its descriptor', 'a descriptor with signature')
  const fields = view(await readAt(source, at, length))
  const sizes = length === 16 ? [u32(fields, 8), u32(fields, 12)] : [u64(fields, 8), u64(fields, 16)]
  const agrees =
    u32(fields, 0) === signatures.dataDescriptor &&
    u32(fields, 4) === record.crc32 &&
    sizes.every((size) => size === record.size)
  if (!agrees) throw invalidFile('descriptor and directory disagree', 'agreement')
}

/** Refuse everything but stored, unencrypted data. Yields whether a descriptor follows the data. */
function checkMethod(flags: number, method: number): boolean {
  if (method !== 0) throw invalidFile('an entry is compressed', 'stored entries')
  if ((flags & ~0x0808) !== 0) throw invalidFile('an entry has flags of another format', 'none')
  return (flags & 0x0008) !== 0
}

function parseName(bytes: Uint8Array): string {
  for (const name of [payloadName, manifestName]) {
    if (bytes.length === name.length && bytes.every((byte, i) => byte === name.charCodeAt(i))) return name
  }
  throw invalidFile('an entry has another name', `${payloadName} and ${manifestName}`)
}

/** The numbers of an extra field 0x0001, handed out in order to the places that say 0xffffffff. */
class WideNumbers {
  readonly #field: DataView | null
  #at = 0

  constructor(extra: Uint8Array) {
    const field = extraField(extra, 0x0001)
    this.#field = field === null ? null : view(field)
  }

  take(narrow: number): number {
    if (narrow !== max32) return narrow
    if (this.#field === null || this.#field.byteLength < this.#at + 8) {
      throw invalidFile('a zip64 number is missing', 'an extra field with it')
    }
    this.#at += 8
    return u64(this.#field, this.#at - 8)
  }

  end(): void {
    if (this.#field !== null && this.#field.byteLength !== this.#at) {
      throw invalidFile('a zip64 field holds numbers that nothing asks for', 'none')
    }
  }
}

function wideNumbers(field: Uint8Array | null): readonly number[] {
  if (field === null) return []
  if (field.length % 8 !== 0) throw invalidFile('a zip64 field is cut off', 'whole numbers')
  return Array.from({ length: field.length / 8 }, (_, index) => u64(view(field), 8 * index))
}

function extraField(extra: Uint8Array, id: number): Uint8Array | null {
  const fields = view(extra)
  let found: Uint8Array | null = null
  let at = 0
  while (at < extra.length) {
    if (extra.length - at < 4) throw invalidFile('an extra field is cut off', 'whole fields')
    const end = at + 4 + u16(fields, at + 2)
    if (end > extra.length) throw invalidFile('an extra field is cut off', 'whole fields')
    if (u16(fields, at) === id) {
      if (found !== null) throw invalidFile('an extra field stands twice', 'one of each')
      found = extra.subarray(at + 4, end)
    }
    at = end
  }
  return found
}

async function readAt(source: RandomAccess, offset: number, length: number): Promise<Uint8Array> {
  if (offset < 0 || offset + length > source.size) throw invalidFile('an offset lies outside of the file', 'all inside')
  return await source.read(offset, length)
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function u16(fields: DataView, at: number): number {
  return fields.getUint16(at, true)
}

function u32(fields: DataView, at: number): number {
  return fields.getUint32(at, true)
}

function u64(fields: DataView, at: number): number {
  const value = fields.getBigUint64(at, true)
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw invalidFile('a number is beyond any file', 'a true size')
  return Number(value)
}
