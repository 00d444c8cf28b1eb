// Ending a person's status: one person does it, it takes effect at once. Only a new verification by others brings them back.

import { Problem, toBase64Url, type Id } from '@sallyport/protocol'
import { mustMatch, newId, type IfMatch } from '../base/index.ts'
import { mustStillStand, narrowAccess, spendPermit, type Permit } from '../policy/index.ts'
import type { EndDependencies, PersonChanged } from './dependencies.ts'
import { ended, type Ended, type Ending } from './person.ts'
import { lockPerson, writeVersion } from './store.ts'

/**
 * End the person that the permit names. Once this returns, no decision taken on the older state becomes a permit (I3).
 * Throws Problem `not-found`, `precondition-failed` for a version that `ifMatch` does not name, `conflict` when the person is ended already, `refused` for a permit that does not fit and
 * for whoever lost their own status or role meanwhile.
 */
export async function endPerson(
  deps: EndDependencies,
  permit: Permit<'person.end'>,
  {
    id,
    kind,
    reason,
    ifMatch,
  }: {
    readonly id: Id<'person'>
    readonly kind: Ending
    readonly reason: string
    readonly ifMatch?: IfMatch
  },
): Promise<PersonChanged<Ended>> {
  let isSpent = false
  return await deps.database.transaction(async (tx) => {
    // The work runs again when it lost to another transaction; a permit is spent once.
    if (!isSpent) spendPermit(permit, 'person.end', id)
    isSpent = true
    const locked = await lockPerson(tx, id)
    if (locked === null)
      throw new Problem('not-found', 'cannot end person: nobody of that id, want somebody on the roster')
    mustMatch(locked.person.version, ifMatch, 'person')
    const person = ended(locked.person, { ending: kind, endedBy: permit.actor, atMs: locked.atMs })
    const entryId = newId<'entry'>(deps.clock, deps.random)
    await writeVersion(tx, person, {
      change: 'ended',
      by: permit.actor,
      approvedBy: [],
      sealedReason: deps.fields.seal(reason, 'reason', locked.personKey, id),
      entryId,
    })
    // INVARIANT: I3. Before the entry takes its time: a permit of the older state is then durable before it or never.
    await narrowAccess(tx)
    // Whoever ends themself stood until now.
    if (permit.actor !== id) await mustStillStand(tx, permit.actor)
    const sessions = await deps.endSessions(tx, id, permit.actor)
    const entries = await deps.ledger.appendIn(tx, [
      {
        id: entryId,
        kind: 'person.ended',
        actor: permit.actor,
        about: { kind: 'person', id },
        body: {
          decision: permit.entryId,
          version: person.version,
          from: locked.person.status,
          ending: kind,
          sealed: toBase64Url(deps.fields.sealForPerson(reason, locked.personKey, id)),
        },
      },
    ])
    return { person, entries: [...sessions, ...entries] }
  })
}
