// What there is of keys: their facts, never they themselves.

import { keysOfHalves } from '../files/index.ts'
import type { KeyFacts } from '../keys/index.ts'
import { spendPermit, type Permit } from '../policy/index.ts'
import type { KeyChangeDependencies } from './dependencies.ts'

export interface ListedKey extends KeyFacts {
  /** Files whose own key it seals; null for a key that seals none, or of which that cannot be told. */
  readonly files: number | null
}

export interface KeysListed {
  readonly keys: readonly ListedKey[]
  /** Files that are wrapped to a key of the enclave itself, whichever: their containers say. */
  readonly filesOfTheEnclave: number
}

/** Read which keys there are. Throws Problem `refused` for a permit that does not fit, `unavailable` as opening does. */
export async function listKeysInUse(
  { database, keys }: Pick<KeyChangeDependencies, 'database' | 'keys'>,
  permit: Permit<'key.list'>,
): Promise<KeysListed> {
  spendPermit(permit, 'key.list', 'enclave')
  await keys.upToDate()
  const { halves, withoutHalf } = await keysOfHalves(database)
  const listed = keys.provider
    .list()
    .map((key) => ({ ...key, files: key.door === 'file' ? (halves.get(key.kid) ?? 0) : null }))
  return { keys: listed, filesOfTheEnclave: withoutHalf }
}
