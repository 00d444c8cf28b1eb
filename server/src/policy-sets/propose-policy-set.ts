// Asking for the policy set that ships with this version, and putting it in force once two others have approved it.

import { Problem, type Id } from '@sallyport/protocol'
import * as z from 'zod'
import { approve, requestApproval, type ApprovalKind } from '../approvals/index.ts'
import type { Clock, Database, Randomness, Sql } from '../base/index.ts'
import type { Appended, Ledger } from '../ledger/index.ts'
import {
  enactPolicySet,
  keepPolicySet,
  lockInForce,
  narrowAccess,
  policyDigest,
  spendPermit,
  storedPolicySet,
  type Permit,
  type PolicyProver,
  type PolicySource,
} from '../policy/index.ts'
import { compareSets } from './compare-sets.ts'

/** Kind of the approval request that puts a policy set in force. */
export const policySetRequest = 'policy-set.change'
const approvalsNeeded = 2
const requestLifetimeMs = 30 * 86_400_000

export interface PolicySetDependencies {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'appendIn'>
  readonly clock: Clock
  readonly random: Randomness
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

/**
 * Ask two others to put the shipped set in force; `digest` is the one that the asker saw. Throws Problem `conflict` for another
 * digest and for a set that is in force, `invalid-request` as a prover does, `refused` for a permit that does not fit.
 */
export async function proposePolicySet(
  deps: PolicySetDependencies,
  permit: Permit<'setting.change'>,
  { digest, reason }: { readonly digest: string; readonly reason: string },
): Promise<PolicySetProposed> {
  spendPermit(permit, 'setting.change', 'enclave')
  const { shipped } = deps
  if (policyDigest(shipped) !== digest) {
    throw new Problem('conflict', 'cannot ask for policy set: this version ships another, want the one that is shown')
  }
  await deps.prove(shipped)
  return await deps.database.transaction(async (tx) => {
    const from = await lockInForce(tx)
    if (from === digest) throw new Problem('conflict', 'cannot ask for policy set: it is in force, want another')
    await keepPolicySet(tx, { digest, ...shipped })
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
    prepare: async (change) => {
      await deps.prove(await kept(deps.database, policySetChange.parse(change).digest))
    },
    approve: async ({ tx, requestId, change, approver, role, decision }) => {
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
