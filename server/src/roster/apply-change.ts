// Narrowing and correcting: one officer does it, at once. What would widen takes others and is asked for instead.

import { Problem, widens, type Id, type PersonChange } from '@sallyport/protocol'
import { mustMatch, type IfMatch } from '../base/index.ts'
import { mustStillStand, narrowAccess, spendPermit, type Permit } from '../policy/index.ts'
import { mustBeSomebodyElse } from './add-unverified.ts'
import { changed } from './change.ts'
import type { PersonChanged, RosterDependencies } from './dependencies.ts'
import type { Person } from './person.ts'
import { opened, recordChange } from './record-change.ts'
import { lockPerson } from './store.ts'

export interface WantedChange {
  readonly id: Id<'person'>
  readonly change: PersonChange
  readonly reason: string
  /** The version that the change is meant for. */
  readonly version: number
  readonly ifMatch?: IfMatch
}

/**
 * Change the person that the permit names. Once this returns, no decision taken on the older state becomes a permit (I3).
 * Throws Problem `not-found`; `precondition-failed` for a version that `ifMatch` does not name; `conflict` when the person has changed since that version or the change takes others' approval;
 * `refused` for one's own record, for whoever lost their own status or role meanwhile, and for a permit that does not fit.
 */
export async function applyChange(
  deps: RosterDependencies,
  permit: Permit<'person.change'>,
  { id, change, reason, version, ifMatch }: WantedChange,
): Promise<PersonChanged<Person>> {
  let isSpent = false
  return await deps.database.transaction(async (tx) => {
    // The work runs again when it lost to another transaction; a permit is spent once.
    if (!isSpent) spendPermit(permit, 'person.change', id)
    isSpent = true
    mustBeSomebodyElse(permit.actor, id)
    const locked = await lockPerson(tx, id)
    if (locked === null) throw nobody()
    mustMatch(locked.person.version, ifMatch, 'person')
    mustBeVersion(locked.person, version)
    if (widens(change, locked.person.status)) {
      throw new Problem('conflict', 'cannot change person: the change widens access, want it proposed to two others')
    }
    const before = opened(locked, deps)
    const after = changed(before, change, { by: permit.actor, atMs: locked.atMs })
    // INVARIANT: I3. Before the entry takes its time: a permit or an approval of the older state is then on record before it.
    await narrowAccess(tx)
    await mustStillStand(tx, permit.actor)
    return await recordChange(tx, deps, {
      locked,
      before,
      after,
      change: change.change,
      by: permit.actor,
      approvedBy: [],
      reason,
      actor: permit.actor,
      body: { decision: permit.entryId },
    })
  })
}

export function nobody(): Problem {
  return new Problem('not-found', 'cannot change person: nobody of that id, want somebody on the roster')
}

/** Throws Problem `conflict` when the person is another version by now. */
export function mustBeVersion(person: Person, version: number): void {
  if (person.version === version) return
  throw new Problem(
    'conflict',
    `cannot change person: the record is version ${person.version} by now, want the change to that one, not to ${version}`,
  )
}
