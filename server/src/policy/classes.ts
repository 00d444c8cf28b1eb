// People and files of whom nothing that a decision reads tells one from another, for whole questions over everybody and everything: one
// evaluation for each pair of classes stands for all of their members. The grouping is exact, and finer than it need be: whoever differs in
// anything that is read here stands apart, whether or not a policy looks at it.

import type { AuthorizationTerms, Id } from '@sallyport/protocol'
import type { AuthorizationFacts, PersonFacts } from './facts.ts'
import type { Rescue, Snapshot } from './snapshot.ts'

export interface PersonClass {
  /** In the order of their ids; the first stands for all. */
  readonly members: readonly [Id<'person'>, ...Id<'person'>[]]
  readonly facts: PersonFacts
}

export interface FileClass {
  readonly members: readonly [Id<'file'>, ...Id<'file'>[]]
  /** Those that they are sealed under and those that were added, together. */
  readonly labels: readonly string[]
}

/** What groups are made with, page by page. */
export interface Grouping {
  readonly addPeople: (snapshot: Snapshot) => void
  readonly addFiles: (ids: readonly Id<'file'>[], snapshot: Snapshot) => void
  readonly people: () => readonly PersonClass[]
  readonly files: () => readonly FileClass[]
}

/**
 * Begin to group. `apart` are ids that stand alone whatever they share with others; `further` are authorizations that people may be asked
 * about beside those of the snapshots. Files come before people: who has a hand in the rescue of one is told apart.
 */
export function beginGrouping(apart: ReadonlySet<string>, further: readonly AuthorizationFacts[]): Grouping {
  const people = new Map<string, { readonly members: [Id<'person'>, ...Id<'person'>[]]; readonly facts: PersonFacts }>()
  const files = new Map<
    string,
    { readonly members: [Id<'file'>, ...Id<'file'>[]]; readonly labels: readonly string[] }
  >()
  const hands = new Set<string>()
  const placesOf = mentions()
  return {
    addPeople(snapshot) {
      for (const { facts } of snapshot.people) {
        const isApart = apart.has(facts.id) || hands.has(facts.id)
        const key = isApart ? facts.id : personKey(facts, snapshot, further, placesOf)
        const found = people.get(key)
        if (found === undefined) people.set(key, { members: [facts.id], facts })
        else found.members.push(facts.id)
      }
    },
    addFiles(ids, snapshot) {
      for (const id of ids) {
        const [sealed, added] = [[...(snapshot.fileLabels(id) ?? [])].sort(), [...snapshot.addedLabels(id)].sort()]
        const rescues = snapshot.rescues(id)
        for (const one of handsOf(rescues)) hands.add(one)
        const isApart = apart.has(id) || rescues.length > 0 || snapshot.isDeleted(id)
        const key = isApart ? id : JSON.stringify([sealed, added])
        const found = files.get(key)
        if (found === undefined) files.set(key, { members: [id], labels: [...new Set([...sealed, ...added])].sort() })
        else found.members.push(id)
      }
    },
    people: () => [...people.values()],
    files: () => [...files.values()],
  }
}

function handsOf(rescues: readonly Rescue[]): readonly string[] {
  return rescues.flatMap((one) => one.hands)
}

// INVARIANT: everything of a person that a decision reads is in here, but their id and version. Their id is read where terms name them and
// where they acknowledged a proviso, which is told by the place and the proviso instead.
function personKey(
  { id, version: _version, ...facts }: PersonFacts,
  snapshot: Snapshot,
  further: readonly AuthorizationFacts[],
  placesOf: (terms: AuthorizationTerms) => ReadonlyMap<string, readonly string[]>,
): string {
  if (facts.status !== 'foreign-person') return JSON.stringify(sorted(facts))
  const named = [...snapshot.authorizations({ id, version: 0, ...facts }), ...further].flatMap((one) => {
    const places = placesOf(one.terms).get(id) ?? []
    const acknowledged = one.terms.provisos.filter((proviso) =>
      snapshot.acknowledged(id, one.id, proviso.id, proviso.text),
    )
    const provisos = acknowledged.map((proviso) => proviso.id)
    return places.length + provisos.length === 0 ? [] : [[one.id, one.version, places, provisos]]
  })
  return JSON.stringify([sorted(facts), named])
}

function sorted(facts: Omit<PersonFacts, 'id' | 'version'>): unknown {
  const assignments = facts.assignments.map(({ program, purpose }) => JSON.stringify([program, purpose]))
  return { ...facts, roles: [...facts.roles].sort(), assignments: assignments.sort() }
}

/** What policies can tell apart by its id: what stands in their text. */
export function idsNamedIn(policyText: string): ReadonlySet<string> {
  return new Set(policyText.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g) ?? [])
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Find where terms name whom; a list of ids is one place, whoever stands where in it. Each terms are read once. */
function mentions(): (terms: AuthorizationTerms) => ReadonlyMap<string, readonly string[]> {
  const known = new WeakMap<AuthorizationTerms, ReadonlyMap<string, readonly string[]>>()
  return (terms) => {
    const before = known.get(terms)
    if (before !== undefined) return before
    const found = new Map<string, string[]>()
    const walk = (value: unknown, at: string): void => {
      if (typeof value === 'string') {
        if (uuid.test(value)) found.set(value, [...(found.get(value) ?? []), at])
      } else if (Array.isArray(value)) {
        value.forEach((one: unknown, n) => walk(one, typeof one === 'string' ? at : `${at}.${n}`))
      } else if (typeof value === 'object' && value !== null) {
        for (const [name, one] of Object.entries(value)) walk(one, `${at}.${name}`)
      }
    }
    walk(terms, '')
    known.set(terms, found)
    return found
  }
}
