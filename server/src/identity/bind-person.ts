// Binding an identity after founding. Only while the person is unverified or ended: then it gives nothing, and the two who
// verify or restore the person see what they sign in with. Taking one away narrows, and one person does it at any time.

import { Problem, type Id } from '@sallyport/protocol'
import type { Appended } from '../ledger/index.ts'
import { narrowAccess, spendPermit, type Permit } from '../policy/index.ts'
import type { IdentityDependencies } from './bind-identity.ts'
import { deleteBinding, holdStatus, insertBinding } from './store.ts'

/** What a person signs in with, as `VerifiedCaller` has it. */
export interface SignInIdentity {
  readonly issuer: string
  readonly subject: string
}

/**
 * Bind an identity to a person who may do nothing. Throws Problem `conflict` for one who is verified, and for an identity that is
 * somebody's; `not-found` without such a person; `refused` for a permit that does not fit.
 */
export async function bindPerson(
  { database, ledger }: IdentityDependencies,
  permit: Permit<'identity.bind'>,
  personId: Id<'person'>,
  { issuer, subject }: SignInIdentity,
): Promise<readonly Appended[]> {
  spendPermit(permit, 'identity.bind', personId)
  return await database.transaction(async (tx) => {
    const status = await holdStatus(tx, personId)
    if (status === null) throw new Problem('not-found', 'cannot bind identity: nobody of that id')
    if (status !== 'unverified' && status !== 'ended')
      throw new Problem(
        'conflict',
        `cannot bind identity: the person is ${status}, want somebody who is unverified or ended`,
      )
    if (!(await insertBinding(tx, { issuer, subject, personId })))
      throw new Problem('conflict', 'cannot bind identity: it is bound already, want one that is not')
    await narrowAccess(tx)
    return await ledger.appendIn(tx, [entryOf('identity.bound', permit, personId, { issuer, subject })])
  })
}

/** Take an identity away from a person, at once. Throws Problem `not-found` when it is not theirs, `refused` as `bindPerson`. */
export async function unbindPerson(
  { database, ledger }: IdentityDependencies,
  permit: Permit<'identity.unbind'>,
  personId: Id<'person'>,
  { issuer, subject }: SignInIdentity,
): Promise<readonly Appended[]> {
  spendPermit(permit, 'identity.unbind', personId)
  return await database.transaction(async (tx) => {
    if (!(await deleteBinding(tx, { issuer, subject, personId })))
      throw new Problem('not-found', 'cannot unbind identity: this person has none of that name')
    await narrowAccess(tx)
    return await ledger.appendIn(tx, [entryOf('identity.unbound', permit, personId, { issuer, subject })])
  })
}

function entryOf(
  kind: string,
  permit: Permit<'identity.bind'> | Permit<'identity.unbind'>,
  personId: Id<'person'>,
  { issuer, subject }: SignInIdentity,
) {
  return {
    kind,
    actor: permit.actor,
    about: { kind: 'person', id: personId },
    body: { decision: permit.entryId, issuer, subject },
  }
}
