// What the use cases of the roster stand on.

import type { Id } from '@sallyport/protocol'
import type { Clock, Database, Randomness, Transaction } from '../base/index.ts'
import type { Appended, Ledger } from '../ledger/index.ts'
import type { PersonVault } from './vault.ts'

export interface RosterDependencies {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'appendIn'>
  readonly clock: Clock
  readonly random: Randomness
  readonly fields: PersonVault
}

export interface EndDependencies extends RosterDependencies {
  /** End every session of a person whose status ends, in that transaction. Identity's. */
  endSessions(tx: Transaction, personId: Id<'person'>, by: Id<'person'>): Promise<readonly Appended[]>
}

/** A person as a change left them, and the entries to acknowledge once it is durable, the change's own last. */
export interface PersonChanged<P> {
  readonly person: P
  readonly entries: readonly Appended[]
}
