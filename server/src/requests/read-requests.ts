// Reading requests: one's own, and those that wait for one's role.

import type { Id } from '@sallyport/protocol'
import type { Sql } from '../base/index.ts'
import { spendPermit, type Permit } from '../policy/index.ts'
import { ownRequests, waitingRequests, type PersonRequest } from './store.ts'

/** At most this many at a time. */
export const pageOfRequests = 200

/** Somebody's own requests for themselves, newest first, a page of them. */
export async function listOwnRequests(
  database: Sql,
  person: Id<'person'>,
  after: string | null,
): Promise<readonly PersonRequest[]> {
  return await ownRequests(database, person, { after, limit: pageOfRequests })
}

/** A page of what waits for one of these roles, oldest first. Throws Problem `refused` for a permit that does not fit. */
export async function listWaitingRequests(
  database: Sql,
  permit: Permit<'request.answer'>,
  { roles, after }: { readonly roles: readonly string[]; readonly after: string | null },
): Promise<readonly PersonRequest[]> {
  spendPermit(permit, 'request.answer', 'enclave')
  return await waitingRequests(database, roles, { after, limit: pageOfRequests })
}
