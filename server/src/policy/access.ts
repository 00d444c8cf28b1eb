// Who can open what, all of it, and what would be otherwise if an authorization lapsed or had other terms, if somebody's record were
// another, or if they stood elsewhere; or who could at a moment of the past: one look at everybody and everything in one transaction, grouped (`classes.ts`), one evaluation and one explanation for each pair
// of classes. Nothing is released, so that only the question is decided and recorded, by the route.

import { Problem, type AuthorizationTerms, type CountryTies, type Id, type PersonStatus } from '@sallyport/protocol'
import type { Transaction } from '../base/index.ts'
import { wantedBy } from './attributes.ts'
import { everyPage, type Pages } from './every-page.ts'
import { beginGrouping, idsNamedIn, type FileClass, type PersonClass } from './classes.ts'
import type { AuthorizationFacts, PersonFacts } from './facts.ts'
import { spendPermit, type Permit } from './permit.ts'
import { answerOpening, opening, refuseFuture, type Answer, type SearchParts } from './search.ts'
import { couldMatter, takeSnapshot, type Snapshot } from './snapshot.ts'
import { filePage, isEffective, readOneMoment, rosterPage, storedPolicySet } from './store.ts'

/** What would be otherwise. */
export type Change =
  | { readonly kind: 'authorization-ends'; readonly authorizationId: Id<'authorization'> }
  | {
      readonly kind: 'authorization-terms'
      /** Null for one that is not in the register. */
      readonly authorizationId: Id<'authorization'> | null
      /** Counted as if they had begun. */
      readonly terms: AuthorizationTerms
    }
  | {
      readonly kind: 'person'
      readonly personId: Id<'person'>
      readonly status: PersonStatus | null
      /** Of a foreign person, the countries that would be on record. */
      readonly ties: CountryTies | null
      readonly assign: PersonFacts['assignments']
      readonly unassign: readonly string[]
    }
  | {
      readonly kind: 'place'
      /** Null for everybody. */
      readonly personId: Id<'person'> | null
      /** Null is a place that nobody knows. */
      readonly country: string | null
    }

/** Asked about what was, by what was on record then. */
export interface PastMoment {
  readonly kind: 'as-of'
  readonly asOfMs: number
}

export interface AccessMap {
  readonly atMs: number
  readonly policyDigest: string | null
  readonly people: readonly PersonClass[]
  readonly files: readonly FileClass[]
  /** Every answer that there is, once. */
  readonly answers: readonly Answer[]
  /** For each class of people, the place of the answer for each class of files. */
  readonly now: readonly Uint32Array[]
  /** The same under the change; null without one. */
  readonly would: readonly Uint32Array[] | null
}

const bounds = { people: 50_000, files: 500_000, evaluations: 5_000_000 } as const
const peoplePage = 2000
const filesPage = 10_000

/**
 * Map who can open what, in the United States (and under a change of place there), by a program that fulfils every obligation. Throws Problem `refused` for a permit that does
 * not fit, `conflict` where there is more than is asked in one go, `not-found` for a change to what is not there, `invalid-request` for a moment
 * to come.
 */
export async function mapAccess(
  permit: Permit<'decision.search'>,
  question: Change | PastMoment | null,
  parts: SearchParts,
): Promise<AccessMap> {
  spendPermit(permit, 'decision.search', 'enclave')
  const asOfMs = question?.kind === 'as-of' ? question.asOfMs : null
  const change = question?.kind === 'as-of' ? null : question
  await refuseFuture(parts.database, asOfMs)
  const { people, files, snapshot } = await parts.database.transaction(async (tx) => {
    // One moment for all of the pages.
    await readOneMoment(tx)
    return await lookAtAll(tx, { change, asOfMs }, parts)
  })
  const count = people.length * files.length * (change === null ? 1 : 2)
  if (count > bounds.evaluations) throw tooMuch(`${count} evaluations`, bounds.evaluations)
  const set = await parts.policySet(snapshot.policyDigest)
  const answers = new Answers()
  const ask = async (
    under: Snapshot,
    placeOf: (id: Id<'person'>) => string | null,
  ): Promise<readonly Uint32Array[]> => {
    const rows: Uint32Array[] = []
    for (const { members } of people) {
      const row = new Uint32Array(files.length)
      for (const [n, file] of files.entries()) {
        const request = opening(members[0], file.members[0], placeOf(members[0]))
        row[n] = answers.placeOf(
          await answerOpening(request, under, { ...parts, policySet: () => Promise.resolve(set) }),
        )
        // Others wait for this process as well.
        if (n % 200 === 199) await new Promise((resume) => setImmediate(resume))
      }
      rows.push(row)
    }
    return rows
  }
  const here = () => 'US'
  const there = change?.kind === 'place' ? (id: Id<'person'>) => (isAbout(change, id) ? change.country : 'US') : here
  const now = await ask(snapshot, here)
  const would = change === null ? null : await ask(changed(snapshot, change), there)
  return { atMs: snapshot.atMs, policyDigest: snapshot.policyDigest, people, files, answers: answers.all, now, would }
}

/**
 * Put classes of people together whose roles, programs and answers are the same: what is left apart for what somebody's record says, and tells
 * nothing of any answer, is nobody's to see (ADR 7).
 */
export function withAlikeTogether(map: AccessMap): AccessMap {
  const groups = Map.groupBy(map.people.keys(), (p) => {
    const { status, roles, assignments } = map.people[p]?.facts ?? { status: '', roles: [], assignments: [] }
    const programs = [...new Set(assignments.map((one) => one.program))].sort()
    return JSON.stringify([status, [...roles].sort(), programs, [...(map.now[p] ?? [])], [...(map.would?.[p] ?? [])]])
  })
  const firsts = [...groups.values()].flatMap(([first]) => first ?? [])
  const people = [...groups.values()].flatMap((group): PersonClass[] => {
    const [one] = group.flatMap((p) => map.people[p] ?? [])
    const [first, ...rest] = group.flatMap((p) => map.people[p]?.members ?? []).sort()
    return one === undefined || first === undefined ? [] : [{ facts: one.facts, members: [first, ...rest] }]
  })
  const rowsOf = (rows: readonly Uint32Array[]) => firsts.flatMap((p) => rows[p] ?? [])
  return { ...map, people, now: rowsOf(map.now), would: map.would === null ? null : rowsOf(map.would) }
}

/** Answers by what they say, each kept once. */
class Answers {
  readonly all: Answer[] = []
  readonly #places = new Map<string, number>()

  placeOf(answer: Answer): number {
    const key = JSON.stringify(answer)
    const known = this.#places.get(key)
    if (known !== undefined) return known
    this.#places.set(key, this.all.length)
    return this.all.push(answer) - 1
  }
}

async function lookAtAll(
  tx: Transaction,
  { change, asOfMs }: { readonly change: Change | null; readonly asOfMs: number | null },
  { rules }: SearchParts,
): Promise<{ people: readonly PersonClass[]; files: readonly FileClass[]; snapshot: Snapshot }> {
  const first = await takeSnapshot(tx, [], rules, asOfMs)
  const inForce = first.policyDigest === null ? null : await storedPolicySet(tx, first.policyDigest)
  const named = idsNamedIn(inForce?.policyText ?? '')
  const alone = change?.kind === 'person' || change?.kind === 'place' ? change.personId : null
  const apart = alone === null ? named : new Set([...named, alone])
  const grouping = beginGrouping(apart, change?.kind === 'authorization-terms' ? [factsOf(change)] : [])
  await everyPage(
    pagesOf('files', filesPage, bounds.files),
    (after) => filePage(tx, after, filesPage, asOfMs),
    async (ids) => {
      const fileIds = ids as readonly Id<'file'>[]
      grouping.addFiles(fileIds, await takeSnapshot(tx, [{ ...nobodys, fileIds }], rules, asOfMs))
    },
  )
  await everyPage(
    pagesOf('people', peoplePage, bounds.people),
    (after) => rosterPage(tx, after, peoplePage),
    async (ids) =>
      grouping.addPeople(
        await takeSnapshot(
          tx,
          (ids as readonly Id<'person'>[]).map((id) => ({ ...nobodys, subject: { kind: 'person', id } })),
          rules,
          asOfMs,
        ),
      ),
  )
  const [people, files] = [grouping.people(), grouping.files()]
  // Only those who stand for others are kept in sight.
  const wanted = [
    ...people.map(({ members }) => ({ ...nobodys, subject: { kind: 'person', id: members[0] } as const })),
    ...files.map(({ members }) => wantedBy(opening(nobody, members[0]))),
  ]
  if (alone !== null && !people.some(({ members }) => members[0] === alone)) {
    throw new Problem('not-found', 'cannot tell what would change: there is no such person')
  }
  if (change !== null && 'authorizationId' in change && change.authorizationId !== null) {
    if (!(await isEffective(tx, change.authorizationId))) {
      throw new Problem('not-found', 'cannot tell what would change: no authorization of that id is effective')
    }
  }
  return { people, files, snapshot: await takeSnapshot(tx, wanted, rules, asOfMs) }
}

const nobody = '00000000-0000-0000-0000-000000000000' as Id<'person'>
const nobodys = { subject: { kind: 'person', id: nobody } as const, fileIds: [], vaultIds: [], labels: [] }

function pagesOf(what: string, size: number, most: number): Pages {
  return { size, most, tooMany: () => tooMuch(`more than ${most} ${what}`, most) }
}

function isAbout({ personId }: { readonly personId: Id<'person'> | null }, id: Id<'person'>): boolean {
  return personId === null || personId === id
}

/** The same look, as it would be. */
function changed(snapshot: Snapshot, change: Change): Snapshot {
  if (change.kind === 'place') return snapshot
  if (change.kind === 'person') {
    const facts = (before: PersonFacts): PersonFacts => ({
      ...before,
      ...(change.status === null ? {} : { status: change.status, ties: change.ties }),
      assignments: [
        ...before.assignments.filter(({ program }) => !change.unassign.includes(program)),
        ...change.assign,
      ],
    })
    return {
      ...snapshot,
      person: (subject) => {
        const seen = snapshot.person(subject)
        return seen?.facts.id === change.personId ? { ...seen, facts: facts(seen.facts) } : seen
      },
    }
  }
  const others = (person: PersonFacts) =>
    snapshot.authorizations(person).filter((one) => one.id !== change.authorizationId)
  if (change.kind === 'authorization-ends') return { ...snapshot, authorizations: others }
  const facts = factsOf(change)
  const validFrom = new Date(Math.min(snapshot.atMs, Date.parse(change.terms.validFrom))).toISOString()
  const begun = { ...facts, terms: { ...facts.terms, validFrom } }
  return {
    ...snapshot,
    authorizations: (person) => [...others(person), ...(couldMatter(begun, person) ? [begun] : [])],
  }
}

function factsOf({ authorizationId, terms }: Extract<Change, { kind: 'authorization-terms' }>): AuthorizationFacts {
  return { id: authorizationId ?? ('00000000-0000-0000-0000-000000000000' as Id<'authorization'>), version: 0, terms }
}

function tooMuch(state: string, want: number): Problem {
  return new Problem('conflict', `cannot map access: ${state}, want at most ${want}`)
}
