// Which refusals are worth a look. Each rule is one sentence, and reads only what the entry says in the clear.

import { alikeTogether } from '@sallyport/protocol'
import type { RecordedDecision } from '../policy/index.ts'

export const refusalRules = ['stranger', 'ended', 'place', 'keeper', 'file', 'burst'] as const
export type RefusalRule = (typeof refusalRules)[number]

/** Refusals of one person within `burstMs`, from which on each of them counts. */
const burstCount = 10
const burstMs = 3_600_000

/** Acts of those who keep the enclave: asked for by somebody without the role. */
const keepersActs =
  /^(key|backup|setting|identity|session)\.|^(person\.look|ledger\.read|refusal\.list|person\.export)$/

/** Rules that a refusal meets by itself. Those whom need to know alone keeps from a file meet none. */
export function rulesOf({ actor, about, body }: RecordedDecision): readonly RefusalRule[] {
  const { action, attributes, place, reasons } = body
  const met: RefusalRule[] = []
  if (actor === null || attributes.principal.status === 'unrostered') met.push('stranger')
  if (attributes.principal.status === 'ended') met.push('ended')
  const country = 'country' in place ? place['country'] : null
  if (actor !== null && country !== 'US') met.push('place')
  if (keepersActs.test(action)) met.push('keeper')
  // Whatever was asked about one file: its page asks for what is said of it first, and goes no further once that is refused.
  if (action.startsWith('file.') && about.kind === 'file' && reasons.includes('no-coverage')) met.push('file')
  return met
}

/**
 * Refusals of the same act on the same thing from the same place for the same reasons, close in time: a page that is loaded again asks
 * again. Those of nobody on the roster are each by themselves: nobody knows whether they are of one. `refusals` newest first;
 * `also` tells apart what is otherwise equal.
 */
export function alikeRefusals<T extends RecordedDecision>(
  refusals: readonly T[],
  also: (refusal: T) => string = () => '',
): readonly (readonly [T, ...T[]])[] {
  return alikeTogether(refusals, {
    keyOf: (one) => {
      const { id, actor, about, body } = one
      // What was looked for stands beside what decides.
      const { looked = null } = body.evidence
      return actor === null
        ? id
        : JSON.stringify([actor, about, looked, body.action, body.place, body.reasons, also(one)])
    },
    atMsOf: ({ atMs }) => atMs,
  })
}

/** Ids of refusals that are of a burst: of one person, so many within the time before or after, equal ones once. In any order. */
export function burstsOf(refusals: readonly RecordedDecision[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (const all of Map.groupBy(refusals, ({ actor }) => actor).values()) {
    if (all[0]?.actor === null) continue
    const newestFirst = all.toSorted((one, other) => other.atMs - one.atMs)
    const inOrder = alikeRefusals(newestFirst).toReversed()
    for (let last = burstCount - 1; last < inOrder.length; last++) {
      const some = inOrder.slice(last - burstCount + 1, last + 1)
      if ((some.at(-1)?.[0].atMs ?? 0) - (some[0]?.[0].atMs ?? 0) > burstMs) continue
      for (const { id } of some.flat()) found.add(id)
    }
  }
  return found
}
