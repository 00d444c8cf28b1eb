// Reading requests, under a permit whose entry is the record of the look.

import { Problem, type Id, type JsonObject, type Role } from '@sallyport/protocol'
import type { Sql } from '../base/index.ts'
import { spendPermit, type Permit } from '../policy/index.ts'
import type { ApprovalKind, ApprovalsDependencies } from './kinds.ts'
import { pendingHolding, requestById, requestsAfter, type RequestPage, type ShownRequest } from './store.ts'

export interface DescribedRequest {
  readonly request: ShownRequest
  readonly title: string
  /** Whose holders approve it. */
  readonly role: Role
  /** Whether an empowered official must be among whoever asks and approves. */
  readonly official: boolean
  /** Whether an approval names the effect that it was shown. */
  readonly hasEffect: boolean
  readonly about: ReturnType<ApprovalKind['describe']>['about']
}

/** List a page of requests, newest first: of those that are pending, or of all. Throws Problem `refused` for a permit that does not fit. */
export async function listRequests(
  deps: ApprovalsDependencies,
  permit: Permit<'approval.list'>,
  { isPendingOnly, after = null }: { readonly isPendingOnly: boolean; readonly after?: readonly string[] | null },
): Promise<RequestPage<DescribedRequest>> {
  spendPermit(permit, 'approval.list', 'enclave')
  const { requests, last } = await requestsAfter(deps.database, isPendingOnly, after)
  return { requests: requests.map((request) => described(deps, request)), last }
}

/** Read one request with what it would change. Throws Problem `not-found`, and `refused` for a permit that does not fit. */
export async function findRequest(
  deps: ApprovalsDependencies,
  permit: Permit<'approval.list'>,
  id: Id<'approval'>,
): Promise<DescribedRequest & { readonly details: JsonObject }> {
  spendPermit(permit, 'approval.list', 'enclave')
  const request = await requestById(deps.database, id)
  if (request === null) throw new Problem('not-found', 'cannot show request: there is none of that id')
  return { ...described(deps, request), details: await kindOf(deps, request).details(request.change) }
}

/** Read pending requests of one's own kind whose change holds these members. The caller has decided and recorded the look. */
export async function listPendingOf(sql: Sql, kind: string, members: JsonObject): Promise<readonly ShownRequest[]> {
  return await pendingHolding(sql, kind, members)
}

function described(deps: ApprovalsDependencies, request: ShownRequest): DescribedRequest {
  const { role, official, effect, describe } = kindOf(deps, request)
  return {
    request,
    role,
    official: official?.(request.change) ?? false,
    hasEffect: effect !== undefined,
    ...describe(request.change),
  }
}

function kindOf({ kinds }: ApprovalsDependencies, request: ShownRequest): ApprovalKind {
  const kind = kinds.get(request.kind)
  if (kind !== undefined) return kind
  throw new Problem('internal', `cannot read request: nobody knows ${request.kind}, want a kind that main joined`)
}
