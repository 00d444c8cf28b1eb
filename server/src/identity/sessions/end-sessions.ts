// Ending sessions: whoever has one ends it, others who may, the end of a person's status and of what they sign in with, another
// place, and time. Each end is an entry.

import { Problem, type Id } from '@sallyport/protocol'
import type { Transaction } from '../../base/index.ts'
import type { Appended } from '../../ledger/index.ts'
import { mustStillStand, spendPermit, type Permit } from '../../policy/index.ts'
import type { IdentityDependencies } from '../bind-identity.ts'
import type { Session, SessionDependencies, SessionEnding, SessionRules } from './session.ts'
import { deleteOver, deleteSession, deleteSessionsOf, type SessionsOf } from './store.ts'

type Ended = { readonly ending: SessionEnding; readonly by: Id<'person'> | null; readonly decision?: Id<'entry'> }

/** End a session of one's own. Throws Problem `not-found` where it is not theirs or has ended. */
export async function endOwnSession(
  deps: SessionDependencies,
  { id, of, by }: { readonly id: Id<'session'>; readonly of: SessionsOf; readonly by: Id<'person'> | null },
): Promise<readonly Appended[]> {
  return await deps.database.transaction(async (tx) => {
    const session = await deleteSession(tx, id, of, deps.rules)
    if (session === null) throw nothing()
    return await endedEntries(tx, deps, [session], { ending: 'signed-out', by })
  })
}

/** End a session of the person whom the permit names. Throws Problem `not-found` as `endOwnSession` does, `refused` for a permit that does not fit. */
export async function endSessionOf(
  deps: SessionDependencies,
  permit: Permit<'session.end'>,
  { id, personId }: { readonly id: Id<'session'>; readonly personId: Id<'person'> },
): Promise<readonly Appended[]> {
  spendPermit(permit, 'session.end', personId)
  return await deps.database.transaction(async (tx) => {
    await mustStillStand(tx, permit.actor, ['officer', 'administrator'])
    const session = await deleteSession(tx, id, { personId }, deps.rules)
    if (session === null) throw nothing()
    const ended = { ending: 'ended-by-other', by: permit.actor, decision: permit.entryId } as const
    return await endedEntries(tx, deps, [session], ended)
  })
}

/** End all sessions of a person or of an identity in the caller's transaction, which holds what it changes of them. */
export async function endSessionsIn(
  tx: Transaction,
  deps: Pick<IdentityDependencies, 'ledger'>,
  of: SessionsOf,
  ended: Pick<Ended, 'by'> & { readonly ending: 'person-ended' | 'identity-unbound' },
): Promise<readonly Appended[]> {
  return await endedEntries(tx, deps, await deleteSessionsOf(tx, of, anyRules), ended)
}

/** End a session that is used from another place than it is bound to. */
export async function endElsewhere(deps: SessionDependencies, { id }: Session): Promise<void> {
  await deps.database.transaction(async (tx) => {
    const session = await deleteSession(tx, id, null, deps.rules)
    if (session !== null) await endedEntries(tx, deps, [session], { ending: 'another-place', by: null })
  })
}

const atOnce = 500

/** End the sessions whose time is over, by the database's clock. They were of no use from that time on; this puts it on record. */
export async function endOver(deps: SessionDependencies): Promise<number> {
  let count = 0
  for (;;) {
    const some = await deps.database.transaction(async (tx) => {
      const over = await deleteOver(tx, deps.rules, atOnce)
      for (const [ending, isOf] of [
        ['expired', true],
        ['idle', false],
      ] as const) {
        const sessions = over.filter(({ isExpired }) => isExpired === isOf).map(({ session }) => session)
        await endedEntries(tx, deps, sessions, { ending, by: null })
      }
      return over.length
    })
    count += some
    if (some < atOnce) return count
  }
}

/** Append the entry of each session that was ended in this transaction. */
export async function endedEntries(
  tx: Transaction,
  { ledger }: Pick<IdentityDependencies, 'ledger'>,
  sessions: readonly Session[],
  { ending, by, decision }: Ended,
): Promise<readonly Appended[]> {
  if (sessions.length === 0) return []
  return await ledger.appendIn(
    tx,
    sessions.map(({ id, issuer, subject }) => ({
      kind: 'session.ended',
      actor: by,
      about: { kind: 'session', id },
      body: { issuer, subject, ending, ...(decision === undefined ? {} : { decision }) },
    })),
  )
}

/** For deletions, which do not ask how long a session would have lived. */
const anyRules: SessionRules = { lifetimeMs: 0, idleMs: 0 }

function nothing(): Problem {
  return new Problem('not-found', 'cannot end session: there is none of that id, or it has ended')
}
