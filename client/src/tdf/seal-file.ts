// Sealing: content in, a TDF out that only the keys of the named gates, all of them together, can lead back.

import { randomBytes } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { Problem, type Id, type LabelFqn } from '@sallyport/protocol'
import {
  localHeader,
  payloadName,
  segmentBytesFor,
  segmentCountFor,
  segmentOverhead,
  signRoot,
  writeManifest,
  writePolicy,
  type KeyAccess,
} from '@sallyport/protocol/tdf'
import { sealSegment } from './segment-cipher.ts'
import { workSegments, type SegmentsDone, type WorkOptions } from './segments.ts'
import { openSource, writeAt, writeWhole } from './whole-file.ts'
import { hmacSha256, wrapSplits, type KasKey } from './wrap.ts'
import { writeRest } from './write-container.ts'

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
    return await writeWhole(options.target, 0o666, (file) =>
      sealInto(file, key, { ...options, policy, keyAccess }, (offset) => sealPayload(options, key, file, offset)),
    )
  } finally {
    key.fill(0)
  }
}

export interface SealedPayload extends SegmentsDone {
  readonly contentBytes: number
  readonly segmentBytes: number
}

/** Write a whole container into a file: what precedes the payload, the payload, and what follows from it. */
export async function sealInto(
  file: FileHandle,
  key: Uint8Array,
  facts: { readonly policy: string; readonly keyAccess: readonly KeyAccess[]; readonly mimeType?: string },
  seal: (offset: number) => Promise<SealedPayload>,
): Promise<Sealed> {
  const { policy, keyAccess, mimeType = 'application/octet-stream' } = facts
  const head = localHeader(payloadName)
  await writeAt(file, head, 0)
  const { tags, crc32, segmentBytes, contentBytes } = await seal(head.length)
  const rootSignature = await signRoot(hmacSha256, key, tags)
  const manifest = writeManifest({
    mimeType,
    policy,
    keyAccess,
    rootSignature,
    segmentBytes,
    totalBytes: contentBytes,
    tags,
  })
  const segments = tags.length / 16
  const payload = { size: contentBytes + segments * segmentOverhead, crc32 }
  const sealedBytes = await writeRest(file, head.length, payload, manifest)
  return { policy, contentBytes, sealedBytes, segments }
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
    return await sealSource({ source, target, key, offset, isResumed: false }, options)
  } finally {
    await source.close()
  }
}

export interface SourceWork {
  readonly source: FileHandle
  readonly target: FileHandle
  readonly key: Uint8Array
  /** Where the first sealed segment lies in the target. */
  readonly offset: number
  /** The target holds what was sealed of this source before. */
  readonly isResumed: boolean
}

/** Seal an ordinary file that is open. Throws Problem `conflict` when it changes meanwhile, and whatever `workSegments` throws. */
export async function sealSource(
  { source, target, key, offset, isResumed }: SourceWork,
  options: WorkOptions,
): Promise<SealedPayload> {
  const before = await source.stat()
  const segmentBytes = segmentBytesFor(before.size)
  const plainBytes = new Uint32Array(segmentCountFor(before.size, segmentBytes)).fill(segmentBytes)
  plainBytes[plainBytes.length - 1] = before.size - (plainBytes.length - 1) * segmentBytes
  const plan = { direction: 'seal', key, source, target, plainBytes, isResumed } as const
  const done = await workSegments(
    { ...plan, totalBytes: before.size, sealedOffset: offset, hashes: new Uint8Array(0) },
    options,
  )
  const after = await source.stat()
  if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
    throw new Problem('conflict', 'cannot seal file: it changed while it was read, want it unchanged')
  }
  return { ...done, contentBytes: before.size, segmentBytes }
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
