// The ZIP file around a workbook. ATTACKER: every byte. Only what the directory names is read, and nothing is unpacked before
// all that it could become is known to be within bounds. SPEC: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.16.

import { promisify } from 'node:util'
import { crc32, deflateRaw, inflateRaw } from 'node:zlib'
import { concat, utf8 } from '@sallyport/protocol'
import { tooLarge, unreadable, type SpreadsheetLimits } from './sheet.ts'

const inflate = promisify(inflateRaw)
const deflate = promisify(deflateRaw)

const signatures = { local: 0x04034b50, record: 0x02014b50, end: 0x06054b50 } as const
const methods = { stored: 0, deflated: 8 } as const
const nameIsUtf8 = 0x0800
// SPEC: bit 0 encrypted, 6 strongly, 13 with a masked directory.
const encrypted = 0x2041

interface Part {
  readonly name: string
  readonly method: number
  readonly crc32: number
  readonly packedBytes: number
  readonly bytes: number
  readonly at: number
}

export interface PartReader {
  readonly names: readonly string[]
  /** Unpack a part; null for none of that name. Throws Problem `invalid-file` unless it is what the directory says. */
  read(name: string): Promise<Uint8Array | null>
}

export function openZip(bytes: Uint8Array, limits: SpreadsheetLimits): PartReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const parts = readDirectory(bytes, view, limits)
  let unpacked = 0
  return {
    names: [...parts.keys()],
    async read(name) {
      const part = parts.get(name)
      if (part === undefined) return null
      unpacked += part.bytes
      if (unpacked > limits.unpackedBytes)
        throw tooLarge('it unpacks to too much', `at most ${limits.unpackedBytes} bytes`)
      return await unpack(bytes, view, part)
    },
  }
}

function readDirectory(bytes: Uint8Array, view: DataView, limits: SpreadsheetLimits): ReadonlyMap<string, Part> {
  const end = findEnd(view)
  const count = view.getUint16(end + 10, true)
  const size = view.getUint32(end + 12, true)
  const start = view.getUint32(end + 16, true)
  if (view.getUint32(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count || start + size > end) {
    throw damaged('its directory is not whole')
  }
  if (count > limits.parts) throw tooLarge(`it has ${count} parts`, `at most ${limits.parts}`)
  const parts = new Map<string, Part>()
  let at = start
  let total = 0
  for (let index = 0; index < count; index++) {
    if (at + 46 > start + size || view.getUint32(at, true) !== signatures.record)
      throw damaged('its directory is short')
    const nameBytes = view.getUint16(at + 28, true)
    const next = at + 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
    if (next > start + size) throw damaged('its directory is short')
    const name = decoded(bytes.subarray(at + 46, at + 46 + nameBytes))
    if ((view.getUint16(at + 8, true) & encrypted) !== 0)
      throw unreadable('it is encrypted', 'a file without a password')
    const part = {
      name,
      method: view.getUint16(at + 10, true),
      crc32: view.getUint32(at + 16, true),
      packedBytes: view.getUint32(at + 20, true),
      bytes: view.getUint32(at + 24, true),
      at: view.getUint32(at + 42, true),
    }
    total += part.bytes
    if (total > 4 * limits.unpackedBytes)
      throw tooLarge('it unpacks to too much', `at most ${limits.unpackedBytes} bytes`)
    if (parts.has(name)) throw damaged(`it has two parts ${name}`)
    parts.set(name, part)
    at = next
  }
  return parts
}

function findEnd(view: DataView): number {
  const last = view.byteLength - 22
  for (let at = last; at >= Math.max(0, last - 0xffff); at--) {
    if (view.getUint32(at, true) === signatures.end && at + 22 + view.getUint16(at + 20, true) === view.byteLength) {
      return at
    }
  }
  throw damaged('it begins like an .xlsx and does not end like one')
}

async function unpack(bytes: Uint8Array, view: DataView, part: Part): Promise<Uint8Array> {
  const { at, name } = part
  if (at + 30 > view.byteLength || view.getUint32(at, true) !== signatures.local) throw damaged(`${name} is not there`)
  const start = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true)
  const packed = bytes.subarray(start, start + part.packedBytes)
  if (packed.length !== part.packedBytes) throw damaged(`${name} is cut off`)
  const whole = part.method === methods.stored ? packed : await inflated(packed, part)
  if (whole.length !== part.bytes || crc32(whole) !== part.crc32) throw damaged(`${name} is not what it was`)
  return whole
}

async function inflated(packed: Uint8Array, { name, method, bytes }: Part): Promise<Uint8Array> {
  if (method !== methods.deflated) throw unreadable(`${name} is packed by method ${method}`, 'deflate')
  try {
    return await inflate(packed, { maxOutputLength: Math.max(1, bytes) })
  } catch (cause) {
    throw unreadable(`${name} is damaged or unpacks to more than it says`, 'the file as it was saved', cause)
  }
}

function decoded(name: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(name)
  } catch (cause) {
    throw unreadable('a part has a name that is not UTF-8', 'the file as it was saved', cause)
  }
}

function damaged(state: string) {
  return unreadable(state, 'the file as it was saved')
}

/** Pack parts into a ZIP file. No times are written: when somebody exported is in the ledger. */
export async function writeZip(parts: readonly { readonly name: string; readonly bytes: Uint8Array }[]) {
  const files: Uint8Array[] = []
  const records: Uint8Array[] = []
  let at = 0
  for (const { name, bytes } of parts) {
    const packed = await deflate(bytes)
    const encodedName = utf8(name)
    // From `version needed` to the length of the extra field both headers are the same.
    const common = new DataView(new ArrayBuffer(26))
    common.setUint16(0, 20, true)
    common.setUint16(2, nameIsUtf8, true)
    common.setUint16(4, methods.deflated, true)
    common.setUint16(8, 0x0021, true)
    common.setUint32(10, crc32(bytes), true)
    common.setUint32(14, packed.length, true)
    common.setUint32(18, bytes.length, true)
    common.setUint16(22, encodedName.length, true)
    const shared = new Uint8Array(common.buffer)
    const tail = new DataView(new ArrayBuffer(14))
    tail.setUint32(10, at, true)
    records.push(u32(signatures.record), Uint8Array.of(20, 0), shared, new Uint8Array(tail.buffer), encodedName)
    const file = [u32(signatures.local), shared, encodedName, packed]
    files.push(...file)
    at += file.reduce((sum, one) => sum + one.length, 0)
  }
  const directory = concat(...records)
  const end = new DataView(new ArrayBuffer(22))
  end.setUint32(0, signatures.end, true)
  end.setUint16(8, parts.length, true)
  end.setUint16(10, parts.length, true)
  end.setUint32(12, directory.length, true)
  end.setUint32(16, at, true)
  return concat(...files, directory, new Uint8Array(end.buffer))
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value, true)
  return bytes
}
