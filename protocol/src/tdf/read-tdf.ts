// A file's envelope and manifest together, with the claims of the one checked against the other.

import { crc32 } from './crc32.ts'
import { parseManifest, segmentOverhead, type Manifest } from './parse-manifest.ts'
import { readContainer, type RandomAccess, type StoredEntry } from './read-container.ts'
import { invalidFile } from './refuse.ts'

export interface Tdf {
  readonly manifest: Manifest
  /** Where the sealed segments lie, one after another and nothing else. */
  readonly payload: StoredEntry
  /** The size of the whole file in bytes. */
  readonly fileBytes: number
}

/**
 * Read everything of a TDF but its payload. Throws Problem `invalid-file` for anything else than a file whose structure,
 * manifest and sizes agree; that nothing was altered is known only once root signature, binding and tags were checked too.
 */
export async function readTdf(source: RandomAccess): Promise<Tdf> {
  const { manifest: entry, payload } = await readContainer(source)
  const bytes = await source.read(entry.offset, entry.size)
  if (crc32(bytes) !== entry.crc32) throw invalidFile('the manifest is damaged', 'its checksum')
  const manifest = parseManifest(bytes)
  const { count, totalBytes } = manifest.segments
  if (totalBytes + count * segmentOverhead !== payload.size) {
    throw invalidFile('the segments do not add up to the payload', 'exactly its length')
  }
  return { manifest, payload, fileBytes: source.size }
}
