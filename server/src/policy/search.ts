// Whole questions: who can open this file, what can this person open, now or at a moment of the past. The same evaluation as a decision over many
// snapshots, a page at a time. Nothing is released, so that only the question itself is decided and recorded, by the route.

import { Problem, type Id, type Reason } from '@sallyport/protocol'
import type { Database } from '../base/index.ts'
import { gather, wantedBy, type Attributes } from './attributes.ts'
import { judge, type DecisionPointParts } from './decide.ts'
import type { PersonFacts } from './facts.ts'
import type { Permit } from './permit.ts'
import { spendPermit } from './permit.ts'
import type { DecisionRequest } from './request.ts'
import { takeSnapshot, type Snapshot } from './snapshot.ts'
import { filePage, isYetToCome, rosterPage } from './store.ts'

export interface Answer {
  readonly effect: 'permit' | 'deny'
  /** Number of the authorization that a permit would rely on. */
  readonly authorization: string | null
  /** What a record of it would cite; null where no authorization is relied on. */
  readonly citation: string | null
  /** The policies that permit it; none where it is refused. */
  readonly permittedBy: readonly Pick<Reason, 'code' | 'text'>[]
  readonly reasons: readonly Reason[]
}

export interface SearchParts extends Pick<DecisionPointParts, 'policySet' | 'rules'> {
  readonly database: Database
}

/** People or files of one page. */
const page = 500

interface Page {
  /** The id to go on after; null for the first page. */
  readonly after: string | null
  readonly asOfMs?: number | null
}

/** A page of answers. `last` is the id to go on after; null when there are no more. */
export interface Answers<T> {
  readonly answers: readonly T[]
  readonly last: string | null
}

/**
 * Ask for rostered people, in the order of their ids, whether they could open one registered file, in the United States: now, or at
 * `asOfMs` by what was on record then. Throws Problem `refused` for a permit that does not fit, `invalid-request` for a moment to
 * come.
 */
export async function whoCanOpen(
  permit: Permit<'decision.search'>,
  { fileId, after, asOfMs = null }: { readonly fileId: Id<'file'> } & Page,
  parts: SearchParts,
): Promise<Answers<Answer & { readonly person: PersonFacts }>> {
  spendPermit(permit, 'decision.search', 'enclave')
  await refuseFuture(parts.database, asOfMs)
  const ids = await rosterPage(parts.database, after, page)
  const requests = ids.map((id) => opening(id as Id<'person'>, fileId))
  const snapshot = await takeSnapshot(parts.database, requests.map(wantedBy), parts.rules, asOfMs)
  const answers: (Answer & { person: PersonFacts })[] = []
  for (const request of requests) {
    const person = snapshot.person(request.subject)
    if (person !== null) answers.push({ person: person.facts, ...(await answerOpening(request, snapshot, parts)) })
  }
  return { answers, last: lastOf(ids) }
}

/** Every foreign person of the roster, for whole questions that were themselves decided. Nothing of one may be shown. */
export async function* foreignPeople({ database, rules }: SearchParts): AsyncGenerator<PersonFacts> {
  for (let after: string | null = null; ;) {
    const ids: readonly string[] = await rosterPage(database, after, page)
    if (ids.length === 0) return
    const wanted = ids.map((id) => ({
      subject: { kind: 'person' as const, id: id as Id<'person'> },
      fileIds: [],
      vaultIds: [],
      labels: [],
    }))
    for (const { facts } of (await takeSnapshot(database, wanted, rules)).people) {
      if (facts.status === 'foreign-person') yield facts
    }
    after = ids.at(-1) ?? null
  }
}

/** Ask for registered files, in the order of their ids, whether one person could open them, as `whoCanOpen` does. */
export async function whatCanOpen(
  permit: Permit<'decision.search'>,
  { personId, after, asOfMs = null }: { readonly personId: Id<'person'> } & Page,
  parts: SearchParts,
): Promise<Answers<Answer & { readonly fileId: Id<'file'> }>> {
  spendPermit(permit, 'decision.search', 'enclave')
  await refuseFuture(parts.database, asOfMs)
  const ids = await filePage(parts.database, after, page, asOfMs)
  const requests = ids.map((id) => opening(personId, id as Id<'file'>))
  const snapshot = await takeSnapshot(parts.database, requests.map(wantedBy), parts.rules, asOfMs)
  const answers: (Answer & { fileId: Id<'file'> })[] = []
  for (const request of requests) {
    answers.push({ fileId: request.resource.id, ...(await answerOpening(request, snapshot, parts)) })
  }
  return { answers, last: lastOf(ids) }
}

function lastOf(ids: readonly string[]): string | null {
  return ids.length < page ? null : (ids.at(-1) ?? null)
}

// What is on record for it, nobody knows yet; the answer would be that of now under another date.
/** Throw Problem `invalid-request` for a moment that is yet to come. */
export async function refuseFuture(database: Database, asOfMs: number | null): Promise<void> {
  if (asOfMs === null || !(await isYetToCome(database, asOfMs))) return
  throw new Problem('invalid-request', 'cannot ask about a moment that is yet to come, want one that was')
}

/** The question whether somebody could open a registered file, in the United States or elsewhere; null is a place that nobody knows. */
export function opening(
  personId: Id<'person'>,
  fileId: Id<'file'>,
  country: string | null = 'US',
): DecisionRequest<'file.open'> {
  return {
    subject: { kind: 'person', id: personId },
    action: 'file.open',
    resource: { kind: 'file', id: fileId, presented: null },
    place: { name: null, country },
    device: 'unknown',
    door: 'search',
    evidence: {},
  }
}

/** Answer it as a decision would, to a client that can fulfil whatever a permit would ask of it. */
export async function answerOpening(request: DecisionRequest, snapshot: Snapshot, parts: SearchParts): Promise<Answer> {
  const gathered = gather(request, snapshot, parts.rules)
  const willingly = (attributes: Attributes): Attributes => ({
    ...attributes,
    context: { ...attributes.context, obligationsFulfillable: true },
  })
  const { attributes, withoutAdded } = gathered
  const willing = {
    ...gathered,
    attributes: willingly(attributes),
    withoutAdded: withoutAdded === null ? null : willingly(withoutAdded),
  }
  const verdict = await judge(request, willing, snapshot, parts)
  const isPermitted = verdict.effect === 'permit'
  const reliance = isPermitted && gathered.coverage.live ? gathered.coverage.reliance : null
  const set = isPermitted ? await parts.policySet(snapshot.policyDigest) : null
  return {
    effect: verdict.effect,
    authorization: reliance?.number ?? null,
    citation: reliance?.citation ?? null,
    permittedBy: isPermitted
      ? verdict.determining.map((code) => ({ code, text: set?.reason(code)?.text ?? code }))
      : [],
    reasons: verdict.reasons,
  }
}
