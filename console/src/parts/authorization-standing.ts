// How an authorization stands on this day: waiting, in effect, about to end, over. The gate decides by the clock of its database; this is
// for the eye.

import type { AuthorizationKind } from '@sallyport/protocol'
import type { AnswerOf } from '../api/index.ts'

type Authorization = AnswerOf<'authorization'>

export const standings = ['waiting', 'not-begun', 'in-effect', 'expiring', 'expired', 'ended'] as const
export type Standing = (typeof standings)[number]

export const standingNames = {
  waiting: 'Waits for approval',
  'not-begun': 'Not begun yet',
  'in-effect': 'In effect',
  expiring: 'Ends within 90 days',
  expired: 'Expired',
  ended: 'Ended',
} as const satisfies Record<Standing, string>

const dayMs = 86_400_000
/** From when on an expiry is told: that of the gate's tasks. */
const soonDays = 90

/** Whole days until it ends by itself. `nowMs`: milliseconds since the Unix epoch. */
export function daysLeft({ terms }: Pick<Authorization, 'terms'>, nowMs: number): number {
  return Math.ceil((Date.parse(terms.validUntil) - nowMs) / dayMs)
}

export function standingOf(authorization: Pick<Authorization, 'state' | 'terms'>, nowMs: number): Standing {
  const { state, terms } = authorization
  if (state === 'ended') return 'ended'
  if (state === 'registered') return 'waiting'
  if (Date.parse(terms.validUntil) <= nowMs) return 'expired'
  if (Date.parse(terms.validFrom) > nowMs) return 'not-begun'
  return daysLeft(authorization, nowMs) <= soonDays ? 'expiring' : 'in-effect'
}

/** The kinds that there are, as forms and regulations name them. */
export const kindNames = {
  'DSP-5': 'DSP-5, permanent export',
  'DSP-61': 'DSP-61, temporary import',
  'DSP-73': 'DSP-73, temporary export',
  'DSP-85': 'DSP-85, classified articles or data',
  TAA: 'TAA, technical assistance agreement',
  MLA: 'MLA, manufacturing license agreement',
  WDA: 'WDA, warehouse and distribution agreement',
  GC: 'GC, general correspondence',
  exemption: 'Exemption of the ITAR',
  'EAR-license': 'License under the EAR',
  'EAR-exception': 'License exception under the EAR',
} as const satisfies Record<AuthorizationKind, string>
