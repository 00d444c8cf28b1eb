// Reading the register, under a permit whose ledger entry is the record of the look.

import type { Id } from '@sallyport/protocol'
import type { Sql } from '../base/index.ts'
import { spendPermit, type Permit } from '../policy/index.ts'
import type { Authorization } from './authorization.ts'
import { sectionsOn } from './exemptions/check-exemption.ts'
import { exemptionLawInForce } from './exemptions/law-in-force.ts'
import type { ExemptionCondition, ExemptionSection } from './exemptions/rule.ts'
import { authorizationById, authorizationsAfter, type AuthorizationPage } from './store.ts'

/** Read a page of all that was ever registered, by number. Throws Problem `refused` for a permit that does not fit. */
export async function listAuthorizations(
  deps: { readonly database: Sql },
  permit: Permit<'authorization.list'>,
  after: readonly string[] | null = null,
): Promise<AuthorizationPage> {
  spendPermit(permit, 'authorization.list', 'enclave')
  return await authorizationsAfter(deps.database, after)
}

/** Read one authorization; null when there is none of that id. Throws Problem `refused` for a permit that does not fit. */
export async function findAuthorization(
  deps: { readonly database: Sql },
  permit: Permit<'authorization.list'>,
  id: Id<'authorization'>,
): Promise<Authorization | null> {
  spendPermit(permit, 'authorization.list', 'enclave')
  return await authorizationById(deps.database, id)
}

/** Read what exemptions ask for today. Throws Problem `refused` for a permit that does not fit. */
export async function listExemptions(
  deps: { readonly database: Sql },
  permit: Permit<'authorization.list'>,
): Promise<{
  readonly day: string
  readonly preconditions: readonly ExemptionCondition[]
  readonly sections: readonly ExemptionSection[]
}> {
  spendPermit(permit, 'authorization.list', 'enclave')
  const law = await exemptionLawInForce(deps.database)
  return { day: law.day, preconditions: law.rules.preconditions, sections: sectionsOn(law) }
}
