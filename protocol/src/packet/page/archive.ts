// The ZIP archive in its one form: every byte beside the parts is compared with the one that there has to be.

import { isEqual, joined, NotAPacket, textOf, utf8, type Bytes } from './bytes.ts'

export interface Part {
  readonly name: string
  readonly size: number
  readonly crc: number
  readonly at: number
}

const endBytes = 22

export async function readParts(file: Blob): Promise<readonly Part[]> {
  if (file.size < endBytes) throw new NotAPacket('The file is too short to be a packet.')
  const end = await slice(file, file.size - endBytes, endBytes)
  const view = viewOf(end)
  const [count, size, at] = [view.getUint16(10, true), view.getUint32(12, true), view.getUint32(16, true)]
  if (view.getUint32(0, true) !== 0x06054b50 || at + size + endBytes !== file.size || count > 2000) {
    throw new NotAPacket('The file does not end as a packet: it was cut off, or something was added to it.')
  }
  const directory = await slice(file, at, size)
  const parts = partsOf(directory, count)
  const expected = [...parts.map((part) => central(part)), endOf(parts, size, at)]
  if (!isEqual(joined(expected), joined([directory, end]))) {
    throw new NotAPacket('The directory of the archive was altered.')
  }
  let next = 0
  for (const part of parts) {
    const header = local(part)
    if (part.at !== next + header.length || !isEqual(header, await slice(file, next, header.length))) {
      throw new NotAPacket(`What stands before ${part.name} was altered.`)
    }
    next = part.at + part.size
  }
  if (next !== at) throw new NotAPacket('The parts do not fill the archive.')
  return parts
}

export async function slice(file: Blob, at: number, size: number): Promise<Bytes> {
  return new Uint8Array(await file.slice(at, at + size).arrayBuffer())
}

export async function readPart(file: Blob, part: Part): Promise<Bytes> {
  return await slice(file, part.at, part.size)
}

const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

export function crc32(bytes: Bytes): number {
  let crc = ~0
  for (const byte of bytes) crc = (table[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8)
  return ~crc >>> 0
}

function partsOf(directory: Bytes, count: number): readonly Part[] {
  const view = viewOf(directory)
  const parts: Part[] = []
  let at = 0
  let start = 0
  while (parts.length < count) {
    const nameLength = at + 46 <= directory.length ? view.getUint16(at + 28, true) : -1
    if (nameLength < 0 || at + 46 + nameLength > directory.length) {
      throw new NotAPacket('The directory of the archive ends early.')
    }
    const name = textOf(directory.slice(at + 46, at + 46 + nameLength)) ?? ''
    const isName = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/.test(name)
    if (!isName || parts.some((part) => part.name === name)) {
      throw new NotAPacket('A part of the archive has a name that no packet has.')
    }
    const size = view.getUint32(at + 20, true)
    parts.push({ name, size, crc: view.getUint32(at + 16, true), at: start + 30 + nameLength })
    start += 30 + nameLength + size
    at += 46 + nameLength
  }
  return parts
}

function local(part: Part): Bytes {
  return header(30, 4, 0x04034b50, part)
}

function central(part: Part): Bytes {
  const record = header(46, 6, 0x02014b50, part)
  const view = viewOf(record)
  view.setUint16(4, 20, true)
  view.setUint32(42, part.at - 30 - utf8(part.name).length, true)
  return record
}

function header(length: number, from: number, mark: number, { name, size, crc }: Part): Bytes {
  const nameBytes = utf8(name)
  const record = new Uint8Array(length + nameBytes.length)
  const view = viewOf(record)
  view.setUint32(0, mark, true)
  view.setUint16(from, 20, true)
  view.setUint16(from + 2, 0x0800, true)
  view.setUint16(from + 8, 0x0021, true)
  view.setUint32(from + 10, crc, true)
  view.setUint32(from + 14, size, true)
  view.setUint32(from + 18, size, true)
  view.setUint16(from + 22, nameBytes.length, true)
  record.set(nameBytes, length)
  return record
}

function endOf(parts: readonly Part[], size: number, at: number): Bytes {
  const end = new Uint8Array(endBytes)
  const view = viewOf(end)
  view.setUint32(0, 0x06054b50, true)
  view.setUint16(8, parts.length, true)
  view.setUint16(10, parts.length, true)
  view.setUint32(12, size, true)
  view.setUint32(16, at, true)
  return end
}

function viewOf(bytes: Bytes): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}
