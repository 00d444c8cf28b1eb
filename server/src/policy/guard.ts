// The fixed guard. INVARIANT: I5. After the policies, whatever they say, code repeats: not a verified U.S. person and no
// live coverage, no permit. The check of every policy set before it takes effect should make this unreachable. What
// was deleted is released to nobody, and what a marking closes to somebody is not released to them, under every policy set.

import type { Coverage, PersonFacts } from './facts.ts'

/** Whether a permit may stand for this person under this coverage. */
export function guardPermits(person: Pick<PersonFacts, 'status'> | null, coverage: Pick<Coverage, 'live'>): boolean {
  if (person === null) return false
  if (person.status === 'us-person') return true
  return person.status === 'foreign-person' && coverage.live
}

/** Whether a permit of this action would release something of a deleted file, or make it known. */
export function releasesDeleted(action: string, isDeleted: boolean): boolean {
  return isDeleted && releasing.has(action)
}

/** Whether a permit of this action would release something of a file that a marking closes, or make it known. */
export function releasesClosed(action: string, closedBy: string | null): boolean {
  return closedBy !== null && releasing.has(action)
}

const releasing = new Set(['file.open', 'file.fetch', 'file.share', 'file.receive'])
