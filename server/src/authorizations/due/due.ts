// What of an authorization is due: warnings before it expires and while it is drawn down, duties of its provisos, notices of agreements.
// Pure. Due is a task and never a refusal: what ends access are the terms themselves.

import type { Authorization } from '../authorization.ts'
import { balancesOf, type Drawn } from '../draws/balance.ts'
import { aheadMs, dutiesOf, type DutyBearer, type DutyRecord } from '../duties/duty.ts'
import { legalFigureOf, type LegalFigure } from '../legal-figures.ts'

export interface DueTask {
  readonly task: 'expiry' | 'draw-down' | 'duty'
  /** Days before expiry, or percent drawn; null where there is no such level. */
  readonly level: number | null
  readonly text: string
  /** Milliseconds since the Unix epoch; null for what is due now. */
  readonly dueAtMs: number | null
  readonly owner: string | null
  /** Who of the roster owns the duty, where that is said. */
  readonly ownerId: string | null
  /** The line that is drawn; null for what is none. */
  readonly line: string | null
  /** The duty, and which time of it (a day; empty for a duty of one time); null for what is none. */
  readonly duty: string | null
  readonly occurrence: string | null
  readonly isOverdue: boolean
  /** The regulation's figure that it rests on, and how sure that is. */
  readonly rule: LegalFigure | null
}

/** Days before expiry at which somebody is warned. */
const expiryLevels = [30, 60, 90] as const
const dayMs = 86_400_000
const noDuty = { owner: null, ownerId: null, line: null, duty: null, occurrence: null, rule: null } as const

/**
 * List what is due of an authorization at a moment of the database's clock. Of one that expired or ended only duties are left; nothing of
 * one that waits. `records`: the last of each duty.
 */
export function dueOf(
  authorization: DutyBearer,
  drawn: ReadonlyMap<string, Drawn>,
  records: readonly DutyRecord[],
  atMs: number,
): readonly DueTask[] {
  return [...endingsOf(authorization, drawn, atMs), ...dutyTasksOf(authorization, drawn, records, atMs)]
}

function endingsOf({ state, terms }: DutyBearer, drawn: ReadonlyMap<string, Drawn>, atMs: number): readonly DueTask[] {
  const leftMs = Date.parse(terms.validUntil) - atMs
  if (state !== 'effective' || leftMs <= 0) return []
  const tasks: DueTask[] = []
  const level = expiryLevels.find((days) => leftMs <= days * dayMs)
  if (level !== undefined) {
    // When stands in `dueAtMs`, which whoever shows it writes as they write times.
    const text = 'expires, and nobody is covered from then on'
    tasks.push({ ...noDuty, task: 'expiry', level, text, dueAtMs: Date.parse(terms.validUntil), isOverdue: false })
  }
  for (const { line, warning, percent } of balancesOf(terms, drawn)) {
    if (warning === null) continue
    const text = `line ${line.id} is drawn to ${percent} percent`
    tasks.push({ ...noDuty, task: 'draw-down', line: line.id, level: warning, text, dueAtMs: null, isOverdue: false })
  }
  return tasks
}

function dutyTasksOf(
  authorization: DutyBearer,
  drawn: ReadonlyMap<string, Drawn>,
  records: readonly DutyRecord[],
  atMs: number,
): readonly DueTask[] {
  return dutiesOf(authorization, records, drawn, atMs).flatMap((one) => {
    const { duty, occurrence, text, dueAtMs, isNow, isOverdue, owner, ownerId, rule, isDone } = one
    if (isDone || !(isNow || (dueAtMs !== null && dueAtMs - atMs <= aheadMs))) return []
    return [
      {
        task: 'duty' as const,
        level: null,
        text,
        dueAtMs,
        isOverdue,
        owner,
        ownerId,
        line: null,
        duty,
        occurrence,
        rule,
      },
    ]
  })
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
  const isOfNone = state === 'registered' || (state === 'ended' && authorization.effectiveAtMs === null)
  if (isOfNone || terms.kind === 'exemption') return { atMs: null, rule }
  const ends = [Date.parse(terms.validUntil), exhaustedAtMs, state === 'ended' ? authorization.endedAtMs : null]
  const end = new Date(Math.min(...ends.filter((one) => one !== null)))
  end.setUTCFullYear(end.getUTCFullYear() + rule.figure)
  return { atMs: end.getTime(), rule }
}
