// The policy set in force beside the one that ships with this version.

import type { Id } from '@sallyport/protocol'
import * as z from 'zod'
import type { Database } from '../base/index.ts'
import type { Ledger } from '../ledger/index.ts'
import {
  digestInForce,
  policyDigest,
  spendPermit,
  storedPolicySet,
  type Permit,
  type PolicySource,
} from '../policy/index.ts'
import { compareSets, type Differences } from './compare-sets.ts'
import type { PolicySetDependencies } from './propose-policy-set.ts'

export interface PolicySetsShown {
  /** Null when none is in force: then nothing is permitted. */
  readonly inForce: string | null
  readonly shipped: string
  /** What the shipped one would change. */
  readonly differences: Differences
}

/** Read which policy set is in force. Throws Problem `refused` for a permit that does not fit. */
export async function readPolicySets(
  { database, shipped }: Pick<PolicySetDependencies, 'database' | 'shipped'>,
  permit: Permit<'person.list'>,
): Promise<PolicySetsShown> {
  spendPermit(permit, 'person.list', 'enclave')
  const inForce = await digestInForce(database)
  return {
    inForce,
    shipped: policyDigest(shipped),
    differences: compareSets(await inForceOrNothing(database), shipped),
  }
}

/** The texts in force, empty where there are none. */
export async function inForceOrNothing(database: Database): Promise<PolicySource> {
  const inForce = await digestInForce(database)
  const now = inForce === null ? null : await storedPolicySet(database, inForce)
  return now ?? { schemaText: '', policyText: '' }
}

/** One time that a set came in force. */
export interface PolicySetVersion {
  readonly digest: string
  readonly inForce: boolean
  readonly atMs: number
  readonly entryId: Id<'entry'>
  readonly askedBy: Id<'person'> | null
  readonly approvedBy: readonly Id<'person'>[]
  readonly reason: string
}

const versionsOfPage = 100
const activated = z.object({
  digest: z.string(),
  approvedBy: z.array(z.string()).default([]),
  reason: z.string().default('the founding'),
})

/**
 * Read every time that a set came in force, newest first, from the ledger. `before` is the place of the last one seen. Throws Problem
 * `refused` for a permit that does not fit.
 */
export async function readPolicySetVersions(
  { database, ledger }: Pick<PolicySetDependencies, 'database'> & { readonly ledger: Pick<Ledger, 'search'> },
  permit: Permit<'decision.search'>,
  before: number | null,
): Promise<{ readonly versions: readonly PolicySetVersion[]; readonly last: number | null }> {
  spendPermit(permit, 'decision.search', 'enclave')
  const inForce = await digestInForce(database)
  const place = before === null ? {} : { before }
  const entries = await ledger.search({ kind: 'policy-set.activated', limit: versionsOfPage, ...place })
  let isNewest = before === null
  const versions = entries.map(({ id, atMs, actor, body }): PolicySetVersion => {
    const { digest, approvedBy, reason } = activated.parse(body)
    const isNow = isNewest && digest === inForce
    if (isNow) isNewest = false
    return {
      digest,
      inForce: isNow,
      atMs,
      entryId: id,
      askedBy: actor,
      approvedBy: approvedBy as Id<'person'>[],
      reason,
    }
  })
  return { versions, last: entries.length < versionsOfPage ? null : (entries.at(-1)?.index ?? null) }
}
