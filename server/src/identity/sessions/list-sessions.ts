// Which sessions somebody has: their own to themselves, anybody's to whom the decision point permits it.

import type { Id } from '@sallyport/protocol'
import { spendPermit, type Permit } from '../../policy/index.ts'
import type { SignInIdentity } from '../bind-person.ts'
import { personOfIdentity } from '../store.ts'
import type { Session, SessionDependencies } from './session.ts'
import { liveSessions, type SessionsOf } from './store.ts'

/** Whose sessions the caller's own are: those of every identity that they have, or of this one while nobody has it. */
export async function ownSessions(
  { database }: Pick<SessionDependencies, 'database'>,
  { issuer, subject }: SignInIdentity,
): Promise<{ readonly of: SessionsOf; readonly personId: Id<'person'> | null }> {
  const personId = await personOfIdentity(database, { issuer, subject })
  return personId === null ? { of: { issuer, subject }, personId } : { of: { personId }, personId }
}

/** List the sessions of the person whom the permit names, or the caller's own. Throws Problem `refused` for a permit that does not fit. */
export async function listSessionsOf(
  deps: SessionDependencies,
  whose: { readonly permit: Permit<'identity.list'>; readonly personId: Id<'person'> } | { readonly own: SessionsOf },
): Promise<readonly Session[]> {
  if ('own' in whose) return await liveSessions(deps.database, whose.own, deps.rules)
  spendPermit(whose.permit, 'identity.list', whose.personId)
  return await liveSessions(deps.database, { personId: whose.personId }, deps.rules)
}
