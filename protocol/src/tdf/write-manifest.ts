// The manifest as we write it: version 4.3.0, one form, both sizes in every segment (readers of other makers take a missing
// size for zero).

import { toBase64, utf8 } from '../bytes.ts'
import { Problem } from '../problems.ts'
import { writeKeyAccess, type KeyAccess } from './key-access.ts'
import { manifestName, payloadName } from './layout.ts'
import { segmentOverhead } from './parse-manifest.ts'
import { maxManifestBytes } from './read-container.ts'

export interface ManifestFacts {
  readonly mimeType: string
  /** The policy text that the bindings of `keyAccess` were made over. */
  readonly policy: string
  readonly keyAccess: readonly KeyAccess[]
  readonly rootSignature: Uint8Array
  /** Bytes of content of every segment but the last. */
  readonly segmentBytes: number
  /** Bytes of content of all segments. */
  readonly totalBytes: number
  /** The GCM tags of all segments, 16 bytes each. */
  readonly tags: Uint8Array
}

const kibi = 1024
const mebi = 1024 * kibi

// A segment takes about 90 bytes of manifest, so that 110,000 stay below the 10 MiB that readers take.
const maxSegments = 110_000
const segmentSteps = [mebi, 2 * mebi, 3 * mebi, 4 * mebi - 64 * kibi]

/**
 * Choose the bytes of content per segment: 1 MiB, more only where the manifest would grow beyond what readers take.
 * Throws Problem `too-large` above about 430 GB.
 */
export function segmentBytesFor(totalBytes: number): number {
  const fit = segmentSteps.find((bytes) => totalBytes <= bytes * maxSegments)
  if (fit === undefined) throw new Problem('too-large', 'cannot seal file: it is too large, want at most 430 GB')
  return fit
}

/** Count the segments of a file; an empty file has one, which is empty. */
export function segmentCountFor(totalBytes: number, segmentBytes: number): number {
  return Math.max(1, Math.ceil(totalBytes / segmentBytes))
}

/** Write a manifest of version 4.3.0. Throws Problem `too-large` when it exceeds 10 MiB. */
export function writeManifest(facts: ManifestFacts): Uint8Array {
  const count = facts.tags.length / 16
  const segments = Array.from({ length: count }, (_, index) => {
    const segmentSize = Math.min(facts.segmentBytes, facts.totalBytes - index * facts.segmentBytes)
    const hash = toBase64(facts.tags.subarray(16 * index, 16 * index + 16))
    return { hash, segmentSize, encryptedSegmentSize: segmentSize + segmentOverhead }
  })
  const manifest = {
    schemaVersion: '4.3.0',
    payload: { type: 'reference', url: payloadName, protocol: 'zip', isEncrypted: true, mimeType: facts.mimeType },
    encryptionInformation: {
      type: 'split',
      policy: facts.policy,
      keyAccess: facts.keyAccess.map(writeKeyAccess),
      method: { algorithm: 'AES-256-GCM', isStreamable: true, iv: '' },
      integrityInformation: {
        rootSignature: { alg: 'HS256', sig: toBase64(facts.rootSignature) },
        segmentHashAlg: 'GMAC',
        segmentSizeDefault: facts.segmentBytes,
        encryptedSegmentSizeDefault: facts.segmentBytes + segmentOverhead,
        segments,
      },
    },
    assertions: [],
  }
  const bytes = utf8(JSON.stringify(manifest))
  if (bytes.length > maxManifestBytes) {
    throw new Problem('too-large', `cannot write ${manifestName}: it is too large, want at most 10 MiB`)
  }
  return bytes
}
