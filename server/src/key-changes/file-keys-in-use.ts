// The keys of single files, made and opened under the keys that are in use: what was sealed under a key stays openable, and
// nothing is sealed under one that went out of use meanwhile.

import type { Id } from '@sallyport/protocol'
import type { Database, Randomness } from '../base/index.ts'
import { sealedFileKey, type FilesDependencies } from '../files/index.ts'
import { hasFileKey, kidOfSealed, makeFileKeys, type ReleaseRules } from '../keys/index.ts'
import type { KeysInUse } from './keys-in-use.ts'
import { holdGeneration } from './store.ts'

/** Make keys of single files. Yields null where files are wrapped to the enclave's own key. */
export function fileKeyMaker(keys: KeysInUse, random: Randomness): FilesDependencies['makeFileKey'] {
  const { make } = makeFileKeys(keys.provider, random)
  return async (fileId) => {
    await keys.upToDate()
    if (!hasFileKey(keys.provider)) return null
    const generation = keys.generation()
    return {
      ...make(fileId),
      // INVARIANT: nothing leans on a key that was found to have nothing leaning on it.
      hold: async (tx) => (await holdGeneration(tx)) === generation,
    }
  }
}

/** Find the key that one file has for itself: its sealed half is the files', what opens it the keystore's. */
export function keyOfFile(keys: KeysInUse, database: Database, random: Randomness): ReleaseRules['fileKey'] {
  const { ecdh } = makeFileKeys(keys.provider, random)
  return async (fileId: Id<'file'>, kid) => {
    const sealed = await sealedFileKey(database, fileId, kid)
    if (sealed === null) return null
    const sealedBy = kidOfSealed(sealed)
    if (!keys.provider.list().some((key) => key.kid === sealedBy && !key.isWaiting)) await keys.upToDate()
    return (peer) => ecdh(sealed, fileId, peer)
  }
}
