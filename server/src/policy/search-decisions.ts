// Looking for decisions on record: of whom, about which file, how they fell, when; the newest first. What an entry keeps sealed stays so.

import { Problem, type Action, type Id, type Reason } from '@sallyport/protocol'
import type { Ledger } from '../ledger/index.ts'
import { readDecision, recordedReasons, type ExplainParts, type RecordedDecision } from './explain.ts'
import { spendPermit, type Permit } from './permit.ts'

export interface DecisionQuestion {
  readonly effect: 'permit' | 'deny' | null
  /** Records of one human being; null for anybody, also for whoever is on no roster. */
  readonly actors: readonly Id<'person'>[] | null
  readonly fileId: Id<'file'> | null
  readonly action: Action | null
  /** By the database's clock, milliseconds since the Unix epoch; null where there is no bound. */
  readonly fromMs: number | null
  /** The first moment that is no longer asked for. */
  readonly toMs: number | null
}

export interface FoundDecision {
  readonly ledgerIndex: number
  readonly decision: RecordedDecision
  readonly reasons: readonly Reason[]
}

export interface DecisionsPage {
  readonly found: readonly FoundDecision[]
  /** Where the next page goes on; null at the end. A page can be empty and not the last: so much is looked through at once. */
  readonly next: number | null
}

export interface SearchDecisionsParts extends Pick<ExplainParts, 'policySet'> {
  readonly ledger: Pick<Ledger, 'search' | 'evidence'>
}

const onPage = 100
const readAtOnce = 200
const roundsOfPage = 10
const kinds = { permit: 'decision.permit', deny: 'decision.deny' } as const

/**
 * Find decisions before a place in the ledger; those that no checkpoint has yet are not among them. Throws Problem `refused` for a permit
 * that does not fit, `invalid-request` for a period that ends before it begins.
 */
export async function searchDecisions(
  permit: Permit<'decision.search'>,
  question: DecisionQuestion,
  after: number | null,
  parts: SearchDecisionsParts,
): Promise<DecisionsPage> {
  spendPermit(permit, 'decision.search', 'enclave')
  const { first, end } = await periodOf(question, parts)
  const found: FoundDecision[] = []
  let before = Math.min(after ?? end, end)
  for (let round = 0; round < roundsOfPage; round++) {
    const { entries, floor } = await readBefore(before, question, parts)
    for (const entry of entries) {
      const { index } = entry
      if (index === null || index < first) return { found, next: null }
      const decision = readDecision(entry)
      if (!isAsked(decision, question)) continue
      found.push({ ledgerIndex: index, decision, reasons: await reasonsOf(decision, parts) })
      if (found.length === onPage) return { found, next: index }
    }
    if (floor === null) return { found, next: null }
    before = floor
  }
  return { found, next: before }
}

/** Entries before a place, newest first, down to `floor`; null where there are none below. */
async function readBefore(
  before: number,
  { effect, actors, fileId }: DecisionQuestion,
  { ledger }: SearchDecisionsParts,
) {
  const asked = (effect === null ? [kinds.deny, kinds.permit] : [kinds[effect]]).flatMap((kind) =>
    (actors ?? [null]).map((actor) => ({
      kind,
      before,
      limit: readAtOnce,
      ...(actor === null ? {} : { actor }),
      ...(fileId === null ? {} : { about: { kind: 'file', id: fileId } }),
    })),
  )
  const pages = await Promise.all(asked.map((one) => ledger.search(one)))
  // Of a page that is full there may be more below its last: what stands below that of another page is read with the next round.
  const lasts = pages.flatMap((page) => (page.length < readAtOnce ? [] : (page.at(-1)?.index ?? [])))
  const floor = lasts.length === 0 ? null : Math.max(...lasts)
  const entries = pages.flat().filter(({ index }) => index !== null && index >= (floor ?? 0))
  return { entries: entries.sort((a, b) => (b.index ?? 0) - (a.index ?? 0)), floor }
}

function isAsked({ atMs, body }: RecordedDecision, { action, fromMs, toMs }: DecisionQuestion): boolean {
  if (action !== null && body.action !== action) return false
  return (fromMs === null || atMs >= fromMs) && (toMs === null || atMs < toMs)
}

async function reasonsOf(decision: RecordedDecision, { policySet }: SearchDecisionsParts): Promise<readonly Reason[]> {
  const { digest } = decision.body.policy
  return recordedReasons(decision, digest === null ? null : await policySet(digest), null)
}

async function periodOf({ fromMs, toMs }: DecisionQuestion, { ledger }: SearchDecisionsParts) {
  if (fromMs !== null && toMs !== null && fromMs >= toMs) {
    throw new Problem('invalid-request', 'cannot search decisions: it ends before it begins, want from before to')
  }
  if (fromMs === null && toMs === null) return { first: 0, end: Number.MAX_SAFE_INTEGER }
  const { size } = await ledger.evidence.head()
  return await ledger.evidence.range({ fromMs, toMs }, size)
}
