// Releases that are unusual by plain rules, over the newest of them: somebody who opens many files in an hour, and somebody at a place
// where they opened nothing before. Unusual is not wrong; it is where a look may be worth it.

import { Problem } from '@sallyport/protocol'
import { parseEntry } from '@sallyport/protocol/ledger'
import { readDecision, spendPermit, type Permit, type RecordedDecision } from '../policy/index.ts'
import type { TriageDependencies } from './read-refusals.ts'

export const releaseRules = ['many', 'new-place'] as const
export type ReleaseRule = (typeof releaseRules)[number]

/** Releases of one person within an hour, from which on each of them counts. */
const manyCount = 20
const manyMs = 3_600_000
/** Positions of the ledger that are looked through, and releases that are compared. */
const lookedThrough = 50_000
const compared = 2_000

export interface UnusualPage {
  /** Newest first. */
  readonly releases: readonly {
    readonly decision: RecordedDecision
    readonly index: number
    readonly rules: readonly ReleaseRule[]
  }[]
  /** Releases that were compared, the first of which was at `sinceMs`; null where there was none. */
  readonly compared: number
  readonly sinceMs: number | null
}

/** Read the unusual ones among the newest 2,000 releases of the newest 50,000 entries. Throws Problem `refused` for a permit that does not fit. */
export async function unusualReleases(
  { ledger }: Pick<TriageDependencies, 'ledger'>,
  permit: Permit<'refusal.list'>,
): Promise<UnusualPage> {
  spendPermit(permit, 'refusal.list', 'enclave')
  const { evidence } = ledger
  const { size } = await evidence.head()
  const positions: number[] = []
  const range = { first: Math.max(0, size - lookedThrough), end: size }
  for await (const some of evidence.containing(range, ['"action":"file.open"'])) positions.push(...some)
  const releases: { readonly index: number; readonly decision: RecordedDecision }[] = []
  for (const { index, bytes } of await evidence.bytesAt(positions.slice(-compared))) {
    const entry = parseEntry(bytes)
    if (entry === null)
      throw new Problem('unavailable', `cannot read releases: entry ${index} was altered, want it as written`)
    if (entry.kind === 'decision.permit') releases.push({ index, decision: readDecision(entry) })
  }
  const rules = rulesOf(releases.map(({ decision }) => decision))
  return {
    releases: releases
      .flatMap((one) => {
        const met = rules.get(one.decision.id) ?? []
        return met.length === 0 ? [] : [{ ...one, rules: met }]
      })
      .toReversed(),
    compared: releases.length,
    sinceMs: releases[0]?.decision.atMs ?? null,
  }
}

/** What each release meets, by its id. `releases` in the order in which they were recorded. */
export function rulesOf(
  releases: readonly Pick<RecordedDecision, 'id' | 'actor' | 'atMs' | 'body'>[],
): ReadonlyMap<string, readonly ReleaseRule[]> {
  const met = new Map<string, ReleaseRule[]>()
  const meets = (id: string, rule: ReleaseRule): void => {
    const rules = met.get(id) ?? []
    if (!rules.includes(rule)) met.set(id, [...rules, rule])
  }
  for (const all of Map.groupBy(releases, ({ actor }) => actor).values()) {
    const places = new Set<string>()
    for (const [n, { id, atMs, body }] of all.entries()) {
      const place = JSON.stringify([body.place['name'] ?? null, body.place['country'] ?? null])
      if (places.size > 0 && !places.has(place)) meets(id, 'new-place')
      places.add(place)
      const first = all[n - manyCount + 1]
      if (first === undefined || atMs - first.atMs > manyMs) continue
      for (const one of all.slice(n - manyCount + 1, n + 1)) meets(one.id, 'many')
    }
  }
  return met
}
