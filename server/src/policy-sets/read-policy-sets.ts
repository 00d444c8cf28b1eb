// The policy set in force beside the one that ships with this version.

import { digestInForce, policyDigest, spendPermit, storedPolicySet, type Permit } from '../policy/index.ts'
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
  const now = inForce === null ? null : await storedPolicySet(database, inForce)
  return {
    inForce,
    shipped: policyDigest(shipped),
    differences: compareSets(now ?? { schemaText: '', policyText: '' }, shipped),
  }
}
