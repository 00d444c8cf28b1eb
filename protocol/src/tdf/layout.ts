// The ZIP envelope that we write: two stored entries, always ZIP64, byte for byte the layout of the web SDK, so that every
// reader of OpenTDF takes it. Sizes and checksums follow the data, which is what lets a file be written in one pass.
// SPEC: PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.9 (data descriptor), 4.3.12, 4.3.14 to 4.3.16.

import { concat, utf8 } from '../bytes.ts'

export const payloadName = '0.payload'
export const manifestName = '0.manifest.json'

export const signatures = {
  localHeader: 0x04034b50,
  dataDescriptor: 0x08074b50,
  directoryRecord: 0x02014b50,
  zip64End: 0x06064b50,
  zip64Locator: 0x07064b50,
  end: 0x06054b50,
} as const

/** What the directory says of one entry. `headerOffset` is where its local header begins; sizes are in bytes. */
export interface DirectoryEntry {
  readonly name: string
  readonly headerOffset: number
  readonly size: number
  readonly crc32: number
}

const flags = 0x0808 // sizes follow the data; names are UTF-8
const dosDate = 0x0021 // 1 January 1980: when a file was protected is nobody's business
const max16 = 0xffff
const max32 = 0xffffffff

/** Write the header that precedes an entry's data. */
export function localHeader(name: string): Uint8Array {
  const fields = new Fields(30)
  fields.u32(signatures.localHeader).u16(20).u16(flags).u16(0).u16(0).u16(dosDate)
  fields.u32(0).u32(max32).u32(max32).u16(name.length).u16(28)
  const extra = new Fields(28).u16(0x0001).u16(24).u64(0).u64(0).u64(0)
  return concat(fields.bytes, utf8(name), extra.bytes)
}

/** Write what follows an entry's data: its checksum and its size, 24 bytes. */
export function dataDescriptor(entry: Pick<DirectoryEntry, 'crc32' | 'size'>): Uint8Array {
  return new Fields(24).u32(signatures.dataDescriptor).u32(entry.crc32).u64(entry.size).u64(entry.size).bytes
}

/** Write the directory and the trailers that end the file; `offset` is where they begin. */
export function directory(entries: readonly DirectoryEntry[], offset: number): Uint8Array {
  const records = concat(...entries.map(directoryRecord))
  const zip64End = new Fields(56).u32(signatures.zip64End).u64(44).u16(0x033f).u16(45).u32(0).u32(0)
  zip64End.u64(entries.length).u64(entries.length).u64(records.length).u64(offset)
  const locator = new Fields(20)
    .u32(signatures.zip64Locator)
    .u32(0)
    .u64(offset + records.length)
    .u32(1)
  const end = new Fields(22).u32(signatures.end).u16(0).u16(0).u16(max16).u16(max16).u32(max32).u32(max32).u16(0)
  return concat(records, zip64End.bytes, locator.bytes, end.bytes)
}

function directoryRecord(entry: DirectoryEntry): Uint8Array {
  const fields = new Fields(46)
  fields.u32(signatures.directoryRecord).u16(0x033f).u16(45).u16(flags).u16(0).u16(0).u16(dosDate)
  fields.u32(entry.crc32).u32(max32).u32(max32).u16(entry.name.length).u16(28)
  fields.u16(0).u16(0).u16(0).u32(0x81a40000).u32(max32)
  const extra = new Fields(28).u16(0x0001).u16(24).u64(entry.size).u64(entry.size).u64(entry.headerOffset)
  return concat(fields.bytes, utf8(entry.name), extra.bytes)
}

/** Little-endian fields, written one after another. */
class Fields {
  readonly bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(length: number) {
    this.bytes = new Uint8Array(length)
    this.#view = new DataView(this.bytes.buffer)
  }

  u16(value: number): this {
    this.#view.setUint16(this.#at, value, true)
    this.#at += 2
    return this
  }

  u32(value: number): this {
    this.#view.setUint32(this.#at, value, true)
    this.#at += 4
    return this
  }

  u64(value: number): this {
    this.#view.setBigUint64(this.#at, BigInt(value), true)
    this.#at += 8
    return this
  }
}
