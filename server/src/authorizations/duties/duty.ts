// Duties of an authorization: those of its provisos, in as many times as they come again, and those that the regulations add by
// themselves. Pure: which there are, when each is due, and whether what is on record shows it done. A duty refuses nobody anything.

import type { AuthorizationTerms, Id } from '@sallyport/protocol'
import type { Authorization } from '../authorization.ts'
import { isUsedUp, type Drawn } from '../draws/balance.ts'
import { isAgreement } from '../kinds.ts'
import { legalFigureOf, type LegalFigure } from '../legal-figures.ts'

/** What shows that a duty was done. */
export type DutyEvidence =
  | { readonly kind: 'filing'; readonly reference: string; readonly filedOn: string }
  /** A protected file that was stored, with the SHA-256 of its container in hex. */
  | { readonly kind: 'file'; readonly fileId: string; readonly sha256: string }
  | { readonly kind: 'reason'; readonly text: string }

/** What became of an agreement that was approved, and on which day. */
export interface Conclusion {
  readonly outcome: 'concluded' | 'given-up'
  readonly on: string
}

export interface DutyRecord {
  readonly id: string
  /** Id of the proviso, or `law.` and the name of what the regulation asks for. */
  readonly duty: string
  /** The day on which this time of it was due; empty for a duty of one time. */
  readonly occurrence: string
  /** From 1 on, of this time of it. */
  readonly place: number
  readonly outcome: 'done' | 'reopened'
  readonly evidence: DutyEvidence
  readonly conclusion: Conclusion | null
  readonly by: Id<'person'>
  readonly atMs: number
}

export interface Duty {
  readonly duty: string
  readonly occurrence: string
  readonly text: string
  /** Milliseconds since the Unix epoch. Null where it has no day; with `isNow` it is due at once. */
  readonly dueAtMs: number | null
  readonly isNow: boolean
  readonly isOverdue: boolean
  readonly owner: string | null
  readonly ownerId: string | null
  readonly rule: LegalFigure | null
  /** The last record of it; null where there is none. */
  readonly record: DutyRecord | null
  readonly isDone: boolean
}

const dayMs = 86_400_000
/** How far ahead the next time of a recurring duty is told. */
export const aheadMs = 90 * dayMs

type Planned = Omit<Duty, 'record' | 'isDone' | 'isOverdue'> & {
  /** From when on it is late; null for never. */
  readonly lateFromMs: number | null
}
export type DutyBearer = Pick<Authorization, 'state' | 'terms'> & {
  readonly effectiveAtMs?: number | null
  readonly endedAtMs?: number
}

/**
 * List the duties of an authorization at a moment of the database's clock, done or not; none of one that never took effect.
 * `records`: the last of each duty and time. Of a recurring duty every time until 90 days from then.
 */
export function dutiesOf(
  authorization: DutyBearer,
  records: readonly DutyRecord[],
  drawn: ReadonlyMap<string, Drawn>,
  atMs: number,
): readonly Duty[] {
  if (authorization.state === 'registered') return []
  if (authorization.state === 'ended' && (authorization.effectiveAtMs ?? null) === null) return []
  const last = new Map(records.map((one) => [keyOf(one), one]))
  const endsAtMs = Math.min(Date.parse(authorization.terms.validUntil), authorization.endedAtMs ?? Infinity)
  const conclusion = last.get(keyOf({ duty: lawDuty('concluded'), occurrence: '' }))
  const planned = [
    ...provisoDuties(authorization.terms, Math.min(endsAtMs, atMs + aheadMs)),
    ...lawDuties(authorization, { endsAtMs, drawn, conclusion: isDone(conclusion) ? conclusion.conclusion : null }),
  ]
  return planned.map(({ lateFromMs, ...one }) => {
    const record = last.get(keyOf(one)) ?? null
    const done = isDone(record)
    return { ...one, record, isDone: done, isOverdue: !done && lateFromMs !== null && lateFromMs <= atMs }
  })
}

/** What a duty is called that a regulation adds: no proviso has a point in its id. */
export function lawDuty(name: string): string {
  return `law.${name}`
}

export function keyOf({ duty, occurrence }: Pick<DutyRecord, 'duty' | 'occurrence'>): string {
  return `${duty} ${occurrence}`
}

function isDone(record: DutyRecord | null | undefined): record is DutyRecord {
  return record?.outcome === 'done'
}

function provisoDuties({ provisos }: AuthorizationTerms, untilMs: number): readonly Planned[] {
  return provisos.flatMap((proviso): readonly Planned[] => {
    if (proviso.kind !== 'duty') return []
    const { id, text, owner, ownerId = null, due, everyMonths, evidence } = proviso
    const shown = evidence === undefined ? '' : ` (shown by: ${evidence})`
    const common = { duty: id, text: `proviso ${id}: ${text}${shown}`, isNow: false, owner, ownerId, rule: null }
    if (due === undefined) return [{ ...common, occurrence: '', dueAtMs: null, lateFromMs: null }]
    const first = { ...common, occurrence: everyMonths === undefined ? '' : due, ...dueOn(due) }
    if (everyMonths === undefined) return [first]
    const times = [first]
    for (let n = 1; ; n++) {
      const day = monthsAfter(due, n * everyMonths)
      if (Date.parse(day) > untilMs) break
      times.push({ ...common, occurrence: day, ...dueOn(day) })
    }
    return times
  })
}

/** Due on a day, so many days after it: nobody is late before that day is over in Hawaii. */
function dueOn(day: string, days = 0): { readonly dueAtMs: number; readonly lateFromMs: number } {
  const dueAtMs = Date.parse(day) + days * dayMs
  return { dueAtMs, lateFromMs: dueAtMs + dayMs + 10 * 3_600_000 }
}

/** The same day of a later month, or its last one where it is shorter. */
function monthsAfter(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0))
  last.setUTCDate(Math.min(date, last.getUTCDate()))
  return last.toISOString().slice(0, 10)
}

interface Facts {
  readonly endsAtMs: number
  readonly drawn: ReadonlyMap<string, Drawn>
  readonly conclusion: Conclusion | null
}

// SPEC: 22 CFR 123.22(b)(3) and (c), 124.4, 124.5, 124.6, as far as they were read: each duty carries its figure with its sureness.
function lawDuties(authorization: DutyBearer, { endsAtMs, drawn, conclusion }: Facts): readonly Planned[] {
  const { state, terms } = authorization
  const duty = (name: string, figure: string, text: string, due: Pick<Planned, 'dueAtMs' | 'lateFromMs'>) => ({
    duty: lawDuty(name),
    occurrence: '',
    text,
    ...due,
    isNow: due.dueAtMs === null,
    owner: null,
    ownerId: null,
    rule: legalFigureOf(figure),
  })
  const after = (day: string, figure: string) => dueOn(day, legalFigureOf(figure).figure)
  const at = (ms: number) => ({ dueAtMs: ms, lateFromMs: ms })
  const planned: Planned[] = []
  if (state === 'effective' && (isAgreement(terms.kind) || terms.kind === 'DSP-5')) {
    const text = `tell DDTC of the ${terms.kind === 'DSP-5' ? 'first use' : 'first export, before it'}`
    // Whoever drew against it exported.
    const due = { dueAtMs: null, lateFromMs: drawn.size > 0 ? 0 : null }
    planned.push(duty('initial-export', 'initial-export', text, due))
  }
  if (isAgreement(terms.kind)) {
    const year = new Date(terms.validFrom)
    year.setUTCFullYear(year.getUTCFullYear() + legalFigureOf('agreement-conclusion').figure)
    const text = 'conclude the agreement, or tell DDTC that it is not concluded'
    if (state === 'effective' || conclusion !== null) {
      planned.push(duty('concluded', 'agreement-conclusion', text, at(year.getTime())))
    }
    if (conclusion?.outcome === 'concluded') {
      const due = after(conclusion.on, 'agreement-deposit')
      planned.push(duty('deposited', 'agreement-deposit', 'send DDTC a copy of the agreement as it was signed', due))
    }
    if (conclusion?.outcome === 'given-up') {
      const due = after(conclusion.on, 'agreement-given-up')
      planned.push(duty('given-up', 'agreement-given-up', 'tell DDTC that the agreement will not be concluded', due))
    }
    const due = at(endsAtMs - legalFigureOf('agreement-ending').figure * dayMs)
    // Of another end once it is extended.
    const occurrence = new Date(terms.validUntil).toISOString().slice(0, 10)
    planned.push({ ...duty('ending', 'agreement-ending', 'tell DDTC that the agreement expires', due), occurrence })
  }
  if (terms.kind === 'DSP-61' || terms.kind === 'DSP-73' || terms.kind === 'DSP-85') {
    const due = isUsedUp(terms, drawn) ? { dueAtMs: null, lateFromMs: 0 } : at(endsAtMs)
    planned.push(duty('returned', 'license-return', 'return the license to DDTC, and keep a copy', due))
  }
  return planned
}
