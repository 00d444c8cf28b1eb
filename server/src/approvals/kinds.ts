// What can be approved: each kind of change is described, shown and executed by the module that owns it. Main joins them.

import type { Id, JsonObject, Role } from '@sallyport/protocol'
import type { Clock, Database, Randomness, Transaction } from '../base/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Approval } from './approve.ts'

/** One person's approval on its way to the module that owns the change. */
export interface ApprovalStep {
  readonly tx: Transaction
  readonly requestId: Id<'approval'>
  /** As recorded; `approve` checks it against its digest under the request's lock. */
  readonly change: JsonObject
  readonly approver: Id<'person'>
  /** The kind's own. */
  readonly role: Role
  readonly decision: Id<'entry'>
}

export interface ApprovalKind {
  /** Whose holders approve it. */
  readonly role: Role
  /** What notices call it, the same for every request of the kind: it leaves the boundary. A beginning of a sentence. */
  readonly phrase: string
  /** Say what it does and to whom or what, with nothing personal. */
  readonly describe: (change: JsonObject) => {
    readonly title: string
    readonly about: { readonly kind: 'person' | 'authorization' | 'file' | 'enclave'; readonly id: string }
  }
  /** Everything that an approver approves, except countries, which are looked at for a purpose and on record. */
  readonly details: (change: JsonObject) => Promise<JsonObject>
  /** What takes long and comes before an approval, outside of its transaction. Throws where the change must not be executed. */
  readonly prepare?: (change: JsonObject) => Promise<void>
  /** Take an approval through `approve`, and execute the change when that says it is complete. */
  readonly approve: (step: ApprovalStep) => Promise<Approval>
}

export interface ApprovalsDependencies {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'appendIn'>
  readonly clock: Clock
  readonly random: Randomness
  readonly kinds: ReadonlyMap<string, ApprovalKind>
}
