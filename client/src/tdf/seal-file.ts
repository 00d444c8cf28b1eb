// Sealing: content in, a TDF out that only the keys of the named gates, all of them together, can lead back.

import { randomBytes } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { Problem, type Id, type LabelFqn } from '@sallyport/protocol'
import {
  dataDescriptor,
  directory,
  joinShares,
  localHeader,
  manifestName,
  payloadName,
  segmentBytesFor,
  segmentCountFor,
  segmentOverhead,
  signRoot,
  writeManifest,
  writePolicy,
  type KeyAccess,
} from '@sallyport/protocol/tdf'
import { crc32 } from 'node:zlib'
import { sealSegment } from './segment-cipher.ts'
import { workSegments, type SegmentsDone, type WorkOptions } from './segments.ts'
import { openSource, writeWhole } from './whole-file.ts'
import { hmacSha256, wrapShare, type KasKey } from './wrap.ts'

export interface SealOptions extends WorkOptions {
  /** The path of an ordinary file, or the content itself as it comes. */
  readonly source: string | AsyncIterable<Uint8Array>
  /** The path of the sealed file; a file of that name is replaced once the new one is whole. */
  readonly target: string
  readonly policy: { readonly uuid: Id<'policy'>; readonly labels: readonly LabelFqn[] }
  readonly kas: KasKey
  /** Keys of further gates: the data key is split, so that each of these has to release its share as well. */
  readonly also?: readonly KasKey[]
  readonly mimeType?: string
}

export interface Sealed {
  /** The policy as base64 text, as it stands in the manifest. */
  readonly policy: string
  readonly contentBytes: number
  readonly sealedBytes: number
  readonly segments: number
}

/**
 * Seal a file under a fresh key that only the gate can release, or only all of the gates together. On success the target is whole and durable; on any failure
 * it is untouched and nothing else is left. Throws Problem `not-found` (no such source or folder), `invalid-request` (bad
 * gate key), `too-large` (beyond what a manifest can describe), `conflict` (the source changed while it was read), the
 * signal's reason, or the system's error of a disk that fails.
 */
export async function sealFile(options: SealOptions): Promise<Sealed> {
  options.signal?.throwIfAborted()
  const key = new Uint8Array(randomBytes(32))
  try {
    const policy = writePolicy(options.policy)
    const keyAccess = await wrapSplits(key, policy, [options.kas, ...(options.also ?? [])])
    return await writeWhole(options.target, 0o666, async (file) => {
      const head = localHeader(payloadName)
      await writeAt(file, head, 0)
      const payload = await sealPayload(options, key, file, head.length)
      const manifest = writeManifest({
        mimeType: options.mimeType ?? 'application/octet-stream',
        policy,
        keyAccess,
        rootSignature: await signRoot(hmacSha256, key, payload.tags),
        segmentBytes: payload.segmentBytes,
        totalBytes: payload.contentBytes,
        tags: payload.tags,
      })
      const segments = payload.tags.length / 16
      const payloadBytes = payload.contentBytes + segments * segmentOverhead
      const sealedBytes = await writeRest(file, head.length, { size: payloadBytes, crc32: payload.crc32 }, manifest)
      return { policy, contentBytes: payload.contentBytes, sealedBytes, segments }
    })
  } finally {
    key.fill(0)
  }
}

/**
 * Split the key n of n and wrap each share to its gate. All shares but one are random and that one is what is missing, so that
 * any n - 1 of them say nothing of the key. SPEC: OpenTDF, one split id for each; none where there is one gate.
 */
async function wrapSplits(key: Uint8Array, policy: string, gates: readonly KasKey[]): Promise<readonly KeyAccess[]> {
  const others = gates.slice(1).map(() => new Uint8Array(randomBytes(32)))
  const shares = [joinShares([key, ...others]), ...others]
  try {
    const wrapped: KeyAccess[] = []
    for (const [index, gate] of gates.entries()) {
      const share = shares[index]
      if (share === undefined) throw new TypeError('a gate has no share')
      const access = await wrapShare(share, policy, gate)
      wrapped.push(gates.length === 1 ? access : { ...access, splitId: String(index + 1) })
    }
    return wrapped
  } finally {
    for (const share of shares) share.fill(0)
  }
}

interface SealedPayload extends SegmentsDone {
  readonly contentBytes: number
  readonly segmentBytes: number
}

async function sealPayload(
  options: SealOptions,
  key: Uint8Array,
  target: FileHandle,
  offset: number,
): Promise<SealedPayload> {
  if (typeof options.source !== 'string') return await sealStream(options.source, options, key, target, offset)
  const source = await openSource(options.source)
  try {
    const before = await source.stat()
    const segmentBytes = segmentBytesFor(before.size)
    const plainBytes = new Uint32Array(segmentCountFor(before.size, segmentBytes)).fill(segmentBytes)
    plainBytes[plainBytes.length - 1] = before.size - (plainBytes.length - 1) * segmentBytes
    const done = await workSegments(
      {
        direction: 'seal',
        key,
        source,
        target,
        plainBytes,
        totalBytes: before.size,
        sealedOffset: offset,
        hashes: new Uint8Array(0),
      },
      options,
    )
    const after = await source.stat()
    if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
      throw new Problem('conflict', 'cannot seal file: it changed while it was read, want it unchanged')
    }
    return { ...done, contentBytes: before.size, segmentBytes }
  } finally {
    await source.close()
  }
}

async function sealStream(
  source: AsyncIterable<Uint8Array>,
  options: SealOptions,
  key: Uint8Array,
  target: FileHandle,
  offset: number,
): Promise<SealedPayload> {
  const segmentBytes = segmentBytesFor(0)
  const tags: Uint8Array[] = []
  let contentBytes = 0
  let at = offset
  let crc = 0
  for await (const segment of segmentsOf(source, segmentBytes)) {
    options.signal?.throwIfAborted()
    contentBytes += segment.length
    if (segmentBytesFor(contentBytes) !== segmentBytes) {
      throw new Problem('too-large', 'cannot seal stream: it is too large, want a file, or at most 110,000 MiB')
    }
    const sealed = sealSegment(key, segment, crc)
    crc = sealed.crc32
    tags.push(sealed.tag)
    at += await writeAt(target, Buffer.concat(sealed.pieces), at)
    options.onProgress?.({ doneBytes: contentBytes, totalBytes: null })
  }
  return { tags: Buffer.concat(tags), crc32: crc, contentBytes, segmentBytes }
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

/** Write what follows the payload. Yields the size of the whole file. */
async function writeRest(
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

async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<number> {
  for (let at = 0; at < bytes.length;) {
    at += (await file.write(bytes, at, bytes.length - at, position + at)).bytesWritten
  }
  return bytes.length
}
