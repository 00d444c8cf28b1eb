// Sealing as a stream: content in, the octets of the container out, in order and once. Holds two segments at most, whatever the
// size of the file. Nothing of Node and nothing of a browser: the cipher comes along.

import { concat, Problem } from '@sallyport/protocol'
import {
  localHeader,
  payloadName,
  segmentBytesFor,
  segmentOverhead,
  signRoot,
  writeManifest,
  type KeyAccess,
} from '@sallyport/protocol/tdf'
import type { SegmentCipher } from './segment.ts'
import { hmacSha256 } from './wrap.ts'
import { restOf } from './write-container.ts'

export interface SealStreamOptions {
  readonly content: AsyncIterable<Uint8Array>
  /** Bytes of content, which it then must have; null while nobody knows. */
  readonly totalBytes: number | null
  /** The data key, and the cipher under it. The caller wipes it. */
  readonly key: Uint8Array
  readonly cipher: SegmentCipher
  /** The policy as base64 text, which the shares are bound to. */
  readonly policy: string
  readonly keyAccess: readonly KeyAccess[]
  readonly mimeType?: string
  readonly signal?: AbortSignal
  /** Told how many bytes of content are sealed. */
  readonly onProgress?: (doneBytes: number) => void
}

/** What sealing comes to. */
export interface Sealed {
  /** The policy as base64 text, as it stands in the manifest. */
  readonly policy: string
  readonly contentBytes: number
  readonly sealedBytes: number
  readonly segments: number
}

/**
 * Seal a stream. Yields the container piece by piece and returns what it came to. Throws Problem `conflict` when the content has
 * another length than was said, `too-large` beyond what a manifest can describe, the signal's reason, and whatever the content throws.
 */
export async function* sealStream(options: SealStreamOptions): AsyncGenerator<Uint8Array, Sealed> {
  const { content, totalBytes, key, cipher, policy, keyAccess, signal, onProgress } = options
  const segmentBytes = segmentBytesFor(totalBytes ?? 0)
  const head = localHeader(payloadName)
  yield head
  const tags: Uint8Array[] = []
  let contentBytes = 0
  let crc32 = 0
  for await (const segment of segmentsOf(content, segmentBytes)) {
    signal?.throwIfAborted()
    contentBytes += segment.length
    if (segmentBytesFor(contentBytes) > segmentBytes) {
      throw new Problem('too-large', 'cannot seal stream: it is too large, want a file, or at most 110,000 MiB')
    }
    const sealed = await cipher.seal(segment, crc32)
    crc32 = sealed.crc32
    tags.push(sealed.tag)
    yield concat(...sealed.pieces)
    onProgress?.(contentBytes)
  }
  if (totalBytes !== null && totalBytes !== contentBytes) {
    throw new Problem('conflict', 'cannot seal file: it changed while it was read, want it unchanged')
  }
  const hashes = concat(...tags)
  const manifest = writeManifest({
    mimeType: options.mimeType ?? 'application/octet-stream',
    policy,
    keyAccess,
    rootSignature: await signRoot(hmacSha256, key, hashes),
    segmentBytes,
    totalBytes: contentBytes,
    tags: hashes,
  })
  const size = contentBytes + tags.length * segmentOverhead
  const rest = restOf(head.length, { size, crc32 }, manifest)
  yield rest
  return { policy, contentBytes, sealedBytes: head.length + size + rest.length, segments: tags.length }
}

/** Cut a stream into segments; at least one, and only the last is shorter. A segment is valid until the next is asked for. */
async function* segmentsOf(source: AsyncIterable<Uint8Array>, segmentBytes: number): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(segmentBytes)
  let filled = 0
  let isFirst = true
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      if (filled === segmentBytes) {
        yield buffer
        isFirst = false
        filled = 0
      }
      const part = chunk.subarray(at, at + segmentBytes - filled)
      buffer.set(part, filled)
      filled += part.length
      at += part.length
    }
  }
  if (filled > 0 || isFirst) yield buffer.subarray(0, filled)
}
