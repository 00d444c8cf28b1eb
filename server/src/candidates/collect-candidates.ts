// Opens candidates from the refusals in the ledger. The place up to which it looked moves in the transaction that opens what it
// found, so that whoever is killed at any moment loses none and opens none twice.

import { parseLabel, Problem, canonicalJson, type Id } from '@sallyport/protocol'
import { newId, repeat, type Logger, type Repeating, type Transaction } from '../base/index.ts'
import type { StoredEntry } from '../ledger/index.ts'
import { openSealed, readDecision } from '../policy/index.ts'
import type { Matter } from './candidate.ts'
import type { CandidateDependencies } from './dependencies.ts'
import { countOfDay, countRefusal, insertCandidate, lastIndex, moveOn } from './store.ts'

const refusalsAtOnce = 200
/** ATTACKER: whoever is refused chooses what for. Matters of a person and day beyond these are one more, which stands for them all. */
export const mattersOfADay = 20

interface Found {
  readonly personId: Id<'person'>
  readonly personKey: Uint8Array
  readonly matter: Matter
}

/**
 * Look at the refusals that nobody has looked at yet, at most so many times 200. Answers whether it came to the end. Throws Problem
 * `unavailable` where the key of fields cannot be used; then nothing has moved on.
 */
export async function collectCandidates(deps: CandidateDependencies, rounds = 20): Promise<boolean> {
  for (let round = 0; round < rounds; round++) if (await collectSome(deps)) return true
  return false
}

/** Look again every `intervalMs` for as long as a gate serves. */
export function startCollecting(
  deps: CandidateDependencies,
  { intervalMs, log }: { readonly intervalMs: number; readonly log: Logger },
): Repeating {
  const failed = (error: unknown): void => log.warn({ error }, 'cannot look for candidates now')
  return repeat(() => collectCandidates(deps), { intervalMs, failed })
}

async function collectSome(deps: CandidateDependencies): Promise<boolean> {
  const from = await lastIndex(deps.database)
  const refusals = await deps.ledger.search({ kind: 'decision.deny', after: from, limit: refusalsAtOnce })
  const to = refusals.at(-1)?.index ?? null
  if (to === null) return true
  const found: Found[] = []
  for (const refusal of refusals) found.push(...(await candidateOf(deps, refusal)))
  await deps.database.transaction(async (tx) => {
    // Another process that was here first opened the same.
    if (!(await moveOn(tx, from, to))) return
    for (const one of found) await open(tx, deps, one)
  })
  return refusals.length < refusalsAtOnce
}

/** The candidate that a refusal makes, if any. What a person's erased key sealed nobody reads again. */
async function candidateOf(deps: CandidateDependencies, refusal: StoredEntry): Promise<readonly Found[]> {
  const personId = refusal.actor
  if (personId === null || refusal.body['sealed'] === undefined) return []
  const personKey = await deps.personKey(personId)
  if (personKey === null) return []
  const decision = readDecision(refusal)
  const sealed = await openSealed(decision, async (bytes) => deps.fields.open(bytes, 'entry', personKey, personId))
  if (sealed?.gap !== 'proscribed-country') return []
  const { names = [], items = [] } = decision.body.labels as { names?: readonly string[]; items?: readonly string[] }
  const programs = names.flatMap((name) => {
    const label = parseLabel(name)
    return label?.name === 'program' ? [label.value] : []
  })
  const matter = {
    day: dayInWashington(refusal.atMs),
    programs: [...new Set(programs)].sort(),
    items: [...new Set(items)].sort(),
    entryId: refusal.id,
    action: decision.body.action,
    about: decision.about,
    atMs: refusal.atMs,
  }
  return [{ personId, personKey, matter }]
}

async function open(
  tx: Transaction,
  deps: CandidateDependencies,
  { personId, personKey, matter }: Found,
): Promise<void> {
  const { fields } = deps
  const markOf = (...parts: readonly unknown[]) =>
    fields.mark(canonicalJson(['candidate', matter.day, ...(parts as string[])]), personKey, personId)
  const dayMark = markOf()
  const mark = markOf('matter', canonicalJson({ programs: matter.programs, items: matter.items }))
  if (await countRefusal(tx, mark)) return
  const others = markOf('others')
  const isOneTooMany = (await countOfDay(tx, dayMark)) >= mattersOfADay
  if (isOneTooMany && (await countRefusal(tx, others))) return
  const id = newId<'candidate'>(deps.clock, deps.random)
  const kept: Matter = isOneTooMany ? { ...matter, programs: [], items: [] } : matter
  await insertCandidate(tx, {
    id,
    mark: isOneTooMany ? others : mark,
    dayMark,
    subject: fields.sealSubject(personId, `candidate:${id}`),
    sealedMatter: fields.seal(canonicalJson(kept), 'candidate', personKey, personId),
  })
}

const washington = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/New_York',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
})

/** The day of the regulations at a moment, `YYYY-MM-DD`. */
function dayInWashington(atMs: number): string {
  const day = washington.format(atMs)
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) throw new Problem('internal', `cannot tell the day: ${day}, want YYYY-MM-DD`)
  return day
}
