// Legal data in place of that in force, without a release: one officer asks with the exact file, two others approve it by its digest.

import { Problem, type Id } from '@sallyport/protocol'
import * as z from 'zod'
import { approve, mustNotWait, requestApproval, type ApprovalKind } from '../approvals/index.ts'
import type { Sql } from '../base/index.ts'
import type { Appended } from '../ledger/index.ts'
import { mustStillStand, narrowAccess, spendPermit, type Permit } from '../policy/index.ts'
import { compareLegalData, rowsShown } from './compare-legal-data.ts'
import type { AuthorizationDependencies } from './dependencies.ts'
import { legalDataDigest, loadLegalData, parseLegalData, type LegalData } from './legal-data.ts'
import { keepLegalData, legalDataContent, lockLegalData } from './store.ts'

/** Kind of the approval request that puts legal data in force. */
export const legalDataRequest = 'legal-data.change'
const approvalsNeeded = 2
const requestLifetimeMs = 30 * 86_400_000

export interface LegalDataProposed {
  readonly requestId: Id<'approval'>
  readonly needed: number
  readonly digest: string
  readonly entries: readonly Appended[]
}

/**
 * Ask two others to put legal data in force. Throws Problem `invalid-request` for data of another shape, `conflict` for what is in force or
 * older, `refused` for a permit that does not fit.
 */
export async function proposeLegalData(
  deps: AuthorizationDependencies,
  permit: Permit<'setting.change'>,
  { input, reason }: { readonly input: unknown; readonly reason: string },
): Promise<LegalDataProposed> {
  let isSpent = false
  return await deps.database.transaction(async (tx) => {
    // The work runs again when it lost to another transaction; a permit is spent once.
    if (!isSpent) spendPermit(permit, 'setting.change', 'enclave')
    isSpent = true
    const data = parseLegalData(input)
    const digest = legalDataDigest(data)
    const current = await lockLegalData(tx)
    if (current?.digest === digest)
      throw new Problem('conflict', 'cannot ask for legal data: it is in force, want another')
    if (current !== null && data.asOf < current.asOf) {
      throw new Problem(
        'conflict',
        `cannot ask for legal data: it is of ${data.asOf}, want none older than ${current.asOf}`,
      )
    }
    await mustStillStand(tx, permit.actor)
    await keepLegalData(tx, data, digest)
    await mustNotWait(tx, {
      kind: legalDataRequest,
      members: { digest, from: current?.digest ?? null },
      verb: 'ask for legal data',
      what: 'the same data',
    })
    const request = await requestApproval(tx, deps, {
      kind: legalDataRequest,
      change: { digest, from: current?.digest ?? null, asOf: data.asOf, reason },
      requestedBy: permit.actor,
      needed: approvalsNeeded,
      excluded: [],
      lifetimeMs: requestLifetimeMs,
    })
    return { ...request, needed: approvalsNeeded, digest }
  })
}

const legalDataChange = z.object({
  digest: z.string(),
  from: z.string().nullable(),
  asOf: z.string(),
  reason: z.string(),
})

/** How replacements of legal data are described, shown and executed. */
export function legalDataApprovals(deps: AuthorizationDependencies): ApprovalKind {
  return {
    role: 'officer',
    // What the law says is a reading of it.
    official: () => true,
    phrase: 'Other legal data',
    describe: (change) => ({
      title: `put legal data of ${legalDataChange.parse(change).asOf} in force`,
      about: { kind: 'enclave', id: 'enclave' },
    }),
    details: async (change) => {
      const { digest, ...rest } = legalDataChange.parse(change)
      const { added, removed } = await compareLegalData(deps.database, await kept(deps.database, digest))
      return { digest, ...rest, added: rowsShown(added), removed: rowsShown(removed) }
    },
    approve: async ({ tx, requestId, change, approver, role, official, decision }) => {
      const { digest, from, reason } = legalDataChange.parse(change)
      const data = await kept(tx, digest)
      const isOutdated = ((await lockLegalData(tx))?.digest ?? null) !== from
      await narrowAccess(tx)
      const approval = await approve(tx, deps, {
        requestId,
        kind: legalDataRequest,
        person: approver,
        role,
        official,
        isOutdated,
      })
      if (approval.outcome === 'refused' || !approval.isComplete) return approval
      const { approvedBy, requestedBy } = approval
      const more = { from, reason, approvedBy, request: requestId, decision }
      const entries = await loadLegalData(tx, deps, data, requestedBy, more)
      return { ...approval, entries: [...approval.entries, ...entries] }
    },
  }
}

/** ATTACKER: whoever writes to the database can change what is kept; its digest is what was approved. */
async function kept(sql: Sql, digest: string): Promise<LegalData> {
  const content = await legalDataContent(sql, digest)
  const altered = 'cannot read legal data: it is not what its digest names'
  try {
    const data = parseLegalData(JSON.parse(content ?? ''))
    if (legalDataDigest(data) === digest) return data
  } catch (cause) {
    throw new Problem('unavailable', altered, { cause })
  }
  throw new Problem('unavailable', altered)
}
