// Opening: a TDF in, content out, for whoever the gates release the shares of its key to.

import type { FileHandle } from 'node:fs/promises'
import { invalidFile, parsePolicy, readTdf, type Policy, type RandomAccess, type Tdf } from '@sallyport/protocol/tdf'
import { openPartial, removePartial } from './partial-file.ts'
import { releaseSigner, type Release } from './release-key.ts'
import { workSegments, type WorkOptions } from './segments.ts'
import { openSource, writeWhole } from './whole-file.ts'

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

/** The same, where an earlier run may have been cut off. */
export interface GoOnOpening extends Omit<OpenOptions, 'target'> {
  /** Where the content is written, for its owner alone; what lies there from before is held against the content. */
  readonly partial: string
}

/**
 * Open a sealed file. The policy binding and the root signature are verified before the first byte of content is used, each
 * segment before it is written, and the target gets its name only when everything held. Throws Problem `invalid-file` for
 * anything damaged or altered, `not-found` for no such source or folder, what `release` threw when no gate of a split
 * releases its share, the signal's reason, or the system's error of a disk that fails. A failure leaves nothing behind.
 */
export async function openFile(options: OpenOptions): Promise<Opened> {
  return await openThrough(options, (write) => writeWhole(options.target, 0o600, (target) => write(target, false)))
}

/**
 * Open a sealed file to where an earlier run was cut off. The key is released anew, every segment is verified as in `openFile`, and
 * what was written of it is kept only if it is the content, byte for byte. The caller gives the whole and durable content its
 * name. Throws as `openFile` does, and Problem `conflict` when something else is in the place of the partial file; any other
 * failure removes it, a refusal among them.
 */
export async function openResumably(options: GoOnOpening): Promise<Opened> {
  let isForeign = false
  try {
    return await openThrough(options, async (write) => {
      isForeign = true
      const target = await openPartial(options.partial)
      isForeign = false
      try {
        await target.truncate(await write(target, true))
        await target.datasync()
      } finally {
        await target.close()
      }
    })
  } catch (error) {
    if (!isForeign) await removePartial(options.partial)
    throw error
  }
}

/** Write all content into a file; yields its bytes. */
type Write = (target: FileHandle, isResumed: boolean) => Promise<number>

async function openThrough(
  options: Omit<OpenOptions, 'target'>,
  writeInto: (write: Write) => Promise<unknown>,
): Promise<Opened> {
  options.signal?.throwIfAborted()
  const source = await openSource(options.source)
  try {
    const tdf = await readTdf(await randomAccess(source))
    const { policy: policyText, mimeType, segments } = tdf.manifest
    const policy = parsePolicy(policyText)
    const key = await releaseSigner(tdf.manifest, policy, options)
    try {
      await options.prepare?.()
      await writeInto(async (target, isResumed) => {
        await writeContent({ source, target, isResumed }, tdf, key, options)
        return segments.totalBytes
      })
    } finally {
      key.fill(0)
    }
    return { policy, mimeType, contentBytes: segments.totalBytes }
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
  files: { readonly source: FileHandle; readonly target: FileHandle; readonly isResumed: boolean },
  { manifest, payload }: Pick<Tdf, 'manifest' | 'payload'>,
  key: Uint8Array,
  options: WorkOptions,
): Promise<void> {
  const { plainBytes, totalBytes, hashes } = manifest.segments
  const plan = { direction: 'open', key, ...files, plainBytes, totalBytes, hashes } as const
  const done = await workSegments({ ...plan, sealedOffset: payload.offset }, options)
  if (done.crc32 !== payload.crc32) throw invalidFile('the payload is damaged', 'its checksum')
}
