// What can be approved: each kind of change is described, shown and executed by the module that owns it. Main joins them.

import type { Id, JsonObject, Role } from '@sallyport/protocol'
import type { Clock, Database, Randomness, Transaction } from '../base/index.ts'
import type { Appended, Ledger } from '../ledger/index.ts'
import type { SearchParts } from '../policy/index.ts'
import type { Approval } from './approve.ts'
import type { EffectQuestion } from './effect.ts'

/** One person's approval on its way to the module that owns the change. */
export interface ApprovalStep {
  readonly tx: Transaction
  readonly requestId: Id<'approval'>
  /** As recorded; `approve` checks it against its digest under the request's lock. */
  readonly change: JsonObject
  readonly approver: Id<'person'>
  /** The kind's own. */
  readonly role: Role
  /** Whether an empowered official must be among whoever asks and approves. */
  readonly official: boolean
  /** Names the effect that the approver was shown; null where none is asked for. */
  readonly effect: string | null
  readonly decision: Id<'entry'>
}

export interface ApprovalKind {
  /** Whose holders approve it. */
  readonly role: Role
  /**
   * Whether an empowered official (22 CFR 120.67) must be among whoever asks for this change and approves it; one may then approve it
   * without the role as well. Never where it is left out.
   */
  readonly official?: (change: JsonObject) => boolean
  /** What notices call it, the same for every request of the kind: it leaves the boundary. A beginning of a sentence. */
  readonly phrase: string
  /** Say what it does and to whom or what, with nothing personal. */
  readonly describe: (change: JsonObject) => {
    readonly title: string
    readonly about: { readonly kind: 'person' | 'authorization' | 'file' | 'enclave'; readonly id: string }
  }
  /** Everything that an approver approves, except countries, which are looked at for a purpose and on record. */
  readonly details: (change: JsonObject) => Promise<JsonObject>
  /** What it would do to who can do what, which is to be looked at before it is approved; null where it can have no effect any more. */
  readonly effect?: (change: JsonObject) => Promise<EffectQuestion | null>
  /** What takes long and comes before an approval, outside of its transaction. Throws where the change must not be executed. */
  readonly prepare?: (change: JsonObject) => Promise<void>
  /** Take an approval through `approve`, and execute the change when that says it is complete. */
  readonly approve: (step: ApprovalStep) => Promise<Approval>
  /** What becomes of the thing when the change is declined, around `decline`, which closes the request. Nothing where it is left out. */
  readonly decline?: (
    step: ApprovalStep & { readonly reason: string },
    decline: Declining,
  ) => Promise<readonly Appended[]>
}

/** Closes the request, with the entry that says so. */
export type Declining = () => Promise<readonly Appended[]>

export interface ApprovalsDependencies {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'appendIn'>
  readonly clock: Clock
  readonly random: Randomness
  readonly kinds: ReadonlyMap<string, ApprovalKind>
  /** Wanted wherever a kind has effects to show. */
  readonly search?: SearchParts
}
