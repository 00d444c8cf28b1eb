// A whole table against the whole roster: the exact difference, its digest, every fault, and whom the table does not name.

import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { canonicalJson, toHex, utf8, type Id, type PersonChange } from '@sallyport/protocol'
import type { CellFault } from '../../spreadsheet/index.ts'
import { opened } from '../record-change.ts'
import type { Person } from '../person.ts'
import { foldedName, lookOf, nameIndex, type SimilarName } from '@sallyport/protocol/names'
import type { LockedPerson } from '../store.ts'
import type { PersonVault } from '../vault.ts'
import { cellsOf, exportedColumns } from './columns.ts'
import { comparePerson, newcomerOf, type Difference } from './compare-person.ts'
import type { PeopleTable, WantedPerson } from './read-people-table.ts'
import type { MissingPerson } from './store.ts'

export interface PlannedPerson {
  readonly row: number
  /** Null for somebody to add. */
  readonly person: Person | null
  readonly wanted: WantedPerson
  readonly atOnce: readonly PersonChange[]
  readonly proposed: readonly PersonChange[]
  /** The request that asks for exactly these already. */
  readonly waiting: Id<'approval'> | null
  readonly differences: readonly Difference[]
}

export interface SimilarPerson {
  readonly row: number
  readonly displayName: string
  readonly match: SimilarName['match']
  readonly what: 'name' | 'external id'
  /** On the roster, or in an earlier row. */
  readonly other: { readonly personId: Id<'person'> | null; readonly row: number | null; readonly text: string }
}

export interface ImportPlan {
  readonly sheet: string
  readonly people: readonly PlannedPerson[]
  readonly faults: readonly CellFault[]
  readonly similar: readonly SimilarPerson[]
  /** On the roster and not in the table, the first 10,000 by name. An import ends nobody. */
  readonly missing: readonly MissingPerson[]
  readonly areMoreMissing: boolean
  /** SHA-256 of the difference, hex: what is applied is what was shown. */
  readonly digest: string
  /** Foreign persons whose recorded countries were compared with the table's. */
  readonly compared: readonly Person[]
}

/** A pending request's part for a person, as `canonicalJson` of its changes. */
export interface PendingPart {
  readonly requestId: Id<'approval'>
  readonly version: number
  readonly changes: string
}

/** What of the roster a table is compared with, however large it is. */
export interface Roster {
  /** Whom the table names, and the records that those were merged into. */
  readonly people: readonly LockedPerson[]
  readonly pending: ReadonlyMap<Id<'person'>, readonly PendingPart[]>
  /** Whose names, or external ids, look like one of these; at most `limit` for each. */
  namesThatLook(
    looks: readonly string[],
    limit: number,
  ): Promise<readonly { readonly id: Id<'person'>; readonly displayName: string }[]>
  externalIdsThatLook(
    looks: readonly string[],
    limit: number,
  ): Promise<readonly { readonly id: Id<'person'>; readonly externalId: string }[]>
  /** Whoever has not ended and is none of these, the first `limit` by name. */
  peopleBut(named: ReadonlySet<string>, limit: number): Promise<readonly MissingPerson[]>
}

const peopleAtOnce = 500
/** For one row: thousands of rows of one name are not told thousands of times each. */
const similarTold = 5
const missingTold = 10_000
// Stands for the id of somebody who has none yet.
const nobodyYet = '00000000-0000-0000-0000-000000000000' as Id<'person'>

/** Compare, at a moment by the database's clock. Gives way to others while it works. */
export async function planImport(
  table: PeopleTable,
  roster: Roster,
  { actor, fields, atMs }: { readonly actor: Id<'person'>; readonly fields: PersonVault; readonly atMs: number },
): Promise<ImportPlan> {
  const byId = new Map(roster.people.map((one) => [one.person.id, one]))
  const byExternalId = new Map(
    roster.people.flatMap((one) =>
      one.person.externalId === null ? [] : [[foldedName(one.person.externalId), one] as const],
    ),
  )
  const faults = [...table.faults]
  const people: PlannedPerson[] = []
  const compared: Person[] = []
  const named = new Set<Id<'person'>>()
  for (const [at, wanted] of table.people.entries()) {
    if (at % peopleAtOnce === peopleAtOnce - 1) await setImmediate()
    const tell = (column: Parameters<PeopleTable['fault']>[1], text: string): void =>
      void faults.push(table.fault(wanted.row, column, text))
    const byOwn = wanted.externalId === null ? undefined : byExternalId.get(foldedName(wanted.externalId))
    const found = wanted.personId === null ? byOwn : byId.get(wanted.personId)
    if (found === undefined && wanted.personId !== null) {
      tell('person id', 'nobody of that id is on the roster, want it empty for somebody new')
      continue
    }
    if (byOwn !== undefined && found !== undefined && byOwn !== found) {
      tell('external id', 'it is that of another person on the roster, want their own')
      continue
    }
    const goesOnIn = found === undefined ? null : survivorOf(found.person, byId)
    if (goesOnIn !== null) {
      const whose = `${goesOnIn.displayName} (${goesOnIn.externalId ?? goesOnIn.id})`
      const column = wanted.personId === null ? 'external id' : 'person id'
      tell(column, `it is that of a record that was merged into ${whose}, want one row with theirs`)
      continue
    }
    if (found !== undefined && named.has(found.person.id)) {
      tell('external id', 'an earlier row is about the same person, want each person once')
      continue
    }
    if (found !== undefined) named.add(found.person.id)
    const isTieCompared = found?.person.status === 'foreign-person' && (wanted.ties ?? null) !== null
    const before =
      found === undefined
        ? { person: newcomerOf(wanted, nobodyYet), ties: null }
        : isTieCompared
          ? opened(found, { fields })
          : { person: found.person, ties: null }
    if (isTieCompared) compared.push(before.person)
    const comparison = comparePerson(wanted, before, { by: actor, atMs }, found === undefined)
    if ('faults' in comparison) {
      for (const [column, text] of comparison.faults) tell(column, text)
      continue
    }
    if (found?.person.id === actor && comparison.differences.length > 0) {
      tell('external id', 'it is your own record, want somebody else to change it')
      continue
    }
    people.push(planned(wanted, found?.person ?? null, before.person, comparison, roster.pending))
  }
  const similar = await similarOf(people, roster)
  const missing = await roster.peopleBut(named, missingTold + 1)
  faults.sort((a, b) => a.row - b.row || a.column.length - b.column.length || (a.column < b.column ? -1 : 1))
  return {
    sheet: table.sheet,
    people,
    faults,
    similar,
    missing: missing.slice(0, missingTold),
    areMoreMissing: missing.length > missingTold,
    digest: digestOf(people),
    compared,
  }
}

/** The record in which a merged one goes on; null for one that was not merged. */
function survivorOf(person: Person, byId: ReadonlyMap<Id<'person'>, LockedPerson>): Person | null {
  const kept = person.status === 'ended' && person.mergedInto !== null ? byId.get(person.mergedInto)?.person : undefined
  return kept === undefined ? null : (survivorOf(kept, byId) ?? kept)
}

function planned(
  wanted: WantedPerson,
  person: Person | null,
  before: Person,
  { atOnce, proposed, differences }: Exclude<ReturnType<typeof comparePerson>, { faults: unknown }>,
  pending: Roster['pending'],
): PlannedPerson {
  const asked = canonicalChanges(proposed)
  const isSame = (one: PendingPart) =>
    atOnce.length === 0 && proposed.length > 0 && one.version === before.version && one.changes === asked
  const waiting = person === null ? null : (pending.get(person.id)?.find(isSame)?.requestId ?? null)
  const first = person === null ? addedCells(before) : []
  return {
    row: wanted.row,
    person,
    wanted,
    atOnce,
    proposed: waiting === null ? proposed : [],
    waiting,
    differences: [...first, ...differences],
  }
}

function addedCells(newcomer: Person): readonly Difference[] {
  const cells = cellsOf(newcomer)
  return exportedColumns
    .filter((field) => field !== 'person id' && cells[field] !== '')
    .map((field) => ({ field, from: '', to: cells[field], takesApproval: false }))
}

export function canonicalChanges(changes: readonly PersonChange[]): string {
  return canonicalJson(changes.map((one) => ({ ...one })))
}

function digestOf(people: readonly PlannedPerson[]): string {
  const hash = createHash('sha256')
  for (const { person, wanted, atOnce, proposed } of people) {
    if (person !== null && atOnce.length + proposed.length === 0) continue
    const newcomer = person === null ? JSON.stringify(newcomerOf(wanted, nobodyYet)) : null
    const line = canonicalJson({
      person: person?.id ?? null,
      version: person?.version ?? null,
      newcomer,
      atOnce: canonicalChanges(atOnce),
      proposed: canonicalChanges(proposed),
    })
    hash.update(utf8(`${line}\n`))
  }
  return toHex(hash.digest())
}

interface Known {
  readonly displayName: string
  readonly personId: Id<'person'> | null
  readonly row: number | null
}

/** Whose names, and whose external ids, could be taken for those of somebody who is added or renamed. */
async function similarOf(people: readonly PlannedPerson[], roster: Roster): Promise<readonly SimilarPerson[]> {
  const told = people.map(({ row, person, wanted: { displayName, externalId } }) => {
    const isNewName = person === null || foldedName(person.displayName) !== foldedName(displayName)
    return { row, person, displayName, name: isNewName ? displayName : null, id: person === null ? externalId : null }
  })
  const looks = (texts: readonly (string | null)[]) => [
    ...new Set(texts.flatMap((text) => (text === null ? [] : [lookOf(text)]))),
  ]
  // One more than is told: whoever is renamed looks like themself.
  const names = await roster.namesThatLook(looks(told.map(({ name }) => name)), similarTold + 1)
  const ids = await roster.externalIdsThatLook(looks(told.map(({ id }) => id)), similarTold + 1)
  const alike = {
    name: nameIndex<Known>(names.map(({ id, displayName }) => ({ displayName, personId: id, row: null }))),
    'external id': nameIndex<Known>(
      ids.map(({ id, externalId }) => ({ displayName: externalId, personId: id, row: null })),
    ),
  }
  const similar: SimilarPerson[] = []
  for (const { row, person, displayName, name, id } of told) {
    for (const [what, text] of [['name', name] as const, ['external id', id] as const]) {
      if (text === null) continue
      const others = alike[what].similarTo(text, similarTold + 1).filter(({ one }) => !isThemself(one, person))
      for (const { one, match } of others.slice(0, similarTold)) {
        const other = { personId: one.personId, row: one.row, text: one.displayName }
        similar.push({ row, displayName, match, what, other })
      }
      if (person === null) alike[what].add({ displayName: text, personId: null, row })
    }
  }
  return similar
}

function isThemself(known: Known, person: Person | null): boolean {
  return person !== null && known.personId === person.id
}
