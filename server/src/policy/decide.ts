// One decision from request to durable entry.
//
// INVARIANT: I2, a permit is issued only after the transaction that holds its entry is durable.
// INVARIANT: I3, that transaction holds the access epoch and takes in only decisions whose snapshot saw the same epoch;
// the others are decided again on a fresh snapshot.
// INVARIANT: I4, whatever cannot be read, evaluated or recorded is refused.

import type { Action, Id, Obligation, Reason, Reliance, ResourceOf } from '@sallyport/protocol'
import { Problem } from '@sallyport/protocol'
import type { Clock, Database, Randomness, Transaction } from '../base/index.ts'
import { drawAhead, groupCommit, newId } from '../base/index.ts'
import type { Appended, EntryDraft, Held, RestingDraft } from '../ledger/index.ts'
import { gather, viewsOf, wantedBy, type Gathered } from './attributes.ts'
import type { FactRules, PersonFacts } from './facts.ts'
import { guardPermits, releasesClosed, releasesDeleted } from './guard.ts'
import { issueListPermit, issuePermit, type ListPermit, type Permit } from './permit.ts'
import type { PolicySet } from './policy-set.ts'
import { decisionDraft, filterDraft, surveyDraft, type Verdict } from './record.ts'
import { closed, deleted, guarded, noPolicy, tellReasons, unexplained } from './reasons.ts'
import type { DecisionRequest, ListRequest, ResourceRef, SurveyRequest } from './request.ts'
import { takeSnapshot, type Snapshot, type Wanted } from './snapshot.ts'
import { heldEpoch, holdEpoch } from './store.ts'

export type Decision<A extends Action> =
  | {
      readonly effect: 'permit'
      readonly permit: Permit<A>
      readonly decisionId: Id<'entry'>
      readonly entry: Appended
      readonly person: PersonFacts
      readonly obligations: readonly Obligation[]
      readonly reliance: Reliance | null
    }
  | {
      readonly effect: 'deny'
      readonly decisionId: Id<'entry'>
      readonly entry: Appended
      readonly reasons: readonly [Reason, ...Reason[]]
      /** Only a rostered caller may hear the reasons; anybody else hears one identical refusal. */
      readonly isRostered: boolean
      readonly requiredObligations: readonly Obligation[]
    }

/** Actions whose lists are decided thing by thing. */
export type ListedAction = 'file.list' | 'file.receive' | 'vault.list'

export interface ListDecision<A extends Action> {
  /** For what came through; null when nothing did. */
  readonly permit: ListPermit<A> | null
  readonly decisionId: Id<'entry'>
  /** Somebody who is not rostered hears the refusal that they hear everywhere, and not that their list is empty. */
  readonly isRostered: boolean
}

export interface DecisionPoint {
  /**
   * Decide, record durably, and only then answer. Throws Problem `unavailable` when it cannot be decided or recorded,
   * `invalid-request` for a request whose entry would be longer than an entry may be or has no canonical form.
   */
  decide<A extends Action>(request: DecisionRequest<A>): Promise<Decision<A>>
  /**
   * Decide one action over many resources, for a list, and record it as one entry (how many were asked for, and which came
   * through, by hash). It is recorded even when there is nothing to ask for. Yields one permit for all that came through.
   */
  filter<A extends ListedAction>(
    asked: ListRequest<A>,
    resources: readonly ResourceRef<ResourceOf<A>>[],
  ): Promise<ListDecision<A>>
  /**
   * Decide many requests for somebody who asks about others, and record them as one entry, as a list is. Yields the places of those
   * that would be permitted, in their order, and no permit.
   */
  survey(asked: SurveyRequest, requests: readonly DecisionRequest[]): Promise<SurveyDecision>
}

export interface SurveyDecision {
  readonly permitted: readonly number[]
  readonly decisionId: Id<'entry'>
}

export interface DecisionPointParts {
  readonly database: Database
  readonly ledger: {
    /** What is wrong with one draft is the answer to that one alone. */
    appendEachIn(tx: Transaction, drafts: readonly EntryDraft[], atMs: number): Promise<readonly (Appended | Problem)[]>
    /** Those that rest on what is held, null for the others. */
    appendEachWhile(
      held: Held,
      drafts: readonly RestingDraft[],
      atMs: number,
    ): Promise<readonly (Appended | Problem | null)[]>
  }
  /** The compiled policy set of this digest; null when there is none, and then nothing is permitted. */
  readonly policySet: (digest: string | null) => Promise<PolicySet | null>
  readonly rules: FactRules
  readonly clock: Clock
  readonly random: Randomness
  readonly decided?: (effect: 'permit' | 'deny', action: Action) => void
}

const maxBatch = 64
// Measured: a second look or append under way only makes both batches smaller, and the cost is by the batch.
const maxConcurrent = 1
const sharedLooks = 4

/** Open the decision point. */
export function makeDecisionPoint(parts: DecisionPointParts): DecisionPoint {
  const { database, ledger, clock, rules } = parts
  const random = drawAhead(parts.random)

  const lookNow = async (wanted: readonly [Wanted, ...Wanted[]]): Promise<Look> => {
    const atMonotonicMs = clock.monotonic()
    return { snapshot: await takeSnapshot(database, wanted, rules), atMonotonicMs }
  }

  const look = groupCommit<Wanted, Look>({
    maxBatch,
    maxConcurrent,
    flush: async (wanted) => {
      const [first, ...rest] = wanted
      const taken = first === undefined ? null : await lookNow([first, ...rest])
      return taken === null ? [] : wanted.map(() => taken)
    },
  })

  const append = groupCommit<Drafted, Recorded | Problem | null>({
    maxBatch,
    maxConcurrent,
    flush: (drafted) => appendCurrent(parts, drafted),
  })

  /**
   * Look, make the entry, and append it while the epoch of that look still holds. Looks and appends are shared with others;
   * when access keeps changing under them, one last look is taken while the epoch is held, which nothing can change under.
   */
  async function settle<T extends { readonly draft: EntryDraft }>(
    wanted: readonly [Wanted, ...Wanted[]],
    make: (snapshot: Snapshot) => Promise<T>,
  ): Promise<T & { readonly recorded: Recorded }> {
    for (let looks = 0; looks < sharedLooks; looks++) {
      const taken = wanted.length === 1 ? await look(wanted[0]) : await lookNow(wanted)
      const made = await make(taken.snapshot)
      const recorded = await append({ draft: made.draft, ...taken })
      if (recorded instanceof Problem) throw recorded
      if (recorded !== null) return { ...made, recorded }
    }
    return await database.transaction(async (tx) => {
      const atMonotonicMs = clock.monotonic()
      const { atMs } = await holdEpoch(tx)
      const made = await make(await takeSnapshot(tx, wanted, rules))
      const [entry] = await ledger.appendEachIn(tx, [made.draft], atMs)
      if (entry === undefined || entry instanceof Problem) throw entry ?? missingEntry()
      return { ...made, recorded: { entry, atMonotonicMs } }
    })
  }

  async function decide<A extends Action>(request: DecisionRequest<A>): Promise<Decision<A>> {
    const { gathered, verdict, recorded } = await settle([wantedBy(request)], async (snapshot) => {
      const gathered = gather(request, snapshot, rules)
      const verdict = await judge(request, gathered, snapshot, parts)
      const id = newId<'entry'>(clock, random)
      return { gathered, verdict, draft: decisionDraft(request, gathered, verdict, snapshot, id, rules) }
    })
    parts.decided?.(verdict.effect, request.action)
    return answer(request, gathered, verdict, recorded, clock)
  }

  async function filter<A extends ListedAction>(
    asked: ListRequest<A>,
    resources: readonly ResourceRef<ResourceOf<A>>[],
  ): Promise<ListDecision<A>> {
    const requests = resources.map((resource): DecisionRequest<A> => ({ ...asked, resource }))
    const asker: Wanted = { subject: asked.subject, fileIds: [], vaultIds: [], labels: [] }
    const { person, permitted, recorded } = await settle([asker, ...requests.map(wantedBy)], async (snapshot) => {
      const outcomes = await Promise.all(
        requests.map(async (request) => {
          const gathered = gather(request, snapshot, rules)
          const { effect } = await judge(request, gathered, snapshot, parts)
          return { id: gathered.attributes.resource.id, effect }
        }),
      )
      const permitted = outcomes.filter((one) => one.effect === 'permit').map((one) => one.id)
      const id = newId<'entry'>(clock, random)
      const person = snapshot.person(asked.subject)?.facts ?? null
      return { person, permitted, draft: filterDraft(asked, snapshot, { asked: requests.length, permitted }, id) }
    })
    const { entry, atMonotonicMs } = recorded
    const decided = { decisionId: entry.id, isRostered: person !== null }
    if (person === null || permitted.length === 0) return { ...decided, permit: null }
    const fields = { action: asked.action, resourceIds: permitted, entryId: entry.id, actor: person.id }
    return { ...decided, permit: issueListPermit(fields, clock, clock.monotonic() - atMonotonicMs) }
  }

  async function survey(asked: SurveyRequest, requests: readonly DecisionRequest[]): Promise<SurveyDecision> {
    const asker: Wanted = { subject: asked.subject, fileIds: [], vaultIds: [], labels: [] }
    const { permitted, recorded } = await settle([asker, ...requests.map(wantedBy)], async (snapshot) => {
      const permitted: number[] = []
      for (const [place, request] of requests.entries()) {
        const { effect } = await judge(request, gather(request, snapshot, rules), snapshot, parts)
        if (effect === 'permit') permitted.push(place)
      }
      const names = permitted.map((place) => asked.names[place] ?? '')
      const id = newId<'entry'>(clock, random)
      const draft = surveyDraft(asked, snapshot, { asked: requests.length, permitted: names }, id)
      return { permitted, draft }
    })
    return { permitted, decisionId: recorded.entry.id }
  }

  return { decide, filter, survey }
}

interface Look {
  readonly snapshot: Snapshot
  /** Before the database's clock was read for it, by this process' monotonic clock. */
  readonly atMonotonicMs: number
}

interface Drafted extends Look {
  readonly draft: EntryDraft
}

interface Recorded {
  readonly entry: Appended
  /** No later than the time of the entry, by this process' monotonic clock. */
  readonly atMonotonicMs: number
}

// Append, in one durable transaction, the drafts whose snapshot saw the epoch that holds now; null for the others. Their time is
// that of their looks: after whatever they saw, and before whatever ends them, which waits for the epoch.
// ATTACKER: a request can be made so that its entry cannot be written; it must not take the rest of its batch with it.
async function appendCurrent(
  { ledger }: DecisionPointParts,
  drafted: readonly Drafted[],
): Promise<readonly (Recorded | Problem | null)[]> {
  const resting = drafted.map(({ draft, snapshot }) => ({ draft, restsOn: snapshot.epoch }))
  const atMs = Math.max(...drafted.map(({ snapshot }) => Math.floor(snapshot.atMs)))
  const appended = await ledger.appendEachWhile(heldEpoch, resting, atMs)
  return drafted.map(({ atMonotonicMs }, n) => {
    const entry = appended[n]
    if (entry === undefined) throw missingEntry()
    return entry === null || entry instanceof Problem ? entry : { entry, atMonotonicMs }
  })
}

function missingEntry(): Problem {
  return new Problem('unavailable', 'cannot record decision: an entry is missing')
}

/** Evaluate the policies and the guard over gathered attributes. Pure but for fetching the compiled set. */
export async function judge(
  request: DecisionRequest,
  gathered: Gathered,
  snapshot: Pick<Snapshot, 'policyDigest'>,
  { policySet }: Pick<DecisionPointParts, 'policySet'>,
): Promise<Verdict> {
  const set = await policySet(snapshot.policyDigest)
  if (set === null) return denied(null, [], () => [noPolicy])
  const determining: string[] = []
  for (const attributes of viewsOf(gathered)) {
    const outcome = set.evaluate(request.action, attributes)
    if (outcome.effect === 'deny') {
      const { determining, reasons } = outcome
      return denied(set.digest, determining, () =>
        reasons.length === 0 ? [unexplained] : tellReasons(reasons, gathered),
      )
    }
    const person = gathered.person?.facts ?? null
    if (!guardPermits(person, attributes.context.coverage)) return denied(set.digest, [], () => [guarded])
    determining.push(...outcome.determining)
  }
  if (releasesDeleted(request.action, gathered.isDeleted)) return denied(set.digest, [], () => [deleted])
  if (releasesClosed(request.action, gathered.closedBy)) {
    return denied(set.digest, [], () => [closed(gathered.closedBy)])
  }
  return {
    effect: 'permit',
    policyDigest: set.digest,
    determining: gathered.withoutAdded === null ? determining : [...new Set(determining)],
    reasons: [],
  }
}

// Reasons are told when they are read: a list asks for none.
function denied(digest: string | null, determining: readonly string[], tell: () => readonly Reason[]): Verdict {
  let told: readonly Reason[] | null = null
  return {
    effect: 'deny',
    policyDigest: digest,
    determining,
    get reasons() {
      return (told ??= tell())
    },
  }
}

function answer<A extends Action>(
  request: DecisionRequest<A>,
  gathered: Gathered,
  verdict: Verdict,
  { entry, atMonotonicMs }: Recorded,
  clock: Clock,
): Decision<A> {
  const person = gathered.person?.facts ?? null
  if (verdict.effect === 'permit' && person !== null) {
    const fields = {
      action: request.action,
      resourceId: gathered.attributes.resource.id,
      entryId: entry.id,
      actor: person.id,
    }
    return {
      effect: 'permit',
      permit: issuePermit(fields, clock, clock.monotonic() - atMonotonicMs),
      decisionId: entry.id,
      entry,
      person,
      obligations: gathered.obligations,
      reliance: gathered.coverage.live ? gathered.coverage.reliance : null,
    }
  }
  const [first = unexplained, ...rest] = verdict.reasons
  return {
    effect: 'deny',
    decisionId: entry.id,
    entry,
    reasons: [first, ...rest],
    isRostered: person !== null,
    requiredObligations: viewsOf(gathered).every((one) => one.context.obligationsFulfillable)
      ? []
      : gathered.obligations,
  }
}
