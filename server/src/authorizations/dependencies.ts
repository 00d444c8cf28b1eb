// What the use cases of the register stand on.

import type { Clock, Database, Randomness } from '../base/index.ts'
import type { Appended, Ledger } from '../ledger/index.ts'
import type { Authorization } from './authorization.ts'

export interface AuthorizationDependencies {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'appendIn' | 'search'>
  readonly clock: Clock
  readonly random: Randomness
}

/** An authorization as a change left it, and the entries to acknowledge once it is durable, the change's own last. */
export interface AuthorizationChanged {
  readonly authorization: Authorization
  readonly entries: readonly Appended[]
}
