// A table of people as typed rows. Every fault is told with its cell, and none of them with what the cell said about a country.

import {
  countryToday,
  oneLine,
  parseMailAddress,
  parseId,
  personKinds,
  personStatuses,
  regularEmployeeBases,
  roles,
  slug,
  usPersonBases,
  type Assignment,
  type CountryTies,
  type Id,
  type PersonKind,
  type PersonStatus,
  type RegularEmployeeBasis,
  type Role,
  type UsPersonBasis,
} from '@sallyport/protocol'
import { columnName, type CellFault, type Sheet, type SheetRow, type Spreadsheet } from '../../spreadsheet/index.ts'
import { foldedName } from '@sallyport/protocol/names'
import { attested, readHeading, undated, type ColumnName, type Heading } from './columns.ts'

/** A person as one row wants them. Undefined is what the table has no column for: that stays as it is. */
export interface WantedPerson {
  readonly row: number
  readonly personId: Id<'person'> | null
  readonly externalId: string | null
  readonly displayName: string
  readonly kind: PersonKind | undefined
  readonly mail: string | null | undefined
  readonly status: PersonStatus | undefined
  readonly basis: UsPersonBasis | null | undefined
  readonly evidenceRef: string | null | undefined
  readonly employer: string | null | undefined
  readonly regularEmployee: RegularEmployeeBasis | typeof attested | null | undefined
  readonly actsForForeignEmployer: boolean | undefined
  readonly ndaSignedOn: string | null | undefined
  readonly briefedOn: string | null | undefined
  readonly roles: readonly Role[] | undefined
  readonly assignments: readonly Assignment[] | undefined
  /** Null where the row names no country. */
  readonly ties: CountryTies | null | undefined
}

export interface PeopleTable {
  readonly sheet: string
  readonly people: readonly WantedPerson[]
  readonly faults: readonly CellFault[]
  /** Names the cell of a column in a row, for faults that are found later. */
  readonly fault: (row: number, column: ColumnName, text: string) => CellFault
}

/** Most people of one file: they are changed in one transaction. */
export const maxPeople = 20_000

/** Read the only sheet that holds anything. */
export function readPeopleTable({ sheets, hiddenSheets }: Spreadsheet): PeopleTable {
  const filled = sheets.filter(({ rows, faults }) => rows.length + faults.length > 0)
  const [sheet] = filled
  const nowhere = (text: string): PeopleTable => ({
    sheet: sheet?.name ?? '',
    people: [],
    faults: [{ sheet: sheet?.name ?? '', row: 1, column: 'A', text }],
    fault: (row, _, fault) => ({ sheet: sheet?.name ?? '', row, column: 'A', text: fault }),
  })
  const hidden = hiddenSheets.length === 0 ? '' : ` (hidden sheets are not read: ${hiddenSheets.join(', ')})`
  const [first, ...rows] = sheet?.rows ?? []
  if (sheet === undefined || first === undefined)
    return nowhere(`the table is empty${hidden}, want a heading and people`)
  if (filled.length > 1) {
    return nowhere(
      `there are ${filled.length} sheets (${filled.map(({ name }) => name).join(', ')}), want one with people`,
    )
  }
  if (rows.length > maxPeople) return nowhere(`there are ${rows.length} people, want at most ${maxPeople} in one file`)
  return readRows(sheet, first, rows)
}

function readRows(sheet: Sheet, first: SheetRow, rows: readonly SheetRow[]): PeopleTable {
  const { heading, faults: headingFaults } = readHeading(first, sheet.name)
  const faults = [...sheet.faults, ...headingFaults]
  const fault = (row: number, column: ColumnName, text: string): CellFault => ({
    sheet: sheet.name,
    row,
    column: columnName(heading.get(column) ?? heading.get('external id') ?? 0),
    text,
  })
  if (headingFaults.length > 0) return { sheet: sheet.name, people: [], faults, fault }
  const people: WantedPerson[] = []
  const rowOfId = new Map<string, number>()
  for (const row of rows) {
    const tell = (column: ColumnName, text: string): void => void faults.push(fault(row.row, column, text))
    const before = faults.length
    const person = readRow(row, heading, tell)
    const keys = [
      ...(person.externalId === null ? [] : [['external id', `external ${foldedName(person.externalId)}`] as const]),
      ...(person.personId === null ? [] : [['person id', `person ${person.personId}`] as const]),
    ]
    for (const [column, key] of keys) {
      const earlier = rowOfId.get(key)
      if (earlier !== undefined) tell(column, `it is the same as in row ${earlier}, want each person once`)
      rowOfId.set(key, earlier ?? row.row)
    }
    if (keys.length === 0)
      tell('external id', 'it is empty, want the number by which your organization knows the person')
    if (faults.length === before) people.push(person)
  }
  return { sheet: sheet.name, people, faults, fault }
}

const lineWant = (max: number) => `one line of visible text, at most ${max} characters`

type Tell = (column: ColumnName, text: string) => void

function readRow({ row, cells }: SheetRow, heading: Heading, tell: Tell): WantedPerson {
  /** Undefined where there is no such column, null where the cell is empty or wrong. */
  function cell<T>(column: ColumnName, parse: (text: string) => T | null, want: string): T | null | undefined {
    const at = heading.get(column)
    if (at === undefined) return undefined
    const text = (cells[at] ?? '').normalize('NFC').trim()
    if (text === '') return null
    const value = parse(text)
    if (value === null) tell(column, `it is not what is wanted: ${want}`)
    return value
  }
  const among = <T extends string>(all: readonly T[]) => {
    return (text: string): T | null => all.find((one) => one === foldedName(text).replaceAll(/[ _]/g, '-')) ?? null
  }
  const oneOf = <T extends string>(column: ColumnName, all: readonly T[]) => cell(column, among(all), all.join(', '))
  const date = (column: ColumnName) => cell(column, dayOf, 'a date such as 2026-01-31')
  const displayName = cell('name', (text) => oneLine(200).safeParse(text).data ?? null, lineWant(200))
  if ((cells[heading.get('name') ?? -1] ?? '').trim() === '') tell('name', 'it is empty, want a name')
  const line = (max: number) => (text: string) => oneLine(max).safeParse(text).data ?? null
  const nda = cell('nda date', (text) => (foldedName(text) === undated ? undated : dayOf(text)), 'a date, or nothing')
  return {
    row,
    personId:
      cell('person id', (text) => parseId<'person'>(text.toLowerCase()), 'an id of this roster, or nothing') ?? null,
    externalId: cell('external id', line(100), lineWant(100)) ?? null,
    displayName: displayName ?? '',
    // Nothing in these two claims nothing: there is no such kind and no such status.
    kind: oneOf('kind', personKinds) ?? undefined,
    mail: cell('mail', parseMailAddress, 'a mail address such as ada@example.com, alone'),
    status: oneOf('status', personStatuses) ?? undefined,
    basis: oneOf('basis', usPersonBases),
    evidenceRef: cell('evidence', line(300), lineWant(300)),
    employer: cell('employer', (text) => slug.safeParse(text).data ?? null, 'lower case letters, digits and hyphens'),
    regularEmployee: oneOf('regular employee', [...regularEmployeeBases, attested]),
    actsForForeignEmployer: yesOrNo(cell('foreign employer', among(['yes', 'no']), 'yes, no or nothing')),
    ndaSignedOn: nda,
    briefedOn: date('briefing date'),
    roles: orNone(cell('roles', (text) => list(text, among(roles)), `of ${roles.join(', ')}, each once`)),
    assignments: orNone(
      cell(
        'assignments',
        (text) => list(text, assignmentOf),
        'program:purpose pairs such as falcon:co-development; each once',
      ),
    ),
    ties: tiesOf(cell, heading),
  }
}

function yesOrNo(value: 'yes' | 'no' | null | undefined): boolean | undefined {
  return value === undefined ? undefined : value === 'yes'
}

function orNone<T>(value: readonly T[] | null | undefined): readonly T[] | undefined {
  return value === null ? [] : value
}

type ReadCell = <T>(column: ColumnName, parse: (text: string) => T | null, want: string) => T | null | undefined

/** The three columns together; one that is not there names nothing. */
function tiesOf(cell: ReadCell, heading: Heading): CountryTies | null | undefined {
  const codes = (column: ColumnName) => cell(column, (text) => list(text, codeOf), codesWant) ?? []
  const ties = {
    citizenships: codes('citizenships'),
    formerCitizenships: codes('former citizenships'),
    permanentResidencies: codes('permanent residencies'),
  }
  if (!heading.has('citizenships') && !heading.has('former citizenships') && !heading.has('permanent residencies')) {
    return undefined
  }
  return Object.values(ties).every((all) => all.length === 0) ? null : ties
}

// Never what the cell said: which countries followed one that is gone would tell which it is.
const codesWant =
  'ISO 3166-1 codes of foreign countries of today, such as GB, each once; of a country that is gone (the Soviet Union, ' +
  'Yugoslavia, Czechoslovakia, the GDR) each country that followed it and counts'

// A citizen or permanent resident of the United States is a U.S. person and has no country here.
function codeOf(text: string): string | null {
  const code = countryToday.safeParse(text.toUpperCase()).data ?? null
  return code === 'US' ? null : code
}

/** Null unless every item is one, and each only once. */
function list<T>(text: string, parse: (item: string) => T | null): readonly T[] | null {
  const items = text.split(/[,;\n]/).flatMap((item) => (item.trim() === '' ? [] : [parse(item.trim())]))
  const distinct = new Set(items.map((item) => JSON.stringify(item)))
  return items.includes(null) || distinct.size !== items.length || items.length > 200 ? null : (items as readonly T[])
}

function assignmentOf(text: string): Assignment | null {
  const [, program, purpose] = /^([^:\s]+)\s*:\s*([^:\s]+)$/.exec(text) ?? []
  const isSlug = (one: string | undefined): one is string => slug.safeParse(one).success
  return isSlug(program) && isSlug(purpose) ? { program, purpose } : null
}

/** A day as ISO 8601 has it, also with a midnight behind it as spreadsheets write one. */
function dayOf(text: string): string | null {
  const [, day] = /^(\d{4}-\d\d-\d\d)(?:[T ]00:00(?::00)?)?$/.exec(text) ?? []
  if (day === undefined) return null
  const at = new Date(`${day}T00:00:00Z`)
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== day ? null : day
}
