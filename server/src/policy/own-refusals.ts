// Refusals that somebody got, told to themselves as they were told them: why, what would change it, whom to ask, and of their own record
// what was looked at. Nothing of the thing that was refused, of other records, of authorizations or of policies that did not refuse.

import { Problem, type Id, type Reason } from '@sallyport/protocol'
import type { Ledger } from '../ledger/index.ts'
import { openSealed, readDecision, recordedReasons, type ExplainParts, type RecordedDecision } from './explain.ts'
import type { PolicySet } from './policy-set.ts'

export interface OwnRefusal {
  readonly id: Id<'entry'>
  readonly atMs: number
  readonly action: string
  readonly door: string
  readonly about: { readonly kind: string; readonly id: string }
  readonly you: { readonly status: string; readonly roles: readonly string[]; readonly programs: readonly string[] }
  readonly place: { readonly known: boolean; readonly country: string }
  /** Whether a person was identified, and not a workload of theirs alone. */
  readonly human: boolean
  /** Each with the attributes that the policy reads, where it is one of the set. */
  readonly reasons: readonly (Reason & { readonly reads: readonly string[] })[]
}

export interface OwnRefusalParts extends Pick<ExplainParts, 'policySet' | 'openEntry'> {
  readonly ledger: Pick<Ledger, 'entry' | 'search'>
}

const onPage = 50
const lookedThrough = 200

/** Doors at which people ask for themselves. INVARIANT: what others asked about somebody is not told to them: it would say what there is. */
const ownDoors: readonly string[] = ['api', 'kas']

/** Read a refusal of somebody's own, for themselves. Throws Problem `not-found` for any other id, whatever it is of. */
export async function readOwnRefusal(
  parts: OwnRefusalParts,
  person: Id<'person'>,
  id: Id<'entry'>,
): Promise<OwnRefusal> {
  const stored = await parts.ledger.entry(id)
  const decision = stored?.kind === 'decision.deny' ? readDecision(stored) : null
  // ATTACKER: whoever guesses an id hears of another's refusal what they would hear of none.
  if (decision === null || !isOwn(decision, person)) {
    throw new Problem('not-found', 'cannot explain: no refusal of yours has that id, want the id that it was told with')
  }
  return await tell(parts, decision)
}

/**
 * Refusals of somebody's own that a checkpoint has, for themselves, the newest first. `after` is the place in the ledger of the last one seen;
 * a page can be empty and not the last.
 */
export async function listOwnRefusals(
  parts: OwnRefusalParts,
  person: Id<'person'>,
  after: number | null,
): Promise<{ readonly refusals: readonly OwnRefusal[]; readonly next: number | null }> {
  const place = after === null ? {} : { before: after }
  const entries = await parts.ledger.search({ kind: 'decision.deny', actor: person, limit: lookedThrough, ...place })
  const refusals: OwnRefusal[] = []
  for (const entry of entries) {
    const decision = readDecision(entry)
    if (!isOwn(decision, person)) continue
    refusals.push(await tell(parts, decision))
    if (refusals.length === onPage) return { refusals, next: entry.index }
  }
  return { refusals, next: entries.length < lookedThrough ? null : (entries.at(-1)?.index ?? null) }
}

function isOwn({ actor, body }: RecordedDecision, person: Id<'person'>): boolean {
  return actor === person && ownDoors.includes(body.attributes.context.door)
}

const recorded = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []

async function tell({ policySet, openEntry }: OwnRefusalParts, decision: RecordedDecision): Promise<OwnRefusal> {
  const { body } = decision
  const { principal, context } = body.attributes
  const { digest } = body.policy
  const set: Pick<PolicySet, 'reason' | 'policy'> | null = digest === null ? null : await policySet(digest)
  const reasons = recordedReasons(decision, set, await openSealed(decision, openEntry))
  const place = context['place'] as { readonly known?: unknown; readonly country?: unknown } | undefined
  return {
    id: decision.id as Id<'entry'>,
    atMs: decision.atMs,
    action: body.action,
    door: context.door,
    about: decision.about,
    you: { status: principal.status, roles: recorded(principal['roles']), programs: recorded(principal['programs']) },
    place: { known: place?.known === true, country: typeof place?.country === 'string' ? place.country : '' },
    human: context['human'] === true,
    reasons: reasons.map((one) => ({ ...one, reads: set?.policy(one.code)?.reads ?? [] })),
  }
}
