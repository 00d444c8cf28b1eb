// Opening: a TDF in, content out, for whoever the gates release the shares of its key to.

import type { FileHandle } from 'node:fs/promises'
import {
  invalidFile,
  isRootSigned,
  parsePolicy,
  readTdf,
  type Manifest,
  type Policy,
  type RandomAccess,
  type Tdf,
} from '@sallyport/protocol/tdf'
import { releaseKey, type Release } from './release-key.ts'
import { workSegments, type WorkOptions } from './segments.ts'
import { openSource, writeWhole } from './whole-file.ts'
import { hmacSha256 } from './wrap.ts'

export interface OpenOptions extends WorkOptions {
  readonly source: string
  /** The path of the content; a file of that name is replaced once the new one is whole. Only its owner may read it. */
  readonly target: string
  readonly release: Release
  /** Run once the shares of all splits came, before anything is written. */
  readonly prepare?: () => Promise<void>
}

export interface Opened {
  readonly policy: Policy
  readonly mimeType: string | null
  readonly contentBytes: number
}

/**
 * Open a sealed file. The policy binding and the root signature are verified before the first byte of content is used, each
 * segment before it is written, and the target gets its name only when everything held. Throws Problem `invalid-file` for
 * anything damaged or altered, `not-found` for no such source or folder, what `release` threw when no gate of a split
 * releases its share, the signal's reason, or the system's error of a disk that fails. A failure leaves nothing behind.
 */
export async function openFile(options: OpenOptions): Promise<Opened> {
  options.signal?.throwIfAborted()
  const source = await openSource(options.source)
  try {
    const { manifest, payload } = await readTdf(await randomAccess(source))
    const policy = parsePolicy(manifest.policy)
    const key = await releaseSigner(manifest, policy, options)
    try {
      await options.prepare?.()
      await writeContent(source, { manifest, payload }, key, options)
    } finally {
      key.fill(0)
    }
    return { policy, mimeType: manifest.mimeType, contentBytes: manifest.segments.totalBytes }
  } finally {
    await source.close()
  }
}

/** Read an open file at any place; its size is taken once. */
export async function randomAccess(file: FileHandle): Promise<RandomAccess> {
  const { size } = await file.stat()
  return {
    size,
    async read(offset, length) {
      const bytes = new Uint8Array(length)
      for (let at = 0; at < length;) {
        const { bytesRead } = await file.read(bytes, at, length - at, offset + at)
        if (bytesRead === 0) throw invalidFile('the file became shorter while it was read', 'all of it')
        at += bytesRead
      }
      return bytes
    },
  }
}

async function writeContent(
  source: FileHandle,
  { manifest, payload }: Pick<Tdf, 'manifest' | 'payload'>,
  key: Uint8Array,
  options: OpenOptions,
): Promise<void> {
  const { plainBytes, totalBytes, hashes } = manifest.segments
  await writeWhole(options.target, 0o600, async (target) => {
    const plan = { direction: 'open', key, source, target, plainBytes, totalBytes, hashes } as const
    const done = await workSegments({ ...plan, sealedOffset: payload.offset }, options)
    if (done.crc32 !== payload.crc32) throw invalidFile('the payload is damaged', 'its checksum')
  })
}

/** Ask for the key of this manifest: one that signed it. */
async function releaseSigner(manifest: Manifest, policy: Policy, options: OpenOptions): Promise<Uint8Array> {
  const key = await releaseKey({ keyAccess: manifest.keyAccess, policyText: manifest.policy, policy }, options)
  if (await isRootSigned(hmacSha256, key, manifest)) return key
  key.fill(0)
  throw invalidFile('the root signature does not hold', 'the segments that were sealed')
}
