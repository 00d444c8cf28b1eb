// Sealing: content in, a TDF out that only the keys of the named gates, all of them together, can lead back.

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
import { nodeCipher } from './segment-cipher.ts'
import { sealStream, type Sealed } from './seal-stream.ts'
import { workSegments, type SegmentsDone, type WorkOptions } from './segments.ts'
import { openSource, writeAt, writeWhole } from './whole-file.ts'
import { hmacSha256, makeDataKey, wrapSplits, type KasKey } from './wrap.ts'
import { restOf } from './write-container.ts'

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

export type { Sealed }

/**
 * Seal a file under a fresh key that only the gate can release, or only all of the gates together. On success the target is whole and durable; on any failure
 * it is untouched and nothing else is left. Throws Problem `not-found` (no such source or folder), `invalid-request` (bad
 * gate key), `too-large` (beyond what a manifest can describe), `conflict` (the source changed while it was read), the
 * signal's reason, or the system's error of a disk that fails.
 */
export async function sealFile(options: SealOptions): Promise<Sealed> {
  options.signal?.throwIfAborted()
  const key = makeDataKey()
  try {
    const policy = writePolicy(options.policy)
    const keyAccess = await wrapSplits(key, policy, [options.kas, ...(options.also ?? [])])
    const facts = { ...options, policy, keyAccess }
    const { source } = options
    return await writeWhole(options.target, 0o666, (file) =>
      typeof source === 'string'
        ? sealInto(file, key, facts, (offset) => sealPath(source, options, key, file, offset))
        : streamInto(file, key, source, facts),
    )
  } finally {
    key.fill(0)
  }
}

export interface SealedPayload extends SegmentsDone {
  readonly contentBytes: number
  readonly segmentBytes: number
}

interface Facts {
  readonly policy: string
  readonly keyAccess: readonly KeyAccess[]
  readonly mimeType?: string
}

/** Write a whole container into a file: what precedes the payload, the payload, and what follows from it. */
export async function sealInto(
  file: FileHandle,
  key: Uint8Array,
  facts: Facts,
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
  const rest = restOf(head.length, payload, manifest)
  const restOffset = head.length + payload.size
  await writeAt(file, rest, restOffset)
  return { policy, contentBytes, sealedBytes: restOffset + rest.length, segments }
}

async function streamInto(
  file: FileHandle,
  key: Uint8Array,
  content: AsyncIterable<Uint8Array>,
  options: WorkOptions & Facts,
): Promise<Sealed> {
  const { onProgress, ...facts } = options
  const sealing = sealStream({
    ...facts,
    content,
    key,
    totalBytes: null,
    cipher: nodeCipher(key),
    onProgress: (doneBytes) => onProgress?.({ doneBytes, totalBytes: null }),
  })
  for (let at = 0; ;) {
    const next = await sealing.next()
    if (next.done === true) return next.value
    at += await writeAt(file, next.value, at)
  }
}

async function sealPath(
  path: string,
  options: SealOptions,
  key: Uint8Array,
  target: FileHandle,
  offset: number,
): Promise<SealedPayload> {
  const source = await openSource(path)
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
