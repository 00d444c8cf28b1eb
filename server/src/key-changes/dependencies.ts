// What the use cases of the keys stand on.

import type { Clock, Database, Randomness } from '../base/index.ts'
import type { KeystoreSeal } from '../keys/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { KeysInUse } from './keys-in-use.ts'

export interface KeyChangeDependencies {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'appendIn'>
  readonly clock: Clock
  readonly random: Randomness
  readonly seal: KeystoreSeal
  readonly keys: KeysInUse
}
