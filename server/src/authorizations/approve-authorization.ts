// Approving an authorization that somebody else registered. The second approval puts it into effect.

import { canonicalJson, parseId, Problem, type AuthorizationTerms, type Id, type JsonObject } from '@sallyport/protocol'
import { approvalProblem, approve, type Approval, type ApprovalKind } from '../approvals/index.ts'
import { mustMatch, type IfMatch, type Transaction } from '../base/index.ts'
import { narrowAccess, spendPermit, type Permit } from '../policy/index.ts'
import { declinedReason, effected, ended, mustBeRegistered, type Authorization } from './authorization.ts'
import type { AuthorizationChanged, AuthorizationDependencies } from './dependencies.ts'
import { needsOfficial } from './determined.ts'
import { doubtsAbout } from './doubts.ts'
import { authorizationEntry } from './entry.ts'
import type { Fault } from './fault.ts'
import { effectChange, effectRequest } from './register-authorization.ts'
import { authorizationById, effectRow, endRow, lockAuthorization, timeOf } from './store.ts'

/** Whose holders put authorizations into effect. */
const approvingRole = 'officer'

/**
 * Approve the authorization that the permit names, exactly as it was registered. `nameEffect` is asked once the permit is spent: it yields the
 * effect that the approver was shown, or refuses.
 * Throws Problem `not-found`; `precondition-failed` for a version that `ifMatch` does not name; `conflict` when it does not wait for approval, or was approved by the same person before;
 * `refused` for who registered it, for anybody whom it names, and for a permit that does not fit.
 */
export async function approveAuthorization(
  deps: AuthorizationDependencies,
  permit: Permit<'authorization.approve'>,
  id: Id<'authorization'>,
  nameEffect: (request: Id<'approval'>) => Promise<string | null>,
  ifMatch: IfMatch = null,
): Promise<AuthorizationChanged> {
  // Now, since the look at the effect may outlast it, and the transaction runs again when it lost to another.
  spendPermit(permit, 'authorization.approve', id)
  const found = await authorizationById(deps.database, id)
  const effect = found?.state === 'registered' ? await nameEffect(found.requestId) : null
  const { authorization, approval } = await deps.database.transaction((tx) => {
    return takeApproval(tx, deps, { id, ifMatch, approver: permit.actor, decision: permit.entryId, effect })
  })
  // Only now: the attempt is in the ledger.
  if (approval.outcome === 'refused') throw approvalProblem(approval.refusal)
  return { authorization, entries: approval.entries }
}

/** How the register's requests are described, shown and executed by their own id. */
export function authorizationApprovals(deps: AuthorizationDependencies): ApprovalKind {
  return {
    role: approvingRole,
    official: (change) => needsOfficial(termsIn(change)),
    phrase: 'An entry of the register',
    describe: (change) => {
      const { number } = termsIn(change)
      return { title: `put authorization ${number} into effect`, about: { kind: 'authorization', id: idOf(change) } }
    },
    details: async (change) => {
      const id = idOf(change)
      const authorization = await authorizationById(deps.database, id)
      const now = { id, atMs: await timeOf(deps.database) }
      const warnings = authorization === null ? [] : await doubtsAbout(deps.database, authorization.terms, now)
      return { state: authorization?.state ?? 'gone', terms: change['terms'] ?? null, warnings: warnings.map(told) }
    },
    effect: async (change) => ({
      of: 'access',
      change: { kind: 'authorization-terms', authorizationId: null, terms: termsIn(change) },
    }),
    approve: async ({ tx, change, approver, decision, effect }) =>
      (await takeApproval(tx, deps, { id: idOf(change), ifMatch: null, approver, decision, effect })).approval,
    decline: async ({ tx, change, approver, decision, reason }, decline) => {
      const id = idOf(change)
      const before = await lockAuthorization(tx, id)
      if (before === null) throw new Problem('not-found', 'cannot decline authorization: none of that id, want one')
      mustBeRegistered(before)
      const atMs = await timeOf(tx)
      await narrowAccess(tx)
      const entries = await decline()
      const authorization = ended(before, { endedBy: approver, atMs, reason: declinedReason(reason) })
      await endRow(tx, authorization)
      const why = { decision, reason: authorization.reason, from: before.state }
      return [
        ...(await deps.ledger.appendIn(tx, [authorizationEntry('ended', authorization, approver, why)])),
        ...entries,
      ]
    },
  }
}

async function takeApproval(
  tx: Transaction,
  deps: AuthorizationDependencies,
  {
    id,
    ifMatch,
    approver,
    decision,
    effect,
  }: {
    id: Id<'authorization'>
    ifMatch: IfMatch
    approver: Id<'person'>
    decision: Id<'entry'>
    effect: string | null
  },
): Promise<{ readonly authorization: Authorization; readonly approval: Approval }> {
  const authorization = await lockAuthorization(tx, id)
  if (authorization === null) throw new Problem('not-found', 'cannot approve authorization: none of that id, want one')
  mustMatch(authorization.version, ifMatch, 'authorization')
  mustBeRegistered(authorization)
  const { requestId } = authorization
  const approval = await approve(tx, deps, {
    requestId,
    kind: effectRequest,
    person: approver,
    role: approvingRole,
    official: needsOfficial(authorization.terms),
    effect,
  })
  if (approval.outcome === 'refused') return { authorization, approval }
  const approvals = { have: approval.approved, need: approval.needed }
  const approved: Authorization = { ...authorization, approvals }
  if (!approval.isComplete) return { authorization: approved, approval }

  if (canonicalJson(approval.change) !== canonicalJson(effectChange(id, authorization.terms))) {
    throw new Problem('internal', 'cannot approve authorization: its terms are not those that were approved')
  }
  const effective = effected(approved, await timeOf(tx))
  await effectRow(tx, effective)
  const entries = await deps.ledger.appendIn(tx, [authorizationEntry('approved', effective, approver, { decision })])
  return { authorization: effective, approval: { ...approval, entries: [...approval.entries, ...entries] } }
}

function told({ field, text }: Fault): string {
  return `${field} ${text}`
}

function termsIn(change: JsonObject): AuthorizationTerms {
  return change['terms'] as AuthorizationTerms
}

function idOf(change: JsonObject): Id<'authorization'> {
  const id = parseId<'authorization'>(change['authorization'])
  if (id === null) throw new Problem('internal', 'cannot read request: it is about no authorization')
  return id
}
