// The manifest, parsed and narrowed: after this, only versions, algorithms and sizes that we can verify remain.
// ATTACKER: nothing in a manifest is known to be true before the root signature and the policy binding were checked, and
// of what is no segment hash and no policy (media type, urls, key names) nothing ever is.

import * as z from 'zod'
import { fromBase64, fromHex, fromUtf8 } from '../bytes.ts'
import { keyAccessShape, parseKeyAccess, type KeyAccess } from './key-access.ts'
import { maxManifestBytes } from './read-container.ts'
import { invalidFile } from './refuse.ts'

/** What each sealed segment has beyond its content: IV (12 bytes) before, GCM tag (16 bytes) after. */
export const segmentOverhead = 28

/** The largest content of one segment that is read, in bytes. */
export const maxSegmentBytes = 4 * 1024 * 1024

export interface Manifest {
  readonly version: '4.2.2' | '4.3.0'
  readonly mimeType: string | null
  /** The policy as base64 text exactly as it stands: the binding is over these characters. See parsePolicy. */
  readonly policy: string
  readonly keyAccess: readonly KeyAccess[]
  readonly rootSignature: Uint8Array
  readonly segments: Segments
  /** How many assertions the file carries; none is read. */
  readonly assertions: number
}

/** GMAC: the segment's GCM tag, 16 bytes. HS256: HMAC-SHA-256 under the payload key over the sealed segment, 32 bytes. */
export type SegmentHash = 'GMAC' | 'HS256'

/** All segments in order. Flat, because a large file has a hundred thousand of them. */
export interface Segments {
  readonly count: number
  readonly hashAlgorithm: SegmentHash
  /** The raw hashes, one after another: `hashBytes` each. */
  readonly hashes: Uint8Array
  readonly hashBytes: number
  /** Bytes of content of each segment; sealed, each has `segmentOverhead` more. */
  readonly plainBytes: Uint32Array
  /** Bytes of content of all segments. */
  readonly totalBytes: number
}

const byteCount = z
  .int()
  .min(0)
  .max(2 ** 40)

const manifestShape = z.object({
  schemaVersion: z.string().nullish(),
  tdf_spec_version: z.string().nullish(),
  payload: z.object({
    type: z.literal('reference'),
    url: z.literal('0.payload'),
    protocol: z.literal('zip'),
    isEncrypted: z.literal(true),
    mimeType: z.string().max(1024).nullish(),
  }),
  encryptionInformation: z.object({
    type: z.literal('split'),
    policy: z.string().min(1),
    method: z.object({ algorithm: z.literal('AES-256-GCM') }),
    keyAccess: z.array(keyAccessShape).min(1).max(64),
    integrityInformation: z.object({
      // Only HS256: as a root, GMAC is a copy of the last segment's tag, which anybody can make.
      rootSignature: z.object({ alg: z.literal('HS256'), sig: z.string().max(128) }),
      segmentHashAlg: z.enum(['GMAC', 'HS256']).nullish(),
      segmentSizeDefault: byteCount,
      encryptedSegmentSizeDefault: byteCount,
      segments: z
        .array(
          z.object({
            hash: z.string().max(128),
            segmentSize: byteCount.nullish(),
            encryptedSegmentSize: byteCount.nullish(),
          }),
        )
        .nullish(),
    }),
  }),
  assertions: z.array(z.unknown()).nullish(),
})

type Integrity = z.infer<typeof manifestShape>['encryptionInformation']['integrityInformation']

/**
 * Parse the bytes of a manifest of version 4.2.2 or 4.3.0. Unknown members are ignored, null stands for an empty list.
 * Throws Problem `invalid-file` for another version, another algorithm, content that is not encrypted, a root signature
 * that is not HS256, segments above 4 MiB or whose two sizes do not fit each other, and for more than 10 MiB.
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  const parsed = manifestShape.safeParse(decode(bytes))
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') ?? ''
    throw invalidFile(
      `the manifest has another shape at ${where}`,
      'what an opentdf 4.2.2 or 4.3.0 file has',
      parsed.error,
    )
  }
  const { encryptionInformation: info, payload, assertions } = parsed.data
  const version = versionOf(parsed.data.schemaVersion || parsed.data.tdf_spec_version)
  const integrity = info.integrityInformation
  return {
    version,
    mimeType: payload.mimeType ?? null,
    policy: info.policy,
    keyAccess: info.keyAccess.map(parseKeyAccess),
    rootSignature: decodeHash(version, integrity.rootSignature.sig, 32),
    segments: parseSegments(version, integrity),
    assertions: assertions?.length ?? 0,
  }
}

/** Say which bytes of the payload (`offset` from its start) hold one sealed segment and how much content it has. */
export function segmentSpans(segments: Segments): readonly { readonly offset: number; readonly plainBytes: number }[] {
  let offset = 0
  return Array.from(segments.plainBytes, (plainBytes) => {
    const span = { offset, plainBytes }
    offset += plainBytes + segmentOverhead
    return span
  })
}

function versionOf(text: string | null | undefined): Manifest['version'] {
  // SPEC: files before 4.3.0 name no version.
  if (text === undefined || text === null || text === '' || text === '4.2.2') return '4.2.2'
  if (text === '4.3.0') return '4.3.0'
  throw invalidFile('the version is not one that we know', '4.2.2 or 4.3.0')
}

function parseSegments(version: Manifest['version'], integrity: Integrity): Segments {
  const list = integrity.segments ?? []
  // SPEC: without an algorithm of its own, a segment has that of the root.
  const hashAlgorithm = integrity.segmentHashAlg ?? 'HS256'
  const hashBytes = hashAlgorithm === 'GMAC' ? 16 : 32
  const hashes = new Uint8Array(list.length * hashBytes)
  const plainBytes = new Uint32Array(list.length)
  let totalBytes = 0
  for (const [index, segment] of list.entries()) {
    const plain = segment.segmentSize ?? integrity.segmentSizeDefault
    const sealed = segment.encryptedSegmentSize ?? integrity.encryptedSegmentSizeDefault
    if (plain > maxSegmentBytes) throw invalidFile('a segment is too large', 'at most 4 MiB')
    if (sealed !== plain + segmentOverhead)
      throw invalidFile('the sizes of a segment do not fit', '28 bytes between them')
    hashes.set(decodeHash(version, segment.hash, hashBytes), index * hashBytes)
    plainBytes[index] = plain
    totalBytes += plain
  }
  return { count: list.length, hashAlgorithm, hashes, hashBytes, plainBytes, totalBytes }
}

const lowerHex = /^[0-9a-f]*$/

/** SPEC: 4.3.0 writes base64 of the bytes, 4.2.2 base64 of their lower-case hexadecimal text. */
function decodeHash(version: Manifest['version'], text: string, length: number): Uint8Array {
  let bytes = fromBase64(text)
  if (version === '4.2.2' && bytes !== null) {
    const hex = String.fromCharCode(...bytes)
    bytes = lowerHex.test(hex) ? fromHex(hex) : null
  }
  if (bytes?.length !== length)
    throw invalidFile('a hash has another form', `${length} bytes in the form of ${version}`)
  return bytes
}

function decode(bytes: Uint8Array): unknown {
  if (bytes.length > maxManifestBytes) throw invalidFile('the manifest is too large', 'at most 10 MiB')
  try {
    return JSON.parse(fromUtf8(bytes))
  } catch (error) {
    throw invalidFile('the manifest is not json', 'a json object', error)
  }
}
