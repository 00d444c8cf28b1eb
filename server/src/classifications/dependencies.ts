// What the use cases of classification records stand on.

import type { Clock, Database, Randomness } from '../base/index.ts'
import type { Appended, Ledger } from '../ledger/index.ts'
import type { Classification } from './classification.ts'

export interface ClassificationDependencies {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'appendIn'>
  readonly clock: Clock
  readonly random: Randomness
}

/** A record as a change left it, and the entries to acknowledge once it is durable, the change's own last. */
export interface ClassificationChanged {
  readonly classification: Classification
  readonly entries: readonly Appended[]
}
