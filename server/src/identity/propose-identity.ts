// Asking for what somebody who is verified is to sign in with besides: their certificate, or an account at another issuer. It
// widens, since whoever has it becomes that person, so that two others approve it. INVARIANT: I8.

import { Problem, type Id, type JsonObject } from '@sallyport/protocol'
import * as z from 'zod'
import {
  approve,
  mustNotWait,
  requestApproval,
  type Approval,
  type ApprovalKind,
  type ApprovalStep,
} from '../approvals/index.ts'
import { newId } from '../base/index.ts'
import type { Appended } from '../ledger/index.ts'
import { narrowAccess, spendPermit, type Permit } from '../policy/index.ts'
import type { BindDependencies, SignInIdentity } from './bind-person.ts'
import { holdVersion, identitiesOf, insertBinding, personOfIdentity } from './store.ts'

/** Kind of the approval request. */
export const identityRequest = 'person.identity'
const approvalsNeeded = 2
const requestLifetimeMs = 30 * 86_400_000

const asked = z.object({
  person: z.uuid().transform((text) => text as Id<'person'>),
  version: z.int(),
  issuer: z.string(),
  subject: z.string(),
  reason: z.string(),
})

/**
 * Ask for an identity of a person. Throws Problem `not-found` without such a person, `conflict` for one whose status has ended and for an
 * identity that is somebody's, `refused` for a permit that does not fit and for an identity of one's own.
 */
export async function proposeIdentity(
  deps: BindDependencies,
  permit: Permit<'identity.enroll'>,
  {
    personId,
    identity: { issuer, subject },
    reason,
  }: { readonly personId: Id<'person'>; readonly identity: SignInIdentity; readonly reason: string },
): Promise<{ readonly requestId: Id<'approval'>; readonly needed: number; readonly entries: readonly Appended[] }> {
  spendPermit(permit, 'identity.enroll', personId)
  if (permit.actor === personId)
    throw new Problem('refused', 'cannot ask for an identity of your own: want somebody else who asks for it')
  return await deps.database.transaction(async (tx) => {
    const held = await holdVersion(tx, personId)
    if (held === null) throw new Problem('not-found', 'cannot bind identity: nobody of that id')
    if (held.status === 'ended')
      throw new Problem('conflict', 'cannot bind identity: the status of this person has ended, want it restored first')
    if ((await personOfIdentity(tx, { issuer, subject })) !== null) throw boundAlready()
    await mustNotWait(tx, {
      kind: identityRequest,
      members: { person: personId, version: held.version, issuer, subject },
      verb: 'bind identity',
      what: 'the same binding',
    })
    const request = await requestApproval(tx, deps, {
      kind: identityRequest,
      change: { person: personId, version: held.version, issuer, subject, reason },
      requestedBy: permit.actor,
      needed: approvalsNeeded,
      excluded: [personId],
      lifetimeMs: requestLifetimeMs,
    })
    return { ...request, needed: approvalsNeeded }
  })
}

/** How such requests are shown and executed. */
export function identityApprovals(deps: BindDependencies): ApprovalKind {
  return {
    role: 'officer',
    phrase: 'Something that a person is to sign in with',
    describe: (change) => ({
      title: 'bind what somebody signs in with',
      about: { kind: 'person', id: asked.parse(change).person },
    }),
    details: async (change): Promise<JsonObject> => {
      const { person, issuer, subject, reason } = asked.parse(change)
      const identities = await identitiesOf(deps.database, person)
      return {
        issuer,
        subject,
        reason,
        identities: identities.map((one) => ({ issuer: one.issuer, subject: one.subject })),
      }
    },
    approve: (step) => approveIdentity(deps, step),
  }
}

async function approveIdentity(
  deps: BindDependencies,
  { tx, requestId, change, approver, role, decision }: ApprovalStep,
): Promise<Approval> {
  const { person, version: askedFor, issuer, subject } = asked.parse(change)
  // The person before the epoch, as everywhere.
  const held = await holdVersion(tx, person)
  const isOutdated = held === null || held.status === 'ended' || held.version !== askedFor
  const approval = await approve(tx, deps, { requestId, kind: identityRequest, person: approver, role, isOutdated })
  if (approval.outcome === 'refused' || !approval.isComplete) return approval
  const entryId = newId<'entry'>(deps.clock, deps.random)
  const version = await deps.markPerson(tx, person, { change: 'identity-bound', by: approver, entryId })
  if (!(await insertBinding(tx, { issuer, subject, personId: person }))) throw boundAlready()
  // Whoever had it until now was nobody on the roster: what was decided for them is decided anew.
  await narrowAccess(tx)
  const entries = await deps.ledger.appendIn(tx, [
    {
      id: entryId,
      kind: 'identity.bound',
      actor: approver,
      about: { kind: 'person', id: person },
      body: { decision, approval: requestId, issuer, subject, version },
    },
  ])
  return { ...approval, entries: [...approval.entries, ...entries] }
}

function boundAlready(): Problem {
  return new Problem('conflict', 'cannot bind identity: it is bound already, want one that is not')
}
