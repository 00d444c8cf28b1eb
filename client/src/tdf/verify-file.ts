// What can be known of a sealed file without its key: that it is whole, and that its parts fit each other.

import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { equalBytes } from '@sallyport/protocol'
import {
  invalidFile,
  parsePolicy,
  readTdf,
  segmentOverhead,
  type Policy,
  type SegmentHash,
  type Segments,
  type Tdf,
} from '@sallyport/protocol/tdf'
import { splitFacts, type Splits } from './inspect-file.ts'
import { randomAccess } from './open-file.ts'
import type { Progress } from './segments.ts'
import { openSource } from './whole-file.ts'

export interface VerifyOptions {
  /** In bytes of the sealed file. */
  readonly onProgress?: (progress: Progress) => void
  /** Aborting rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

export interface Verified {
  readonly policy: Policy
  /** Where the shares of its key are, by the file's own word. */
  readonly splits: Splits
  readonly fileBytes: number
  readonly segments: number
  /** GMAC: every segment ends in the tag that the manifest names. HS256: hashes take the key, so only lengths were checked. */
  readonly segmentHash: SegmentHash
  /** SHA-256 of the whole file, 32 bytes: what a gate registered when it stored the file. */
  readonly sha256: Uint8Array
}

const readBytes = 1024 * 1024

/**
 * Verify a sealed file without opening it: container, manifest and sizes agree, the payload has its checksum, and every
 * segment ends in the tag that the manifest names. ATTACKER: whoever alters a file on purpose makes all of that fit again;
 * that nobody did is proved by a digest that was registered elsewhere (`sha256`), or by root signature and policy binding,
 * which take the key (`openFile`). Reads the file once, at most a segment at a time. Throws Problem `invalid-file` naming
 * what does not hold, `not-found`, or the signal's reason.
 */
export async function verifyFile(path: string, { onProgress, signal }: VerifyOptions = {}): Promise<Verified> {
  const source = await openSource(path)
  try {
    const access = await randomAccess(source)
    const tdf = await readTdf(access)
    const { segments } = tdf.manifest
    const policy = parsePolicy(tdf.manifest.policy)
    const hash = createHash('sha256')
    let checksum = 0
    for (const { offset, length, segment } of partsOf(tdf)) {
      signal?.throwIfAborted()
      const bytes = await access.read(offset, length)
      hash.update(bytes)
      if (segment !== null) {
        checksum = crc32(bytes, checksum)
        if (!hasItsTag(segments, segment, bytes)) {
          throw invalidFile(`segment ${segment + 1} of ${segments.count} is not the one that was sealed`, 'its tag')
        }
      }
      onProgress?.({ doneBytes: offset + length, totalBytes: tdf.fileBytes })
    }
    if (checksum !== tdf.payload.crc32) throw invalidFile('the payload is damaged', 'its checksum')
    return {
      policy,
      splits: splitFacts(tdf.manifest),
      fileBytes: tdf.fileBytes,
      segments: segments.count,
      segmentHash: segments.hashAlgorithm,
      sha256: new Uint8Array(hash.digest()),
    }
  } finally {
    await source.close()
  }
}

interface Part {
  readonly offset: number
  readonly length: number
  /** The index of the segment that this part is; null before and after the payload. */
  readonly segment: number | null
}

/** Cut a file into what is read at a time: all of it, in order, and each segment by itself. */
function* partsOf({ manifest, payload, fileBytes }: Tdf): Generator<Part> {
  yield* stretch(0, payload.offset)
  let { offset } = payload
  for (const [segment, plainBytes] of manifest.segments.plainBytes.entries()) {
    const length = plainBytes + segmentOverhead
    yield { offset, length, segment }
    offset += length
  }
  yield* stretch(offset, fileBytes)
}

function* stretch(start: number, end: number): Generator<Part> {
  for (let offset = start; offset < end; offset += readBytes) {
    yield { offset, length: Math.min(readBytes, end - offset), segment: null }
  }
}

function hasItsTag({ hashAlgorithm, hashes, hashBytes }: Segments, segment: number, sealed: Uint8Array): boolean {
  if (hashAlgorithm !== 'GMAC') return true
  const named = hashes.subarray(segment * hashBytes, (segment + 1) * hashBytes)
  return equalBytes(sealed.subarray(sealed.length - hashBytes), named)
}
