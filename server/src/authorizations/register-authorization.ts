// Bringing an authorization into the register: registered by one, effective once two others approved it.

import type { AuthorizationTerms, Id, JsonObject } from '@sallyport/protocol'
import { requestApproval } from '../approvals/index.ts'
import { newId, type Transaction } from '../base/index.ts'
import { requireCeremony, spendPermit, type FoundingCeremony, type Permit } from '../policy/index.ts'
import type { Authorization, Effective, Registered } from './authorization.ts'
import { checkDocuments, checkTerms, invalid } from './check-terms.ts'
import type { AuthorizationChanged, AuthorizationDependencies } from './dependencies.ts'
import { officialFaults } from './determined.ts'
import { doubtsAbout } from './doubts.ts'
import { authorizationEntry } from './entry.ts'
import { exemptionLawInForce } from './exemptions/law-in-force.ts'
import type { Fault } from './fault.ts'
import { insertAuthorization, replacedBy, timeOf } from './store.ts'

/** Kind of the approval request that brings an authorization into effect. */
export const effectRequest = 'authorization.effect'
/** People besides the one who registers it (I8). */
const approvalsNeeded = 2
/** A request that nobody completes in 30 days is void; the terms are then to be registered again. */
const requestLifetimeMs = 30 * 86_400_000

/** The exact change that people approve. */
export function effectChange(id: Id<'authorization'>, terms: AuthorizationTerms): JsonObject {
  return { authorization: id, terms }
}

/**
 * Register an authorization and ask two others for their approval; until they gave it, it covers nobody. What is odd about it and still
 * may be so comes back as `warnings`.
 * Throws Problem `invalid-request` that names every fault of the terms; `conflict` when the number stands in the register
 * and is not ended; `refused` for a permit that does not fit.
 */
export async function registerAuthorization(
  deps: AuthorizationDependencies,
  permit: Permit<'authorization.register'>,
  input: AuthorizationTerms,
): Promise<AuthorizationRegistered> {
  let isSpent = false
  return await deps.database.transaction(async (tx) => {
    // The work runs again when it lost to another transaction; a permit is spent once.
    if (!isSpent) spendPermit(permit, 'authorization.register', 'enclave')
    isSpent = true
    return await registerIn(tx, deps, { input, registrant: permit.actor, decision: permit.entryId })
  })
}

/** What was registered, and what is odd about it. */
export type AuthorizationRegistered = AuthorizationChanged & { readonly warnings: readonly Fault[] }

/** Register in a transaction whose permit is spent. Throws as `registerAuthorization`. */
export async function registerIn(
  tx: Transaction,
  deps: AuthorizationDependencies,
  by: { readonly input: AuthorizationTerms; readonly registrant: Id<'person'>; readonly decision: Id<'entry'> },
): Promise<AuthorizationRegistered> {
  const { input, registrant, decision } = by
  const id = newId<'authorization'>(deps.clock, deps.random)
  const atMs = await timeOf(tx)
  const terms = checkTerms(input, registrant, atMs, await exemptionLawInForce(tx))
  const faults = await officialFaults(tx, terms, null)
  if (faults.length > 0) throw invalid(faults)
  await checkDocuments(tx, terms)
  const warnings = await doubtsAbout(tx, terms, { id, atMs })
  const request = await requestApproval(tx, deps, {
    kind: effectRequest,
    change: effectChange(id, terms),
    requestedBy: registrant,
    needed: approvalsNeeded,
    excluded: terms.persons as Id<'person'>[],
    lifetimeMs: requestLifetimeMs,
  })
  const authorization: Registered = {
    id,
    version: 1,
    state: 'registered',
    terms,
    registeredBy: registrant,
    registeredAtMs: atMs,
    requestId: request.requestId,
    approvals: { have: 0, need: approvalsNeeded },
    replacedBy: await replacedBy(tx, terms.number),
  }
  const entries = await insertWithEntry(tx, deps, authorization, { decision })
  return { authorization, warnings, entries: [...request.entries, ...entries] }
}

/**
 * Put an authorization into effect at founding. Throws as `registerAuthorization`, and Problem `refused` when the ceremony is
 * not open.
 */
export async function foundAuthorization(
  deps: AuthorizationDependencies,
  ceremony: FoundingCeremony,
  input: AuthorizationTerms,
): Promise<AuthorizationChanged> {
  const id = newId<'authorization'>(deps.clock, deps.random)
  return await deps.database.transaction(async (tx) => {
    await requireCeremony(tx, ceremony)
    const atMs = await timeOf(tx)
    const authorization: Effective = {
      id,
      version: 1,
      state: 'effective',
      terms: checkTerms(input, null, atMs, await exemptionLawInForce(tx)),
      registeredBy: null,
      registeredAtMs: atMs,
      effectiveAtMs: atMs,
      approvals: { have: 0, need: 0 },
      replacedBy: [],
    }
    const entries = await insertWithEntry(tx, deps, authorization, { ceremony: ceremony.name })
    return { authorization, entries }
  })
}

async function insertWithEntry(
  tx: Transaction,
  deps: AuthorizationDependencies,
  authorization: Authorization,
  why: JsonObject,
): Promise<AuthorizationChanged['entries']> {
  await insertAuthorization(tx, authorization)
  const happened = authorization.state === 'registered' ? 'registered' : 'founded'
  return await deps.ledger.appendIn(tx, [authorizationEntry(happened, authorization, authorization.registeredBy, why)])
}
