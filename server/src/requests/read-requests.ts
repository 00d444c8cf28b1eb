// Reading requests: one's own, and those that wait for one's role.

import type { Id } from '@sallyport/protocol'
import type { Sql } from '../base/index.ts'
import { spendPermit, type Permit } from '../policy/index.ts'
import { ownRequests, waitingRequests, type PersonRequest } from './store.ts'

/** The newest 100 of somebody's own requests, for themselves. */
export async function listOwnRequests(database: Sql, person: Id<'person'>): Promise<readonly PersonRequest[]> {
  return await ownRequests(database, person, 100)
}

/** The 200 oldest requests that wait for one of these roles. Throws Problem `refused` for a permit that does not fit. */
export async function listWaitingRequests(
  database: Sql,
  permit: Permit<'request.answer'>,
  roles: readonly string[],
): Promise<readonly PersonRequest[]> {
  spendPermit(permit, 'request.answer', 'enclave')
  return await waitingRequests(database, roles, 200)
}
