// A permit: the proof, for one act on one thing, that a decision permitted it and that its ledger entry is durable.
// INVARIANT: I1, only the decision point makes one. `issuePermit` is not on the module's face; the lint and the
// architecture test keep other modules from importing this file.

import type { Action, Id } from '@sallyport/protocol'
import { Problem } from '@sallyport/protocol'
import type { Clock } from '../base/index.ts'

declare const permitted: unique symbol

/** Use it once, within 5 s, on exactly the thing that it names. */
export interface Permit<A extends Action> {
  readonly [permitted]: A
  readonly action: A
  /** Id of the resource; `enclave` for the enclave itself. */
  readonly resourceId: string
  /** The ledger entry that makes it true. */
  readonly entryId: Id<'entry'>
  /** The person who may act. */
  readonly actor: Id<'person'>
}

/** A permit lives 5 s from the database's time of its entry. */
export const permitLifetimeMs = 5_000

interface Life {
  readonly expiresAtMonotonicMs: number
  readonly clock: Clock
}

const live = new WeakMap<object, Life>()

/** Make a permit whose entry is durable. `ageMs` is how long ago the entry was appended, by the database's clock. */
export function issuePermit<A extends Action>(
  fields: { action: A; resourceId: string; entryId: Id<'entry'>; actor: Id<'person'> },
  clock: Clock,
  ageMs: number,
): Permit<A> {
  const permit = Object.freeze({ ...fields }) as Permit<A>
  live.set(permit, { expiresAtMonotonicMs: clock.monotonic() + permitLifetimeMs - ageMs, clock })
  return permit
}

/**
 * Spend a permit where the dangerous thing is done.
 * Throws Problem `refused` when it was not issued by the decision point, was spent before, has expired, or names another
 * action or resource.
 */
export function spendPermit<A extends Action>(permit: Permit<A>, action: A, resourceId: string): void {
  const life = live.get(permit)
  live.delete(permit)
  if (life === undefined) throw refusal('it was spent before or was never issued')
  if (permit.action !== action) throw refusal(`it permits ${permit.action}, want ${action}`)
  if (permit.resourceId !== resourceId) throw refusal('it names another resource')
  if (life.clock.monotonic() >= life.expiresAtMonotonicMs) throw refusal('it has expired, want one younger than 5 s')
}

function refusal(state: string): Problem {
  return new Problem('refused', `cannot use permit: ${state}`)
}
