// What would change if a set were in force, kept or only edited: a question, and nothing of it stays.

import { effectOfPolicySet, spendPermit, type Permit, type PolicyEffect, type SearchParts } from '../policy/index.ts'
import { keptAs, keptSet, soundly } from './edited-set.ts'
import type { PolicySetDependencies } from './propose-policy-set.ts'

export interface PolicySetRead {
  readonly digest: string
  readonly schemaText: string
  readonly policyText: string
}

/** Read a set that is kept. Throws Problem `refused` for a permit that does not fit, and as `keptSet`. */
export async function readPolicySet(
  deps: Pick<PolicySetDependencies, 'database' | 'shipped'>,
  permit: Permit<'decision.search'>,
  digest: string,
): Promise<PolicySetRead> {
  spendPermit(permit, 'decision.search', 'enclave')
  const { schemaText, policyText } = await keptSet(deps, digest)
  return { digest, schemaText, policyText }
}

/** Tell who would gain or lose what. Throws as `effectOfPolicySet`, `keptSet` and `keptAs` do. */
export async function whatWouldChange(
  deps: Pick<PolicySetDependencies, 'database' | 'shipped' | 'read'>,
  permit: Permit<'decision.search'>,
  wanted: { readonly digest: string } | { readonly policyText: string },
  search: SearchParts,
): Promise<PolicyEffect> {
  const read = async () =>
    'digest' in wanted
      ? await soundly(deps, await keptSet(deps, wanted.digest))
      : await keptAs(deps, { examples: [], ...wanted })
  return await effectOfPolicySet(permit, read, search)
}
