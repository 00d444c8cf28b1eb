// What is drawn of each line, and what is left. SPEC: 22 CFR 123.21 (a license ends when what it allows is used up), 123.23 (value may
// be exceeded by a part of it).

import type { AuthorizationTerms, CommodityLine } from '@sallyport/protocol'
import { isLicense } from '../kinds.ts'
import { legalFigureOf } from '../legal-figures.ts'

/** What draws made of a line so far. */
export interface Drawn {
  readonly quantity: number
  /** Cents of USD. */
  readonly valueCents: number
  /** Draws and corrections so far. */
  readonly place: number
}

export interface Balance {
  readonly line: CommodityLine
  readonly drawn: Drawn
  /** Most that may be drawn in all, in cents of USD. */
  readonly mostCents: number
  /** Of quantity or value, whichever is higher; rounded down. */
  readonly percent: number
  /** The highest of the warning levels that it reached. */
  readonly warning: number | null
}

/** Percent of quantity or value from which on somebody is warned. */
export const warningLevels = [80, 90, 95, 100] as const
const nothing: Drawn = { quantity: 0, valueCents: 0, place: 0 }

export function balancesOf(terms: AuthorizationTerms, drawn: ReadonlyMap<string, Drawn>): readonly Balance[] {
  return (terms.lines ?? []).map((line) => {
    const so = drawn.get(line.id) ?? nothing
    const percent = Math.max(percentOf(so.quantity, line.quantity), percentOf(so.valueCents, line.valueCents))
    return {
      line,
      drawn: so,
      mostCents: mostCents(terms, line),
      percent,
      warning: warningLevels.findLast((level) => percent >= level) ?? null,
    }
  })
}

/** Tell whether a license allows nothing more: every line is drawn to its quantity or to its licensed value. */
export function isUsedUp(terms: AuthorizationTerms, drawn: ReadonlyMap<string, Drawn>): boolean {
  const balances = balancesOf(terms, drawn)
  return isLicense(terms.kind) && balances.length > 0 && balances.every(({ percent }) => percent >= 100)
}

function mostCents({ kind }: AuthorizationTerms, { valueCents }: CommodityLine): number {
  if (!isLicense(kind)) return valueCents
  // Whole numbers all the way: a hundredth is never rounded up.
  return Number((BigInt(valueCents) * BigInt(legalFigureOf('license-value').figure)) / 100n)
}

function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Number((BigInt(part) * 100n) / BigInt(whole))
}
