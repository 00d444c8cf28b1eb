// What a sealed file says of itself, without asking any gate.

import {
  parsePolicy,
  readTdf,
  splitsOf,
  wrapStrength,
  type Manifest,
  type Policy,
  type SegmentHash,
  type WrapStrength,
} from '@sallyport/protocol/tdf'
import { randomAccess } from './open-file.ts'
import { openSource } from './whole-file.ts'

export interface FileFacts {
  readonly version: '4.2.2' | '4.3.0'
  readonly mimeType: string | null
  readonly policy: Policy
  /** One entry per split: a share of every split is needed, and any one of its alternatives yields it. */
  readonly splits: Splits
  readonly fileBytes: number
  readonly contentBytes: number
  readonly segments: number
  readonly contentAlgorithm: 'AES-256-GCM'
  readonly segmentHash: SegmentHash
  readonly rootSignature: 'HS256'
  readonly assertions: number
  /**
   * The security strength in bits of the weakest wrap of the file (NIST SP 800-57), null when one is unknown. The content
   * is no better protected than that, nor than the rewrap of any release of it, which the gate records.
   */
  readonly weakestWrapBits: number | null
}

export type Splits = readonly (readonly KeyFacts[])[]

export interface KeyFacts extends WrapStrength {
  /** `https://host[:port]` of the gate, or null when the file names no such place. */
  readonly origin: string | null
  readonly kid: string | null
}

/**
 * Read the facts of a sealed file. They are the file's word: only opening it proves that they were not altered, and never
 * the media type, the gate's address or the key's name. Throws Problem `invalid-file` or `not-found`.
 */
export async function inspectFile(path: string): Promise<FileFacts> {
  const source = await openSource(path)
  try {
    const { manifest, fileBytes } = await readTdf(await randomAccess(source))
    const strengths = manifest.keyAccess.map((access) => wrapStrength(access).bits)
    return {
      version: manifest.version,
      mimeType: manifest.mimeType,
      policy: parsePolicy(manifest.policy),
      splits: splitFacts(manifest),
      fileBytes,
      contentBytes: manifest.segments.totalBytes,
      segments: manifest.segments.count,
      contentAlgorithm: 'AES-256-GCM',
      segmentHash: manifest.segments.hashAlgorithm,
      rootSignature: 'HS256',
      assertions: manifest.assertions,
      weakestWrapBits: strengths.reduce(
        (least, bits) => (least === null || bits === null ? null : Math.min(least, bits)),
        256,
      ),
    }
  } finally {
    await source.close()
  }
}

/** Read what ties a sealed file together: its policy as it stands, base64, and the hash text of the policy binding of every key. */
export async function readBinding(path: string): Promise<{ policy: string; bindings: string[] }> {
  const source = await openSource(path)
  try {
    const { manifest } = await readTdf(await randomAccess(source))
    return { policy: manifest.policy, bindings: manifest.keyAccess.map(({ binding }) => binding) }
  } finally {
    await source.close()
  }
}

/** Read from a manifest where the shares of its key are. */
export function splitFacts({ keyAccess }: Pick<Manifest, 'keyAccess'>): Splits {
  return [...splitsOf(keyAccess).values()].map((alternatives) =>
    alternatives.map((access) => ({ origin: originOf(access.url), kid: access.kid, ...wrapStrength(access) })),
  )
}

function originOf(url: string): string | null {
  const origin = URL.canParse(url) ? new URL(url).origin : 'null'
  return origin === 'null' ? null : origin
}
