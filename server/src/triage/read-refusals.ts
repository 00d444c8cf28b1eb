// Refusals that are worth a look, newest first, with how far somebody is with each.

import type { Id } from '@sallyport/protocol'
import type { Database } from '../base/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { readDecision, spendPermit, type Permit, type RecordedDecision } from '../policy/index.ts'
import { statesOf, type Triage } from './store.ts'
import { alikeRefusals, burstsOf, rulesOf, type RefusalRule } from './worth.ts'

export interface TriageDependencies {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'appendIn' | 'entry' | 'evidence' | 'search'>
}

export interface WorthyRefusal {
  readonly decision: RecordedDecision
  readonly index: number | null
  readonly rules: readonly RefusalRule[]
  readonly triage: Triage | null
  /** The newest of the refusals that are equal to this one, close in time and equally far looked at; its own id where it is that. */
  readonly alike: Id<'entry'>
}

export interface RefusalsPage {
  /** A page can be empty and not the last: so many refusals are looked at for one. */
  readonly refusals: readonly WorthyRefusal[]
  /** The next page has what lies below this position; null at the end. */
  readonly next: number | null
}

/** Refusals that one page looks at. */
const lookedAt = 500

/**
 * Read a page below a position, or the newest; `isOpen` leaves out those that somebody closed as harmless or handed on as an incident.
 * A burst, and what is alike, is found among the refusals of one page. Throws Problem `refused` for a permit that does not fit.
 */
export async function readRefusals(
  { database, ledger }: TriageDependencies,
  permit: Permit<'refusal.list'>,
  { isOpen, before }: { readonly isOpen: boolean; readonly before: number | null },
): Promise<RefusalsPage> {
  spendPermit(permit, 'refusal.list', 'enclave')
  const query = { kind: 'decision.deny', limit: lookedAt, ...(before === null ? {} : { before }) }
  const found = await ledger.search(query)
  const decisions = found.map((entry) => ({ index: entry.index, decision: readDecision(entry) }))
  const bursts = burstsOf(decisions.map(({ decision }) => decision))
  const worthy = decisions.flatMap(({ index, decision }) => {
    const rules = [...rulesOf(decision), ...(bursts.has(decision.id) ? (['burst'] as const) : [])]
    return rules.length === 0 ? [] : [{ index, decision, rules }]
  })
  const states = await statesOf(
    database,
    worthy.map(({ decision }) => decision.id as Id<'entry'>),
  )
  const shown = worthy
    .map((one) => ({ ...one, triage: states.get(one.decision.id) ?? null }))
    .filter(({ triage }) => !isOpen || triage === null || triage.state === 'looking')
  const groups = alikeRefusals(
    shown.map(({ decision }) => decision),
    ({ id }) => toldOf(states.get(id)),
  )
  const newest = new Map(groups.flatMap((group) => group.map(({ id }) => [id, group[0].id] as const)))
  const refusals = shown.map((one) => ({
    ...one,
    alike: (newest.get(one.decision.id) ?? one.decision.id) as Id<'entry'>,
  }))
  return { refusals, next: found.length < lookedAt ? null : (found.at(-1)?.index ?? null) }
}

/** How far somebody is with a refusal, in their words; whenever they said it. */
function toldOf(triage: Triage | undefined): string {
  return triage === undefined ? '' : JSON.stringify([triage.state, triage.by, triage.note])
}
