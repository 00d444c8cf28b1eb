// Reading the register, under a permit whose ledger entry is the record of the look.

import type { Id } from '@sallyport/protocol'
import type { Sql } from '../base/index.ts'
import { spendPermit, type Permit } from '../policy/index.ts'
import type { Authorization } from './authorization.ts'
import { allAuthorizations, authorizationById } from './store.ts'

/** Read every authorization that was ever registered, by number. Throws Problem `refused` for a permit that does not fit. */
export async function listAuthorizations(
  deps: { readonly database: Sql },
  permit: Permit<'authorization.list'>,
): Promise<readonly Authorization[]> {
  spendPermit(permit, 'authorization.list', 'enclave')
  return await allAuthorizations(deps.database)
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
