// A whole table against the whole roster: the exact difference, its digest, every fault, and whom the table does not name.

import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { canonicalJson, toHex, utf8, type Id, type PersonChange } from '@sallyport/protocol'
import type { CellFault } from '../../spreadsheet/index.ts'
import { opened } from '../record-change.ts'
import type { Person } from '../person.ts'
import { foldedName, nameIndex, type SimilarName } from '../similar-names.ts'
import type { LockedPerson } from '../store.ts'
import type { PersonVault } from '../vault.ts'
import { cellsOf, exportedColumns } from './columns.ts'
import { comparePerson, newcomerOf, type Difference } from './compare-person.ts'
import type { PeopleTable, WantedPerson } from './read-people-table.ts'

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
  /** On the roster and not in the table. An import ends nobody. */
  readonly missing: readonly Person[]
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

export interface Roster {
  readonly people: readonly LockedPerson[]
  readonly pending: ReadonlyMap<Id<'person'>, readonly PendingPart[]>
}

const peopleAtOnce = 500
/** For one row: thousands of rows of one name are not told thousands of times each. */
const similarTold = 5
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
  const similar = similarOf(people, roster.people)
  const missing = roster.people
    .map(({ person }) => person)
    .filter((one) => one.status !== 'ended' && !named.has(one.id))
  faults.sort((a, b) => a.row - b.row || a.column.length - b.column.length || (a.column < b.column ? -1 : 1))
  return { sheet: table.sheet, people, faults, similar, missing, digest: digestOf(people), compared }
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
function similarOf(people: readonly PlannedPerson[], roster: readonly LockedPerson[]): readonly SimilarPerson[] {
  const names = nameIndex<Known>(
    roster.map(({ person: { id, displayName } }) => ({ displayName, personId: id, row: null })),
  )
  const ids = nameIndex<Known>(
    roster.flatMap(({ person: { id, externalId } }) =>
      externalId === null ? [] : [{ displayName: externalId, personId: id, row: null }],
    ),
  )
  const similar: SimilarPerson[] = []
  for (const { row, person, wanted } of people) {
    const { displayName, externalId } = wanted
    const isNewName = person === null || foldedName(person.displayName) !== foldedName(displayName)
    const told = [
      ...(isNewName ? [{ what: 'name', index: names, text: displayName } as const] : []),
      ...(person === null && externalId !== null
        ? [{ what: 'external id', index: ids, text: externalId } as const]
        : []),
    ]
    for (const { what, index, text } of told) {
      for (const { one, match } of index.similarTo(text, similarTold)) {
        if (one.personId !== null && one.personId === person?.id) continue
        const other = { personId: one.personId, row: one.row, text: one.displayName }
        similar.push({ row, displayName, match, what, other })
      }
      if (person === null) index.add({ displayName: text, personId: null, row })
    }
  }
  return similar
}
