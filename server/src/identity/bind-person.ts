// Binding an identity after founding. Only while the person is unverified or ended: then it gives nothing, and the two who
// verify or restore the person see what they sign in with. Taking one away narrows, and one person does it at any time. Both count
// the person's version up, so that nobody's second approval rests on another identity than the first one saw.

import { Problem, type Id, type Role } from '@sallyport/protocol'
import { newId, type Clock, type Randomness, type Transaction } from '../base/index.ts'
import type { Appended } from '../ledger/index.ts'
import { mustStillStand, narrowAccess, spendPermit, type Permit } from '../policy/index.ts'
import type { IdentityDependencies } from './bind-identity.ts'
import { endSessionsIn } from './sessions/end-sessions.ts'
import { deleteBinding, holdStatus, identitiesOf, insertBinding } from './store.ts'

/** What a person signs in with, as `VerifiedCaller` has it. */
export interface SignInIdentity {
  readonly issuer: string
  readonly subject: string
}

export interface BindDependencies extends IdentityDependencies {
  readonly clock: Clock
  readonly random: Randomness
  /** Count the person's version up to what it returns, and keep others from changing them until the transaction ends. The roster's. */
  markPerson(
    tx: Transaction,
    id: Id<'person'>,
    mark: {
      readonly change: 'identity-bound' | 'identity-unbound'
      readonly by: Id<'person'>
      readonly entryId: Id<'entry'>
    },
  ): Promise<number | null>
}

/** Whoever has none of these any more binds nothing, whatever was decided before. */
const binders: readonly Role[] = ['officer', 'administrator']

/**
 * Bind an identity to a person who may do nothing. Throws Problem `conflict` for one who is verified, and for an identity that is
 * somebody's; `not-found` without such a person; `refused` for a permit that does not fit.
 */
export async function bindPerson(
  deps: BindDependencies,
  permit: Permit<'identity.bind'>,
  personId: Id<'person'>,
  { issuer, subject }: SignInIdentity,
): Promise<readonly Appended[]> {
  spendPermit(permit, 'identity.bind', personId)
  const entryId = newId<'entry'>(deps.clock, deps.random)
  return await deps.database.transaction(async (tx) => {
    const version = await deps.markPerson(tx, personId, { change: 'identity-bound', by: permit.actor, entryId })
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
    await mustStillStand(tx, permit.actor, binders)
    return await deps.ledger.appendIn(tx, [
      entryOf('identity.bound', entryId, permit, personId, { issuer, subject, version }),
    ])
  })
}

/** Take an identity away from a person, at once. Throws Problem `not-found` when it is not theirs, `refused` as `bindPerson`. */
export async function unbindPerson(
  deps: BindDependencies,
  permit: Permit<'identity.unbind'>,
  personId: Id<'person'>,
  { issuer, subject }: SignInIdentity,
): Promise<readonly Appended[]> {
  spendPermit(permit, 'identity.unbind', personId)
  const entryId = newId<'entry'>(deps.clock, deps.random)
  return await deps.database.transaction(async (tx) => {
    const version = await deps.markPerson(tx, personId, { change: 'identity-unbound', by: permit.actor, entryId })
    if (!(await deleteBinding(tx, { issuer, subject, personId })))
      throw new Problem('not-found', 'cannot unbind identity: this person has none of that name')
    await narrowAccess(tx)
    await mustStillStand(tx, permit.actor, binders)
    const by = permit.actor
    const ended = await endSessionsIn(tx, deps, { issuer, subject }, { ending: 'identity-unbound', by })
    const unbound = await deps.ledger.appendIn(tx, [
      entryOf('identity.unbound', entryId, permit, personId, { issuer, subject, version }),
    ])
    return [...ended, ...unbound]
  })
}

/**
 * Take identities away from a person in the caller's transaction, which locks the person, makes their next version and narrows
 * access: all of them, or those of `only`. Throws Problem `not-found` for one that is not theirs.
 */
export async function unbindIn(
  tx: Transaction,
  { ledger }: Pick<IdentityDependencies, 'ledger'>,
  {
    personId,
    only,
    by,
    decision,
  }: {
    readonly personId: Id<'person'>
    readonly only: readonly SignInIdentity[] | 'all'
    readonly by: Id<'person'>
    readonly decision: Id<'entry'>
  },
): Promise<{ readonly identities: readonly SignInIdentity[]; readonly entries: readonly Appended[] }> {
  const bound = only === 'all' ? await identitiesOf(tx, personId) : only
  const identities = bound.map(({ issuer, subject }) => ({ issuer, subject }))
  for (const one of identities) {
    if (await deleteBinding(tx, { ...one, personId })) continue
    throw new Problem(
      'not-found',
      `cannot unbind identity: ${one.subject} is not one of this person's, want one that is`,
    )
  }
  const about = { kind: 'person', id: personId }
  const ended: Appended[] = []
  for (const one of identities) {
    ended.push(...(await endSessionsIn(tx, { ledger }, one, { ending: 'identity-unbound', by })))
  }
  const entries = await ledger.appendIn(
    tx,
    identities.map((one) => ({
      kind: 'identity.unbound',
      actor: by,
      about,
      body: { decision, ...one, version: null },
    })),
  )
  return { identities, entries: [...ended, ...entries] }
}

function entryOf(
  kind: string,
  id: Id<'entry'>,
  permit: Permit<'identity.bind'> | Permit<'identity.unbind'>,
  personId: Id<'person'>,
  identity: SignInIdentity & { readonly version: number | null },
) {
  return {
    id,
    kind,
    actor: permit.actor,
    about: { kind: 'person', id: personId },
    body: { decision: permit.entryId, ...identity },
  }
}
