// What the use cases of the roster stand on.

import type { Clock, Database, Randomness } from '../base/index.ts'
import type { Appended, Ledger } from '../ledger/index.ts'
import type { PersonVault } from './vault.ts'

export interface RosterDependencies {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'appendIn'>
  readonly clock: Clock
  readonly random: Randomness
  readonly fields: PersonVault
}

/** A person as a change left them, and the entries to acknowledge once it is durable, the change's own last. */
export interface PersonChanged<P> {
  readonly person: P
  readonly entries: readonly Appended[]
}
