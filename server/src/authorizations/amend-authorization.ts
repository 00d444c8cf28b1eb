// Other terms for an authorization that is in effect. What only takes away one officer does at once; whatever else is asked for as the
// law has amendments, and takes effect once two others have approved exactly these terms.

import {
  canonicalJson,
  Problem,
  type AmendmentRoute,
  type AuthorizationTerms,
  type Id,
  type JsonObject,
} from '@sallyport/protocol'
import * as z from 'zod'
import { amendmentRoutes, authorizationTerms, parseId } from '@sallyport/protocol'
import { approve, mustNotWait, requestApproval, type ApprovalKind } from '../approvals/index.ts'
import { mustMatch, type IfMatch, type Transaction } from '../base/index.ts'
import type { Appended } from '../ledger/index.ts'
import { mustStillStand, narrowAccess, spendPermit, type Permit } from '../policy/index.ts'
import { amendmentFaults } from './amendable.ts'
import { amended, type Effective } from './authorization.ts'
import { checkDocuments, checkTerms } from './check-terms.ts'
import type { AuthorizationDependencies } from './dependencies.ts'
import { authorizationEntry } from './entry.ts'
import { exemptionFaults } from './exemptions/check-exemption.ts'
import { exemptionLawInForce } from './exemptions/law-in-force.ts'
import type { Fault } from './fault.ts'
import { balancesOf, isUsedUp, type Drawn } from './draws/balance.ts'
import { drawnOf, exhaustRow } from './draws/store.ts'
import { narrows } from './narrows.ts'
import { needsOfficial, officialFaults } from './determined.ts'
import { amendRow, authorizationById, lockAuthorization, timeOf } from './store.ts'

/** Kind of the approval request that gives an authorization other terms. */
export const amendmentRequest = 'authorization.amend'
const approvalsNeeded = 2
const requestLifetimeMs = 30 * 86_400_000

export interface Amendment {
  readonly id: Id<'authorization'>
  /** The version that the terms were made from. */
  readonly version: number
  readonly ifMatch?: IfMatch
  readonly terms: AuthorizationTerms
  /** Wanted unless the terms only take away. */
  readonly amendment?: { readonly route: AmendmentRoute; readonly reference?: string | undefined } | undefined
  readonly reason: string
}

/** The authorization as it is now; `requestId` where its other terms wait for approval. */
export interface Amended {
  readonly authorization: Effective
  readonly requestId: Id<'approval'> | null
  readonly entries: readonly Appended[]
}

/**
 * Give an authorization other terms, or ask two others to. Throws Problem `not-found`; `precondition-failed` for a version that `ifMatch` does not name; `invalid-request` that names every fault of the
 * terms, and what an amendment of its kind may not change; `conflict` when it is not in effect, of another version, already so, or
 * while an amendment waits; `refused` for a permit that does not fit and for whoever lost their own status or role meanwhile.
 */
export async function amendAuthorization(
  deps: AuthorizationDependencies,
  permit: Permit<'authorization.amend'>,
  input: Amendment,
): Promise<Amended> {
  let isSpent = false
  return await deps.database.transaction(async (tx) => {
    // The work runs again when it lost to another transaction; a permit is spent once.
    if (!isSpent) spendPermit(permit, 'authorization.amend', input.id)
    isSpent = true
    return await amendIn(tx, deps, { ...input, by: permit.actor, decision: permit.entryId })
  })
}

/** Amend in a transaction whose permit is spent. Throws as `amendAuthorization`. */
export async function amendIn(
  tx: Transaction,
  deps: AuthorizationDependencies,
  input: Amendment & { readonly by: Id<'person'>; readonly decision: Id<'entry'> },
): Promise<Amended> {
  const { id, version, amendment, reason, by, decision } = input
  const before = await lockAuthorization(tx, id)
  if (before === null) throw new Problem('not-found', 'cannot amend authorization: none of that id, want one')
  mustMatch(before.version, input.ifMatch, 'authorization')
  const terms = checkTerms(input.terms, by, await timeOf(tx))
  await checkDocuments(tx, terms)
  refuseFaults(await officialFaults(tx, terms, before.terms))
  const after = amended(before, terms, version)
  if (canonicalJson(before.terms) === canonicalJson(terms)) {
    throw new Problem('conflict', 'cannot amend authorization: its terms are these already, want others')
  }
  if (narrows(before.terms, terms)) {
    // INVARIANT: I3. Before the entry takes its time: a permit of the older terms is then durable before it or never.
    await narrowAccess(tx)
    await mustStillStand(tx, by)
    const entries = await putTerms(tx, deps, after, by, { decision: decision, reason })
    return { authorization: after, requestId: null, entries }
  }
  refuseFaults([
    ...(amendment === undefined
      ? [{ field: 'amendment', text: 'is missing: the terms do not only take away, want how they follow' }]
      : amendmentFaults(before.terms, terms, amendment)),
    ...exemptionFaults(terms, await exemptionLawInForce(tx)),
  ])
  await mustNotWait(tx, {
    kind: amendmentRequest,
    members: { authorization: id },
    verb: 'amend authorization',
    what: 'an amendment of it',
  })
  const request = await requestApproval(tx, deps, {
    kind: amendmentRequest,
    change: { authorization: id, version, terms, amendment: { ...amendment }, reason },
    requestedBy: by,
    needed: approvalsNeeded,
    excluded: terms.persons as Id<'person'>[],
    lifetimeMs: requestLifetimeMs,
  })
  return { authorization: before as Effective, requestId: request.requestId, entries: request.entries }
}

async function putTerms(
  tx: Transaction,
  deps: AuthorizationDependencies,
  after: Effective,
  by: Id<'person'>,
  why: JsonObject,
): Promise<readonly Appended[]> {
  const drawn = await drawnOf(tx, after.id)
  refuseBelowDrawn(after.terms, drawn)
  await amendRow(tx, after)
  // Whoever calls this narrowed access before.
  const ends = isUsedUp(after.terms, drawn) && (await exhaustRow(tx, after.id))
  return await deps.ledger.appendIn(tx, [authorizationEntry('amended', after, by, ends ? { ...why, ends } : why)])
}

function refuseBelowDrawn(terms: AuthorizationTerms, drawn: ReadonlyMap<string, Drawn>): void {
  const balances = balancesOf(terms, drawn)
  for (const [id, { quantity, valueCents }] of drawn) {
    const allowed = balances.find(({ line }) => line.id === id)
    if (quantity <= (allowed?.line.quantity ?? 0) && valueCents <= (allowed?.mostCents ?? 0)) continue
    throw new Problem('conflict', `cannot amend authorization: more is drawn of line ${id}, want at least that allowed`)
  }
}

function refuseFaults(faults: readonly Fault[]): void {
  const [first] = faults
  if (first === undefined) return
  throw new Problem('invalid-request', `cannot amend authorization: ${first.field} ${first.text}`, {
    details: { faults },
  })
}

const requested = z.object({
  authorization: z.string(),
  version: z.number(),
  terms: authorizationTerms,
  amendment: z.object({ route: z.enum(amendmentRoutes), reference: z.string().optional() }),
  reason: z.string(),
})

function read(change: JsonObject) {
  const { authorization, ...rest } = requested.parse(change)
  const id = parseId<'authorization'>(authorization)
  if (id === null) throw new Problem('internal', 'cannot read request: it is about no authorization')
  return { id, ...rest }
}

/** How amendments are described, shown and executed. */
export function amendmentApprovals(deps: AuthorizationDependencies): ApprovalKind {
  return {
    role: 'officer',
    official: (change) => needsOfficial(read(change).terms),
    phrase: 'An entry of the register',
    describe: (change) => {
      const { id, terms } = read(change)
      return { title: `amend authorization ${terms.number}`, about: { kind: 'authorization', id } }
    },
    details: async (change) => {
      const { id, ...asked } = read(change)
      const now = await authorizationById(deps.database, id)
      return { ...asked, amendment: { ...asked.amendment }, state: now?.state ?? 'gone', now: now?.terms ?? null }
    },
    effect: async (change) => {
      const { id, version, terms } = read(change)
      const now = await authorizationById(deps.database, id)
      if (now?.state !== 'effective' || now.version !== version) return null
      return { of: 'access', change: { kind: 'authorization-terms', authorizationId: id, terms } }
    },
    approve: async ({ tx, requestId, change, approver, role, official, effect, decision }) => {
      const { id, version, terms, amendment, reason } = read(change)
      const authorization = await lockAuthorization(tx, id)
      const isOutdated = authorization?.state !== 'effective' || authorization.version !== version
      // Other terms can take away as well (I3), and whoever approves one after the other holds the epoch in one order.
      await narrowAccess(tx)
      const approval = await approve(tx, deps, {
        requestId,
        kind: amendmentRequest,
        person: approver,
        role,
        official,
        effect,
        isOutdated,
      })
      if (approval.outcome === 'refused' || !approval.isComplete || authorization === null) return approval
      const why = { decision, reason, amendment: { ...amendment }, request: requestId, approvedBy: approval.approvedBy }
      const entries = await putTerms(tx, deps, amended(authorization, terms, version), approver, why)
      return { ...approval, entries: [...approval.entries, ...entries] }
    },
  }
}
