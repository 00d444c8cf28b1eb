// Asking for a policy set, the one that ships, an edited or an earlier one, and putting it in force once two others have approved it.

import { Problem, type Id } from '@sallyport/protocol'
import * as z from 'zod'
import { approve, mustNotWait, requestApproval, type ApprovalKind } from '../approvals/index.ts'
import type { Clock, Database, Randomness, Sql } from '../base/index.ts'
import type { Appended, Ledger } from '../ledger/index.ts'
import {
  digestInForce,
  enactPolicySet,
  keepPolicySet,
  lockInForce,
  narrowAccess,
  policyDigest,
  spendPermit,
  storedPolicySet,
  type Permit,
  type PolicyProver,
  type PolicyReader,
  type PolicySource,
} from '../policy/index.ts'
import { compareSets } from './compare-sets.ts'
import { keptAs, keptSet, soundly, type Edited } from './edited-set.ts'

/** Kind of the approval request that puts a policy set in force. */
export const policySetRequest = 'policy-set.change'
const approvalsNeeded = 2
const requestLifetimeMs = 30 * 86_400_000

export interface PolicySetDependencies {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'appendIn'>
  readonly clock: Clock
  readonly random: Randomness
  /** Reads a set that somebody wrote. */
  readonly read: PolicyReader
  /** Proves a set before it may be asked for, and again before it takes effect. */
  readonly prove: PolicyProver
  /** The set that ships with this version. */
  readonly shipped: PolicySource
}

export interface PolicySetProposed {
  readonly requestId: Id<'approval'>
  readonly needed: number
  readonly entries: readonly Appended[]
}

/** What is asked for: a set by its digest, which ships or was kept before; or one that was edited. */
export type WantedPolicySet = { readonly digest: string } | Edited

/**
 * Ask two others to put a set in force. Throws Problem `not-found` for a digest of none that ships or is kept, `conflict` for a set that is
 * in force or waits already, `invalid-request` as a prover does and for an edited one whose own examples do not hold, `refused` for a permit that does not
 * fit.
 */
export async function proposePolicySet(
  deps: PolicySetDependencies,
  permit: Permit<'setting.change'>,
  { wanted, reason }: { readonly wanted: WantedPolicySet; readonly reason: string },
): Promise<PolicySetProposed> {
  spendPermit(permit, 'setting.change', 'enclave')
  const source = await sourceOf(deps, wanted)
  const digest = policyDigest(source)
  if ((await digestInForce(deps.database)) === digest) throw inForceAlready()
  await deps.prove(source)
  return await deps.database.transaction(async (tx) => {
    const from = await lockInForce(tx)
    if (from === digest) throw inForceAlready()
    await keepPolicySet(tx, { digest, schemaText: source.schemaText, policyText: source.policyText })
    await mustNotWait(tx, {
      kind: policySetRequest,
      members: { digest, from },
      verb: 'ask for policy set',
      what: 'the same set',
    })
    const request = await requestApproval(tx, deps, {
      kind: policySetRequest,
      change: { digest, from, reason },
      requestedBy: permit.actor,
      needed: approvalsNeeded,
      excluded: [],
      lifetimeMs: requestLifetimeMs,
    })
    return { ...request, needed: approvalsNeeded }
  })
}

function inForceAlready(): Problem {
  return new Problem('conflict', 'cannot ask for policy set: it is in force, want another')
}

async function sourceOf(deps: PolicySetDependencies, wanted: WantedPolicySet): Promise<PolicySource> {
  return 'digest' in wanted ? await keptSet(deps, wanted.digest) : await keptAs(deps, wanted)
}

const policySetChange = z.object({ digest: z.string(), from: z.string().nullable(), reason: z.string() })

/** How changes of the policy set are described, shown and executed. */
export function policySetApprovals(deps: Omit<PolicySetDependencies, 'shipped'>): ApprovalKind {
  return {
    role: 'officer',
    phrase: 'A change of the policy set',
    describe: () => ({ title: 'put another policy set in force', about: { kind: 'enclave', id: 'enclave' } }),
    details: async (change) => {
      const { digest, from, reason } = policySetChange.parse(change)
      const { added, removed, changed, schema } = compareSets(
        (from === null ? null : await storedPolicySet(deps.database, from)) ?? { schemaText: '', policyText: '' },
        await kept(deps.database, digest),
      )
      return { digest, from, reason, added: { ...added }, removed: { ...removed }, changed: { ...changed }, schema }
    },
    effect: async (change) => {
      const { digest, from } = policySetChange.parse(change)
      if ((await digestInForce(deps.database)) !== from) return null
      const source = await kept(deps.database, digest)
      return { of: 'policies', read: () => soundly(deps, source) }
    },
    prepare: async (change) => {
      await deps.prove(await kept(deps.database, policySetChange.parse(change).digest))
    },
    approve: async ({ tx, requestId, change, approver, role, effect, decision }) => {
      const { digest, from, reason } = policySetChange.parse(change)
      // Remembered since it was prepared: nothing waits here for a proof.
      const set = await deps.prove(await kept(tx, digest))
      const isOutdated = (await lockInForce(tx)) !== from
      await narrowAccess(tx)
      const approval = await approve(tx, deps, {
        requestId,
        kind: policySetRequest,
        person: approver,
        role,
        effect,
        isOutdated,
      })
      if (approval.outcome === 'refused' || !approval.isComplete) return approval
      const entries = await enactPolicySet(tx, deps, set, {
        actor: approval.requestedBy,
        body: { from, reason, approvedBy: approval.approvedBy, request: requestId, decision },
      })
      return { ...approval, entries: [...approval.entries, ...entries] }
    },
  }
}

/** ATTACKER: whoever writes to the database can change a kept text; its digest is what was approved. */
async function kept(sql: Sql, digest: string): Promise<PolicySource> {
  const set = await storedPolicySet(sql, digest)
  if (set !== null && policyDigest(set) === digest) return set
  throw new Problem('unavailable', 'cannot read policy set: its text is not the one that its digest names')
}
