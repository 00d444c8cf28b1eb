// What the use cases of candidates stand on.

import type { Id } from '@sallyport/protocol'
import type { Clock, Database, Randomness } from '../base/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { PersonVault } from '../roster/index.ts'

export interface CandidateDependencies {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'appendIn' | 'search'>
  readonly clock: Clock
  readonly random: Randomness
  readonly fields: Pick<PersonVault, 'mark' | 'open' | 'openSubject' | 'seal' | 'sealForPerson' | 'sealSubject'>
  /** A person's key as it is kept; null where it was erased. */
  readonly personKey: (id: Id<'person'>) => Promise<Uint8Array | null>
}
