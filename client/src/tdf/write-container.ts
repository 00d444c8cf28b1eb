// What a sealed file has around its segments: a local header before them, the manifest and the directory after them.

import type { FileHandle } from 'node:fs/promises'
import { dataDescriptor, directory, localHeader, manifestName, payloadName } from '@sallyport/protocol/tdf'
import { crc32 } from 'node:zlib'
import { writeAt } from './whole-file.ts'

/** Write what follows the payload. Yields the size of the whole file. */
export async function writeRest(
  file: FileHandle,
  payloadOffset: number,
  payload: { readonly size: number; readonly crc32: number },
  manifest: Uint8Array,
): Promise<number> {
  const headerOffset = payloadOffset + payload.size + 24
  const manifestEntry = { name: manifestName, headerOffset, size: manifest.length, crc32: crc32(manifest) }
  const head = Buffer.concat([
    dataDescriptor(payload),
    localHeader(manifestName),
    manifest,
    dataDescriptor(manifestEntry),
  ])
  const directoryOffset = payloadOffset + payload.size + head.length
  const tail = directory([{ name: payloadName, headerOffset: 0, ...payload }, manifestEntry], directoryOffset)
  await writeAt(file, Buffer.concat([head, tail]), payloadOffset + payload.size)
  return directoryOffset + tail.length
}
