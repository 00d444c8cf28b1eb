// Taking a passkey away, at once: its identity with it, and its sessions. It narrows, so that the person themself does it, or one
// officer or administrator.

import { Problem, type Id } from '@sallyport/protocol'
import { newId, type Transaction } from '../../base/index.ts'
import type { Appended } from '../../ledger/index.ts'
import { mustStillStand, narrowAccess, spendPermit, type Permit } from '../../policy/index.ts'
import type { IdentityDependencies } from '../bind-identity.ts'
import type { BindDependencies } from '../bind-person.ts'
import { endSessionsIn } from '../sessions/end-sessions.ts'
import { deleteBinding } from '../store.ts'
import { passkeyIssuer } from './passkey-rules.ts'

interface Which {
  readonly personId: Id<'person'>
  readonly credentialId: string
}

/** Take away one of somebody's. Throws Problem `not-found` where they have none of that id, `refused` for a permit that does not fit. */
export async function removePasskey(
  deps: BindDependencies,
  permit: Permit<'identity.unbind'>,
  which: Which,
): Promise<readonly Appended[]> {
  spendPermit(permit, 'identity.unbind', which.personId)
  const { actor, entryId: decision } = permit
  return await removed(deps, { ...which, by: actor, decision }, (tx) =>
    mustStillStand(tx, actor, ['officer', 'administrator']),
  )
}

/** Take away one of one's own. */
export async function removeOwnPasskey(deps: BindDependencies, which: Which): Promise<readonly Appended[]> {
  return await removed(deps, { ...which, by: which.personId }, () => Promise.resolve())
}

async function removed(
  deps: BindDependencies,
  which: Which & { readonly by: Id<'person'>; readonly decision?: Id<'entry'> },
  mayStill: (tx: Transaction) => Promise<void>,
): Promise<readonly Appended[]> {
  const entryId = newId<'entry'>(deps.clock, deps.random)
  return await deps.database.transaction(async (tx) => {
    const { personId, by } = which
    const version = await deps.markPerson(tx, personId, { change: 'identity-unbound', by, entryId })
    if (version === null) throw nothing()
    await narrowAccess(tx)
    await mayStill(tx)
    return await removePasskeyIn(tx, deps, { ...which, version, entryId })
  })
}

/** Take a passkey away in the caller's transaction, which holds the person and has narrowed access. */
export async function removePasskeyIn(
  tx: Transaction,
  deps: Pick<IdentityDependencies, 'ledger'>,
  {
    personId,
    credentialId,
    by,
    version,
    decision,
    entryId,
  }: Which & {
    readonly by: Id<'person'>
    readonly version: number | null
    readonly decision?: Id<'entry'>
    readonly entryId?: Id<'entry'>
  },
): Promise<readonly Appended[]> {
  const identity = { issuer: passkeyIssuer, subject: credentialId }
  // The passkey goes with its identity.
  if (!(await deleteBinding(tx, { ...identity, personId }))) throw nothing()
  const ended = await endSessionsIn(tx, deps, identity, { ending: 'identity-unbound', by })
  const unbound = await deps.ledger.appendIn(tx, [
    {
      ...(entryId === undefined ? {} : { id: entryId }),
      kind: 'identity.unbound',
      actor: by,
      about: { kind: 'person', id: personId },
      body: { ...(decision === undefined ? {} : { decision }), ...identity, version },
    },
  ])
  return [...ended, ...unbound]
}

function nothing(): Problem {
  return new Problem('not-found', 'cannot take the passkey away: this person has none of that id')
}
