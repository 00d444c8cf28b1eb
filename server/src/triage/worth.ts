// Which refusals are worth a look. Each rule is one sentence, and reads only what the entry says in the clear.

import type { RecordedDecision } from '../policy/index.ts'

export const refusalRules = ['stranger', 'ended', 'place', 'keeper', 'file', 'burst'] as const
export type RefusalRule = (typeof refusalRules)[number]

/** Refusals of one person within `burstMs`, from which on each of them counts. */
const burstCount = 10
const burstMs = 3_600_000

/** Acts of those who keep the enclave: asked for by somebody without the role. */
const keepersActs = /^(key|backup|setting|identity|session)\.|^(person\.look|ledger\.read|person\.export)$/

/** Rules that a refusal meets by itself. Those whom need to know alone keeps from a file meet none. */
export function rulesOf({ actor, body }: RecordedDecision): readonly RefusalRule[] {
  const { action, attributes, place, reasons } = body
  const met: RefusalRule[] = []
  if (actor === null || attributes.principal.status === 'unrostered') met.push('stranger')
  if (attributes.principal.status === 'ended') met.push('ended')
  const country = 'country' in place ? place['country'] : null
  if (actor !== null && country !== 'US') met.push('place')
  if (keepersActs.test(action)) met.push('keeper')
  if (/^file\.(open|fetch)$/.test(action) && reasons.includes('no-coverage')) met.push('file')
  return met
}

/** Ids of refusals that are of a burst: of one person, so many within the time before or after. `refusals` in any order. */
export function burstsOf(refusals: readonly Pick<RecordedDecision, 'id' | 'actor' | 'atMs'>[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (const all of Map.groupBy(refusals, ({ actor }) => actor).values()) {
    if (all[0]?.actor === null) continue
    const inOrder = all.toSorted((one, other) => one.atMs - other.atMs)
    for (let last = burstCount - 1; last < inOrder.length; last++) {
      const some = inOrder.slice(last - burstCount + 1, last + 1)
      if ((some.at(-1)?.atMs ?? 0) - (some[0]?.atMs ?? 0) > burstMs) continue
      for (const { id } of some) found.add(id)
    }
  }
  return found
}
