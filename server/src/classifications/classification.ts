// A classification record through its life. What it says is never edited: another one takes its place.

import type { ClassificationTerms, Id } from '@sallyport/protocol'

interface Common {
  readonly id: Id<'classification'>
  readonly terms: ClassificationTerms
  /** The record that `terms.supersedes` numbers. */
  readonly supersedes: Id<'classification'> | null
  readonly reason: string
  /** Null when it came in at founding. */
  readonly registeredBy: Id<'person'> | null
  readonly registeredAtMs: number
  /** Distinct approvals so far, and how many it takes; none of either where it took effect at once. */
  readonly approvals: { readonly have: number; readonly need: number }
}

/** Waits for approval: nothing can stand on it. */
export interface Registered extends Common {
  readonly state: 'registered'
  readonly requestId: Id<'approval'>
}

export interface InForce extends Common {
  readonly state: 'in-force'
  readonly effectiveAtMs: number
}

/** Another one is in its place. */
export interface Superseded extends Common {
  readonly state: 'superseded'
  readonly effectiveAtMs: number
  readonly endedAtMs: number
  readonly supersededBy: { readonly id: Id<'classification'>; readonly number: string }
}

/** Nothing is in its place: what stands on it is not classified. */
export interface Withdrawn extends Common {
  readonly state: 'withdrawn'
  /** Null where it never took effect. */
  readonly effectiveAtMs: number | null
  readonly endedAtMs: number
  readonly withdrawnBy: Id<'person'>
  readonly withdrawnReason: string
}

export type Classification = Registered | InForce | Superseded | Withdrawn
