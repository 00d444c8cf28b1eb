// What a sealed file has around its segments: a local header before them, the manifest and the directory after them.

import { concat } from '@sallyport/protocol'
import { crc32, dataDescriptor, directory, localHeader, manifestName, payloadName } from '@sallyport/protocol/tdf'

/** Make what follows the payload. */
export function restOf(
  payloadOffset: number,
  payload: { readonly size: number; readonly crc32: number },
  manifest: Uint8Array,
): Uint8Array {
  const headerOffset = payloadOffset + payload.size + 24
  const manifestEntry = { name: manifestName, headerOffset, size: manifest.length, crc32: crc32(manifest) }
  const head = concat(dataDescriptor(payload), localHeader(manifestName), manifest, dataDescriptor(manifestEntry))
  const directoryOffset = payloadOffset + payload.size + head.length
  const tail = directory([{ name: payloadName, headerOffset: 0, ...payload }, manifestEntry], directoryOffset)
  return concat(head, tail)
}
