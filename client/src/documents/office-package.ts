// The ZIP file around an Office document, on disk: a few named parts of it are read, and nothing else. ATTACKER: every byte.
// SPEC: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.16; ECMA-376 part 2 (names of parts have no case).

import { open, type FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import { crc32, inflateRaw } from 'node:zlib'
import { fromUtf8, Problem } from '@sallyport/protocol'

const inflate = promisify(inflateRaw)

const signatures = { local: 0x04034b50, record: 0x02014b50, end: 0x06054b50 } as const
const encrypted = 0x2041
const mostDirectoryBytes = 8 * 1024 * 1024
const mostPartBytes = 4 * 1024 * 1024

interface Part {
  readonly method: number
  readonly crc32: number
  readonly packedBytes: number
  readonly bytes: number
  readonly at: number
}

export interface OfficePackage {
  /** A part as text; null for none of that name. Throws Problem `invalid-file` for one that is not as the directory says. */
  readonly part: (name: string) => Promise<string | null>
  readonly close: () => Promise<void>
}

/** Open an Office document; null for a file that is none. Throws Problem `invalid-file` for one whose directory cannot be read. */
export async function openOffice(path: string): Promise<OfficePackage | null> {
  const file = await open(path, 'r')
  try {
    const parts = await readDirectory(file)
    if (parts?.has('[content_types].xml') === true) {
      return {
        part: async (name) => {
          const part = parts.get(name.toLowerCase())
          return part === undefined ? null : await readPart(file, part)
        },
        close: () => file.close(),
      }
    }
  } catch (error) {
    await file.close()
    throw error
  }
  await file.close()
  return null
}

async function readDirectory(file: FileHandle): Promise<ReadonlyMap<string, Part> | null> {
  const { size } = await file.stat()
  if (size < 22 || (await readAt(file, 0, 4)).readUInt32LE(0) !== signatures.local) return null
  const tail = await readAt(file, Math.max(0, size - 65_557), Math.min(size, 65_557))
  const end = findEnd(tail)
  if (end === null) throw damaged('it has no directory')
  const count = tail.readUInt16LE(end + 10)
  const [bytes, start] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)]
  if (bytes > mostDirectoryBytes || start + bytes > size) throw damaged('its directory is not whole')
  const directory = await readAt(file, start, bytes)
  const parts = new Map<string, Part>()
  let at = 0
  for (let n = 0; n < count; n++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== signatures.record)
      throw damaged('its directory is short')
    const nameBytes = directory.readUInt16LE(at + 28)
    const next = at + 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
    if (next > directory.length) throw damaged('its directory is short')
    const name = directory
      .toString('latin1', at + 46, at + 46 + nameBytes)
      .replaceAll('\\', '/')
      .replace(/^\//, '')
      .toLowerCase()
    if ((directory.readUInt16LE(at + 8) & encrypted) !== 0) throw damaged('it is encrypted')
    // Two parts of one name: which of them Office reads is its matter.
    if (parts.has(name)) throw damaged('it has a part twice')
    parts.set(name, {
      method: directory.readUInt16LE(at + 10),
      crc32: directory.readUInt32LE(at + 16),
      packedBytes: directory.readUInt32LE(at + 20),
      bytes: directory.readUInt32LE(at + 24),
      at: directory.readUInt32LE(at + 42),
    })
    at = next
  }
  return parts
}

async function readPart(file: FileHandle, part: Part): Promise<string> {
  if (part.packedBytes > mostPartBytes || part.bytes > mostPartBytes) throw damaged('a part is too large')
  const head = await readAt(file, part.at, 30)
  if (head.readUInt32LE(0) !== signatures.local) throw damaged('a part does not begin where it should')
  const packed = await readAt(file, part.at + 30 + head.readUInt16LE(26) + head.readUInt16LE(28), part.packedBytes)
  const bytes = await unpacked(packed, part)
  if (bytes.length !== part.bytes || crc32(bytes) !== part.crc32) throw damaged('a part is not what its directory says')
  try {
    return fromUtf8(bytes)
  } catch (cause) {
    throw damaged('a part is not in UTF-8', cause)
  }
}

async function unpacked(packed: Buffer, { method, bytes }: Part): Promise<Buffer> {
  if (method === 0) return packed
  if (method !== 8) throw damaged('a part is packed in a way that Office does not use')
  try {
    return await inflate(packed, { maxOutputLength: Math.max(1, bytes) })
  } catch (cause) {
    throw damaged('a part cannot be unpacked', cause)
  }
}

function findEnd(tail: Buffer): number | null {
  for (let at = tail.length - 22; at >= 0; at--) {
    if (tail.readUInt32LE(at) === signatures.end && at + 22 + tail.readUInt16LE(at + 20) === tail.length) return at
  }
  return null
}

async function readAt(file: FileHandle, at: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes)
  const { bytesRead } = await file.read(buffer, 0, bytes, at)
  if (bytesRead < bytes) throw damaged('it ends early')
  return buffer
}

export function damaged(state: string, cause?: unknown): Problem {
  return new Problem(
    'invalid-file',
    `cannot read the labels of the document: ${state}, want the file as Office wrote it`,
    { cause },
  )
}
