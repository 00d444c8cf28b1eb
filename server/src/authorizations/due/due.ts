// What of an authorization is due: warnings before it expires and while it is drawn down, duties of its provisos, notices of agreements.
// Pure. Due is a task and never a refusal: what ends access are the terms themselves.

import type { Authorization } from '../authorization.ts'
import { balancesOf, type Drawn } from '../draws/balance.ts'
import { isAgreement } from '../kinds.ts'
import { legalFigureOf, type LegalFigure } from '../legal-figures.ts'

export interface DueTask {
  readonly task: 'expiry' | 'draw-down' | 'duty' | 'agreement-ending'
  /** Days before expiry, or percent drawn; null where there is no such level. */
  readonly level: number | null
  readonly text: string
  /** Milliseconds since the Unix epoch; null for what is due now. */
  readonly dueAtMs: number | null
  readonly owner: string | null
  /** The regulation's figure that it rests on, and how sure that is. */
  readonly rule: LegalFigure | null
}

/** Days before expiry at which somebody is warned. */
const expiryLevels = [30, 60, 90] as const
const dayMs = 86_400_000
const longestMs = 90 * dayMs

/** List what is due of an authorization at a moment of the database's clock. Nothing for one that waits or has ended. */
export function dueOf(
  { state, terms }: Pick<Authorization, 'state' | 'terms'>,
  drawn: ReadonlyMap<string, Drawn>,
  atMs: number,
): readonly DueTask[] {
  const leftMs = Date.parse(terms.validUntil) - atMs
  if (state !== 'effective' || leftMs <= 0) return []
  const tasks: DueTask[] = []
  const level = expiryLevels.find((days) => leftMs <= days * dayMs)
  if (level !== undefined) {
    const text = `expires at ${terms.validUntil}; nobody is covered from then on`
    tasks.push({ task: 'expiry', level, text, dueAtMs: Date.parse(terms.validUntil), owner: null, rule: null })
  }
  const rule = legalFigureOf('agreement-ending')
  if (isAgreement(terms.kind) && leftMs <= longestMs) {
    const dueAtMs = Date.parse(terms.validUntil) - rule.figure * dayMs
    const text = 'tell DDTC that the agreement expires'
    tasks.push({ task: 'agreement-ending', level: null, text, dueAtMs, owner: null, rule })
  }
  for (const { line, warning, percent } of balancesOf(terms, drawn)) {
    if (warning === null) continue
    const text = `line ${line.id} is drawn to ${percent} percent`
    tasks.push({ task: 'draw-down', level: warning, text, dueAtMs: null, owner: null, rule: null })
  }
  for (const proviso of terms.provisos) {
    if (proviso.kind !== 'duty' || proviso.due === undefined) continue
    const dueAtMs = Date.parse(proviso.due)
    if (dueAtMs - atMs > longestMs) continue
    const shown = proviso.evidence === undefined ? '' : ` (shown by: ${proviso.evidence})`
    const text = `proviso ${proviso.id}: ${proviso.text}${shown}`
    tasks.push({ task: 'duty', level: null, text, dueAtMs, owner: proviso.owner, rule: null })
  }
  return tasks
}

/**
 * Until when records of an authorization are to be kept at least; null for an exemption, of which each transaction counts by itself, and
 * for what never took effect. The gate deletes none before or after.
 */
export function retainedUntil(
  authorization: Authorization,
  exhaustedAtMs: number | null,
): { readonly atMs: number | null; readonly rule: LegalFigure } {
  const rule = legalFigureOf('retention')
  const { state, terms } = authorization
  if (state === 'registered' || terms.kind === 'exemption') return { atMs: null, rule }
  const ends = [Date.parse(terms.validUntil), exhaustedAtMs, state === 'ended' ? authorization.endedAtMs : null]
  const end = new Date(Math.min(...ends.filter((one) => one !== null)))
  end.setUTCFullYear(end.getUTCFullYear() + rule.figure)
  return { atMs: end.getTime(), rule }
}
