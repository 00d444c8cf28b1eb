// Opening: a TDF in, content out, for whoever the gates release the shares of its key to.

import type { FileHandle } from 'node:fs/promises'
import { Problem } from '@sallyport/protocol'
import {
  invalidFile,
  isPolicyBound,
  isRootSigned,
  joinShares,
  parsePolicy,
  readTdf,
  splitsOf,
  writeKeyAccess,
  type KeyAccess,
  type KeyAccessWire,
  type Manifest,
  type Policy,
  type RandomAccess,
  type Tdf,
} from '@sallyport/protocol/tdf'
import { workSegments, type WorkOptions } from './segments.ts'
import { openSource, writeWhole } from './whole-file.ts'
import { hmacSha256 } from './wrap.ts'

/** What a gate needs to release one share. */
export interface ReleaseRequest {
  /** The policy as base64 text exactly as it stands in the file: `policy.body` of a rewrap request. */
  readonly policyText: string
  readonly policy: Policy
  /** ATTACKER: ask only a gate that is configured; the url in here is the file's word. */
  readonly keyAccess: KeyAccess
  /** The same as JSON: `keyAccessObject` of a rewrap request. */
  readonly keyAccessWire: KeyAccessWire
}

/** Ask a gate for one share: 32 bytes, which are wiped after use. A refusal is thrown. */
export type Release = (request: ReleaseRequest) => Promise<Uint8Array>

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
    const key = await releaseKey(manifest, policy, options)
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

/** Collect one share of every split, and join them to a key that signed this manifest. */
async function releaseKey(manifest: Manifest, policy: Policy, options: OpenOptions): Promise<Uint8Array> {
  const shares: Uint8Array[] = []
  try {
    for (const alternatives of splitsOf(manifest.keyAccess).values()) {
      shares.push(await releaseShare(alternatives, manifest.policy, policy, options))
    }
    const key = joinShares(shares)
    if (await isRootSigned(hmacSha256, key, manifest)) return key
    key.fill(0)
    throw invalidFile('the root signature does not hold', 'the segments that were sealed')
  } finally {
    for (const share of shares) share.fill(0)
  }
}

async function releaseShare(
  alternatives: readonly KeyAccess[],
  policyText: string,
  policy: Policy,
  { release, signal }: OpenOptions,
): Promise<Uint8Array> {
  let failure: unknown = invalidFile('its key is wrapped in ways that we do not know', 'an rsa or ec wrap')
  for (const keyAccess of alternatives) {
    if (keyAccess.type === 'other') continue
    signal?.throwIfAborted()
    try {
      const released = await release({ policyText, policy, keyAccess, keyAccessWire: writeKeyAccess(keyAccess) })
      return await checkShare(released, policyText, keyAccess)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

async function checkShare(released: Uint8Array, policyText: string, keyAccess: KeyAccess): Promise<Uint8Array> {
  if (released.length !== 32)
    throw new Problem('invalid-file', 'cannot open file: the share has another size, want 32 bytes')
  if (await isPolicyBound(hmacSha256, released, policyText, keyAccess.binding)) return released
  throw invalidFile('the policy is not the one that was sealed', 'its binding to hold')
}
