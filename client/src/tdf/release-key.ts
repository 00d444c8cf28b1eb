// The key of a sealed file, or of one that is still being sealed: one share of every split, each released by a gate.

import { Problem } from '@sallyport/protocol'
import {
  invalidFile,
  isPolicyBound,
  isRootSigned,
  joinShares,
  splitsOf,
  writeKeyAccess,
  type KeyAccess,
  type KeyAccessWire,
  type Manifest,
  type Policy,
} from '@sallyport/protocol/tdf'
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

/** What leads to a key: who may release its shares, and the policy that each of them is bound to. */
export interface KeyPath {
  readonly keyAccess: readonly KeyAccess[]
  readonly policyText: string
  readonly policy: Policy
}

interface Asking {
  readonly release: Release
  readonly signal?: AbortSignal
}

/**
 * Collect one share of every split and join them; the caller wipes the key. Every share is bound to the policy, so that neither
 * an exchanged wrap nor an altered policy leads to a key. Throws Problem `invalid-file`, and what `release` threw when no gate
 * of a split releases its share.
 */
export async function releaseKey(path: KeyPath, asking: Asking): Promise<Uint8Array> {
  const shares: Uint8Array[] = []
  try {
    for (const alternatives of splitsOf(path.keyAccess).values()) {
      shares.push(await releaseShare(alternatives, path, asking))
    }
    return joinShares(shares)
  } finally {
    for (const share of shares) share.fill(0)
  }
}

/** Ask for the key of this manifest: one that signed it. Throws as `releaseKey` does. */
export async function releaseSigner(manifest: Manifest, policy: Policy, asking: Asking): Promise<Uint8Array> {
  const key = await releaseKey({ keyAccess: manifest.keyAccess, policyText: manifest.policy, policy }, asking)
  if (await isRootSigned(hmacSha256, key, manifest)) return key
  key.fill(0)
  throw invalidFile('the root signature does not hold', 'the segments that were sealed')
}

async function releaseShare(
  alternatives: readonly KeyAccess[],
  { policyText, policy }: KeyPath,
  { release, signal }: Asking,
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
