// Sealing that can be cut off at any moment and gone on with. What is written down beforehand leads to the key only through the
// gates; what was sealed is believed only if it opens under that key and holds what the source holds.

import type { FileHandle } from 'node:fs/promises'
import { Problem } from '@sallyport/protocol'
import { parsePolicy, writePolicy, type KeyAccess } from '@sallyport/protocol/tdf'
import { createPartial, openPartial } from './partial-file.ts'
import { releaseKey, type Release } from './release-key.ts'
import { sealInto, sealSource, type Sealed, type SealOptions } from './seal-file.ts'
import type { WorkOptions } from './segments.ts'
import { openSource } from './whole-file.ts'
import { makeDataKey, wrapSplits } from './wrap.ts'

/** What a sealing that was cut off is gone on with. None of it is secret, and none of it is content. */
export interface SealingDraft {
  /** The policy as base64 text, which the shares are bound to. */
  readonly policy: string
  /** The shares of the key, each wrapped to its gate. */
  readonly keyAccess: readonly KeyAccess[]
  readonly sourceBytes: number
  /** When the source was last modified, in nanoseconds since the Unix epoch. */
  readonly sourceModifiedNs: bigint
}

interface Places extends WorkOptions {
  /** The path of an ordinary file. */
  readonly source: string
  /** Where the sealed file is made. It stays there, whole or not. */
  readonly partial: string
}

export interface BeginOptions extends Places, Pick<SealOptions, 'policy' | 'kas' | 'also'> {
  /** Write the draft down durably. Nothing is sealed before. */
  readonly keep: (draft: SealingDraft) => Promise<void>
}

export interface GoOnOptions extends Places {
  readonly draft: SealingDraft
  readonly release: Release
}

/**
 * Begin to seal a file under a fresh key. `partial` must not exist. Throws as `sealFile` does; what was sealed so far is left,
 * and the caller removes it or goes on with it.
 */
export async function beginSealing(options: BeginOptions): Promise<Sealed> {
  const key = makeDataKey()
  const source = await openSource(options.source)
  try {
    const { size, mtimeNs } = await source.stat({ bigint: true })
    const policy = writePolicy(options.policy)
    const keyAccess = await wrapSplits(key, policy, [options.kas, ...(options.also ?? [])])
    await options.keep({ policy, keyAccess, sourceBytes: Number(size), sourceModifiedNs: mtimeNs })
    return await sealThrough(await createPartial(options.partial), source, key, { policy, keyAccess }, options, false)
  } finally {
    key.fill(0)
    await source.close()
  }
}

/**
 * Go on sealing a file with the key that the gates release anew: the sealed file comes out as if nothing had cut it off. What was
 * sealed is deciphered and compared with the source; what does not open is sealed again. Throws Problem `conflict` when the
 * source is not what it was or the partial file is not ours, `invalid-file` when the draft leads to no key, what `release`
 * threw when a gate refuses, and as `sealFile` does.
 */
export async function goOnSealing(options: GoOnOptions): Promise<Sealed> {
  const { draft, release, signal } = options
  const source = await openSource(options.source)
  try {
    const { size, mtimeNs } = await source.stat({ bigint: true })
    if (Number(size) !== draft.sourceBytes || mtimeNs !== draft.sourceModifiedNs) {
      throw new Problem('conflict', 'cannot go on sealing file: it changed since it was begun, want it unchanged')
    }
    const target = await openPartial(options.partial)
    const path = { keyAccess: draft.keyAccess, policyText: draft.policy, policy: parsePolicy(draft.policy) }
    const key = await releaseKey(path, signal === undefined ? { release } : { release, signal }).catch(
      async (error: unknown) => {
        await target.close()
        throw error
      },
    )
    try {
      return await sealThrough(target, source, key, draft, options, true)
    } finally {
      key.fill(0)
    }
  } finally {
    await source.close()
  }
}

async function sealThrough(
  target: FileHandle,
  source: FileHandle,
  key: Uint8Array,
  draft: Pick<SealingDraft, 'policy' | 'keyAccess'>,
  options: WorkOptions,
  isResumed: boolean,
): Promise<Sealed> {
  try {
    const sealed = await sealInto(target, key, draft, (offset) =>
      sealSource({ source, target, key, offset, isResumed }, options),
    )
    // An earlier run cannot have written more; whoever else did shall not have it sent along.
    await target.truncate(sealed.sealedBytes)
    return sealed
  } finally {
    await target.close()
  }
}
