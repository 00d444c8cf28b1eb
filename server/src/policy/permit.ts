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

/** The permit of a list: for the things that came through, of all that were asked for. Use it once, within 5 s. */
export interface ListPermit<A extends Action> extends Omit<Permit<A>, 'resourceId'> {
  /** Ids of the resources that came through; the entry holds their SHA-256. */
  readonly resourceIds: readonly string[]
}

/** A permit lives 5 s from the database's time of its entry. */
export const permitLifetimeMs = 5_000

interface Life {
  readonly expiresAtMonotonicMs: number
  readonly clock: Clock
}

type Issued<A extends Action> = Permit<A> | ListPermit<A>

const live = new WeakMap<object, Life>()

/** Make a permit whose entry is durable. `ageMs` is how long ago the entry was appended, by the database's clock. */
export function issuePermit<A extends Action>(
  fields: { action: A; resourceId: string; entryId: Id<'entry'>; actor: Id<'person'> },
  clock: Clock,
  ageMs: number,
): Permit<A> {
  return enlivened(Object.freeze({ ...fields }) as Permit<A>, clock, ageMs)
}

/** Make the permit of a list whose entry is durable. */
export function issueListPermit<A extends Action>(
  fields: { action: A; resourceIds: readonly string[]; entryId: Id<'entry'>; actor: Id<'person'> },
  clock: Clock,
  ageMs: number,
): ListPermit<A> {
  const resourceIds = Object.freeze([...fields.resourceIds])
  return enlivened(Object.freeze({ ...fields, resourceIds }) as ListPermit<A>, clock, ageMs)
}

function enlivened<P extends Issued<Action>>(permit: P, clock: Clock, ageMs: number): P {
  live.set(permit, { expiresAtMonotonicMs: clock.monotonic() + permitLifetimeMs - ageMs, clock })
  return permit
}

/**
 * Spend a permit where the dangerous thing is done.
 * Throws Problem `refused` when it was not issued by the decision point, was spent before, or names another action or resource;
 * `unavailable` when it has expired.
 */
export function spendPermit<A extends Action>(permit: Permit<A>, action: A, resourceId: string): void {
  const life = ended(permit, action)
  if (permit.resourceId !== resourceId) throw refusal('it names another resource')
  refuseExpired(life)
}

/**
 * Spend the permit of a list where the list is read. Returns the ids that it names: nothing else may be shown.
 * Throws as `spendPermit` does.
 */
export function spendListPermit<A extends Action>(permit: ListPermit<A>, action: A): readonly string[] {
  const life = ended(permit, action)
  // The permit of one thing is none for a list, whatever the compiler was told.
  if (!Array.isArray(permit.resourceIds)) throw refusal('it is not for a list')
  refuseExpired(life)
  return permit.resourceIds
}

function ended<A extends Action>(permit: Issued<A>, action: A): Life {
  const life = live.get(permit)
  live.delete(permit)
  if (life === undefined) throw refusal('it was spent before or was never issued')
  if (permit.action !== action) throw refusal(`it permits ${permit.action}, want ${action}`)
  return life
}

function refuseExpired({ clock, expiresAtMonotonicMs }: Life): void {
  if (clock.monotonic() < expiresAtMonotonicMs) return
  // No refusal of the act: it was permitted, and this gate took too long.
  throw new Problem(
    'unavailable',
    'cannot use permit: it has expired, want one younger than 5 s, which asking again gives',
  )
}

function refusal(state: string): Problem {
  return new Problem('refused', `cannot use permit: ${state}`)
}
