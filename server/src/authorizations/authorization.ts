// An authorization through its life, without its rows. SPEC: 22 CFR 120.57.

import type { AuthorizationTerms, Id } from '@sallyport/protocol'
import { Problem } from '@sallyport/protocol'

interface Common {
  readonly id: Id<'authorization'>
  /** Incremented with each change. */
  readonly version: number
  readonly terms: AuthorizationTerms
  /** Null when it came in at founding. */
  readonly registeredBy: Id<'person'> | null
  readonly registeredAtMs: number
  /** Distinct approvals so far, and how many it takes; none of either at founding. */
  readonly approvals: { readonly have: number; readonly need: number }
  /** Numbers of those that replace it and are not ended. */
  readonly replacedBy: readonly string[]
}

/** Waits for approval; covers nobody. */
export interface Registered extends Common {
  readonly state: 'registered'
  readonly requestId: Id<'approval'>
}

/** Covers between its dates. */
export interface Effective extends Common {
  readonly state: 'effective'
  readonly effectiveAtMs: number
}

/** Never covers again. */
export interface Ended extends Common {
  readonly state: 'ended'
  /** Null for one that never took effect. */
  readonly effectiveAtMs: number | null
  readonly endedBy: Id<'person'>
  readonly endedAtMs: number
  readonly reason: string
}

export type Authorization = Registered | Effective | Ended

/** Bring a fully approved authorization into effect. Throws Problem `conflict` unless it is registered. */
export function effected(authorization: Authorization, atMs: number): Effective {
  mustBeRegistered(authorization)
  const { requestId: _, ...common } = authorization
  return { ...common, version: common.version + 1, state: 'effective', effectiveAtMs: atMs }
}

/** Give an authorization other terms. Throws Problem `conflict` unless it is effective and of the version that was meant. */
export function amended(authorization: Authorization, terms: AuthorizationTerms, version: number): Effective {
  if (authorization.state !== 'effective') {
    throw new Problem('conflict', `cannot amend authorization: state is ${authorization.state}, want effective`)
  }
  if (authorization.version !== version) {
    throw new Problem(
      'conflict',
      `cannot amend authorization: its version is ${authorization.version}, want the change made to that`,
    )
  }
  return { ...authorization, version: version + 1, terms }
}

/** Throws Problem `conflict` unless it waits for approval. */
export function mustBeRegistered(authorization: Authorization): asserts authorization is Registered {
  if (authorization.state !== 'registered') {
    throw new Problem('conflict', `cannot approve authorization: state is ${authorization.state}, want registered`)
  }
}

/** Why one ended that was declined: found again by these words when the same number comes back. */
export function declinedReason(reason: string): string {
  return `${declinedPrefix}${reason}`
}
export const declinedPrefix = 'declined: '

/** End an authorization, from either state before. Throws Problem `conflict` when it is ended already. */
export function ended(
  authorization: Authorization,
  by: { readonly endedBy: Id<'person'>; readonly atMs: number; readonly reason: string },
): Ended {
  if (authorization.state === 'ended') {
    throw new Problem('conflict', 'cannot end authorization: state is ended, want registered or effective')
  }
  const { id, version, terms, registeredBy, registeredAtMs, approvals, replacedBy } = authorization
  const { endedBy, atMs, reason } = by
  const common = { id, version: version + 1, terms, registeredBy, registeredAtMs, approvals, replacedBy }
  const effectiveAtMs = authorization.state === 'effective' ? authorization.effectiveAtMs : null
  return { ...common, state: 'ended', effectiveAtMs, endedBy, endedAtMs: atMs, reason }
}
