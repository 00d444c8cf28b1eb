// An approval request through its life, without its rows: who may still approve, and what their approval does.

import type { Id, JsonObject } from '@sallyport/protocol'

interface Common {
  readonly id: Id<'approval'>
  readonly kind: string
  /** The exact change that is asked for. */
  readonly change: JsonObject
  readonly digest: string
  readonly requestedBy: Id<'person'>
  /** Distinct approvals that it takes. */
  readonly needed: number
  /** Whom the change is about: they do not approve it. */
  readonly excluded: readonly Id<'person'>[]
  readonly expiresAtMs: number
  readonly approvedBy: readonly Id<'person'>[]
}

export interface Pending extends Common {
  readonly state: 'pending'
}
/** Executed in the transaction of its last approval, and never again. */
interface Executed extends Common {
  readonly state: 'executed'
}
interface Withdrawn extends Common {
  readonly state: 'withdrawn'
}
interface Declined extends Common {
  readonly state: 'declined'
}
interface Expired extends Common {
  readonly state: 'expired'
}
/** What it was about has changed since. */
interface Outdated extends Common {
  readonly state: 'outdated'
}
export type ApprovalRequest = Pending | Executed | Withdrawn | Declined | Expired | Outdated

/** Why an approval does not count. */
export type ApprovalRefusal =
  | 'not-pending'
  | 'outdated'
  | 'expired'
  | 'requester'
  | 'excluded'
  | 'approved-before'
  | 'no-standing'
  | 'official-missing'

export type Step =
  | { readonly isCounted: true; readonly request: Pending | Executed }
  | { readonly isCounted: false; readonly refusal: ApprovalRefusal; readonly request: ApprovalRequest }

/**
 * Take one person's approval. The one that completes the number makes the request executed. INVARIANT: I8, only approvals of
 * people who may approve at this moment count, however long ago they gave them; `standing` says who that is. `officials` are the empowered
 * officials among everybody concerned, null where none is asked for: the last approval is not taken while whoever asked and approved
 * has none among them.
 */
export function approvedBy(
  earlier: ApprovalRequest,
  person: Id<'person'>,
  {
    standing,
    atMs,
    isOutdated = false,
    officials = null,
  }: {
    readonly standing: ReadonlySet<Id<'person'>>
    readonly atMs: number
    readonly isOutdated?: boolean
    readonly officials?: ReadonlySet<Id<'person'>> | null
  },
): Step {
  const request =
    earlier.state === 'pending'
      ? { ...earlier, approvedBy: earlier.approvedBy.filter((one) => standing.has(one)) }
      : earlier
  const refused = (refusal: ApprovalRefusal, after: ApprovalRequest = request): Step => ({
    isCounted: false,
    refusal,
    request: after,
  })
  if (request.state === 'expired' || request.state === 'outdated') return refused(request.state)
  if (request.state !== 'pending') return refused('not-pending')
  if (atMs >= request.expiresAtMs) return refused('expired', { ...request, state: 'expired' })
  if (isOutdated) return refused('outdated', { ...request, state: 'outdated' })
  if (!standing.has(person)) return refused('no-standing')
  if (person === request.requestedBy) return refused('requester')
  if (request.excluded.includes(person)) return refused('excluded')
  if (request.approvedBy.includes(person)) return refused('approved-before')
  const approvedBy = [...request.approvedBy, person]
  const isLast = approvedBy.length >= request.needed
  if (isLast && officials !== null && ![request.requestedBy, ...approvedBy].some((one) => officials.has(one))) {
    return refused('official-missing')
  }
  const state = isLast ? 'executed' : 'pending'
  return { isCounted: true, request: { ...request, approvedBy, state } }
}

/**
 * Decline a request that is still pending. Whoever may approve it may decline it, also who approved it before; not who asked or whom it
 * is about.
 */
export function declined(
  request: ApprovalRequest,
  person: Id<'person'>,
  { standing, atMs }: { readonly standing: ReadonlySet<Id<'person'>>; readonly atMs: number },
): Declined | ApprovalRefusal {
  if (request.state === 'expired' || request.state === 'outdated') return request.state
  if (request.state !== 'pending') return 'not-pending'
  if (atMs >= request.expiresAtMs) return 'expired'
  if (!standing.has(person)) return 'no-standing'
  if (person === request.requestedBy) return 'requester'
  return request.excluded.includes(person) ? 'excluded' : { ...request, state: 'declined' }
}

/** Withdraw a request that is still pending; null for any other. */
export function withdrawn(request: ApprovalRequest): Withdrawn | null {
  return request.state === 'pending' ? { ...request, state: 'withdrawn' } : null
}
