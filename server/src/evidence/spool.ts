// A part of a packet on its way: written to a file that has no name, so that memory stays small and nothing is left behind,
// hashed and counted on the way.

import { createHash } from 'node:crypto'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { utf8 } from '@sallyport/protocol'
import type { ArchivePart } from '@sallyport/protocol/packet'

/** A finished part with its digest in hex. */
export interface Spooled extends ArchivePart {
  readonly sha256: string
  read(): AsyncIterable<Uint8Array>
}

export interface Spool {
  write(bytes: Uint8Array): Promise<void>
  finish(): Promise<Spooled>
  /** Give its room back. Nothing reads it afterwards. */
  discard(): Promise<void>
}

const bufferBytes = 1 << 20
let spools = 0

/** Begin a part in a folder that others cannot read. */
export async function openSpool(folder: string, name: string): Promise<Spool> {
  const path = join(folder, `packet-${process.pid}-${spools++}.part`)
  const file = await open(path, 'wx+', 0o600)
  // Where a file that is open cannot lose its name, it does when it is discarded.
  await rm(path).catch(() => {})
  const hash = createHash('sha256')
  let held: Uint8Array[] = []
  let heldBytes = 0
  let bytes = 0
  let crc = 0
  const flush = async (): Promise<void> => {
    const piece = Buffer.concat(held)
    held = []
    heldBytes = 0
    hash.update(piece)
    crc = crc32(piece, crc)
    await file.writeFile(piece)
    bytes += piece.length
  }
  return {
    async write(piece) {
      held.push(piece)
      heldBytes += piece.length
      if (heldBytes >= bufferBytes) await flush()
    },
    async finish() {
      await flush()
      return { name, bytes, crc, sha256: hash.digest('hex'), read: () => readBack(file, bytes) }
    },
    async discard() {
      await file.close()
      await rm(path, { force: true })
    },
  }
}

/** A part that is in memory. */
export function partOf(name: string, content: Uint8Array | string): Spooled {
  const piece = typeof content === 'string' ? utf8(content) : content
  return {
    name,
    bytes: piece.length,
    crc: crc32(piece),
    sha256: createHash('sha256').update(piece).digest('hex'),
    async *read() {
      yield piece
    },
  }
}

async function* readBack(file: FileHandle, bytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes;) {
    const piece = Buffer.alloc(Math.min(bufferBytes, bytes - at))
    const { bytesRead } = await file.read(piece, 0, piece.length, at)
    if (bytesRead === 0) throw new Error('cannot read a part of a packet back: it is shorter than it was written')
    yield piece.subarray(0, bytesRead)
    at += bytesRead
  }
}
