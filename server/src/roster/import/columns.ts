// The columns that a table of people has, those that nobody may bring here, and how a person is written in them.

import { columnName, type CellFault, type SheetRow } from '../../spreadsheet/index.ts'
import type { Person } from '../person.ts'
import { foldedName } from '@sallyport/protocol/names'

/** What is exported, in this order. */
export const exportedColumns = [
  'person id',
  'external id',
  'name',
  'kind',
  'mail',
  'status',
  'basis',
  'evidence',
  'employer',
  'regular employee',
  'foreign employer',
  'nda date',
  'briefing date',
  'roles',
  'assignments',
] as const
/** Countries of foreign persons. They come in and are sealed; no table ever brings them out. */
export const tieColumns = ['citizenships', 'former citizenships', 'permanent residencies'] as const
const allColumns = [...exportedColumns, ...tieColumns] as const
export type ColumnName = (typeof allColumns)[number]

const otherNames: Readonly<Record<string, ColumnName>> = {
  id: 'person id',
  'employee id': 'external id',
  'employee number': 'external id',
  'mail address': 'mail',
  email: 'mail',
  'e mail': 'mail',
  'email address': 'mail',
  'display name': 'name',
  'full name': 'name',
  'status basis': 'basis',
  'evidence ref': 'evidence',
  'evidence reference': 'evidence',
  'acts for foreign employer': 'foreign employer',
  nda: 'nda date',
  'nda signed': 'nda date',
  briefing: 'briefing date',
  briefed: 'briefing date',
  role: 'roles',
  assignment: 'assignments',
  programs: 'assignments',
  citizenship: 'citizenships',
  nationality: 'citizenships',
  nationalities: 'citizenships',
  'former citizenship': 'former citizenships',
  'permanent residency': 'permanent residencies',
  'permanent residences': 'permanent residencies',
}

// SPEC: 8 U.S.C. 1324b(a)(1), (a)(6); 22 CFR 120.62 and 120.63. What no decision under the ITAR needs is not kept.
const refused: readonly (readonly [RegExp, string])[] = [
  [/\b(birth|born|birthplace|dob)\b/, 'birth is no test of the ITAR, and asking for it can be discrimination'],
  [/\bpassports?\b/, 'the roster keeps that evidence was seen and where it is kept, never documents or their numbers'],
  [/\b(alien|a) ?(number|no|#)|\buscis\b/, 'the roster keeps the decision and its basis, never document numbers'],
  [/\bvisas?\b/, 'a visa decides nothing: status does, and it does not end with a date on a card'],
  [/\b(ssn|social security)\b/, 'the roster keeps no number that identifies somebody elsewhere'],
  [/\b(i ?9|e ?verify|list [abc])\b/, 'export status is kept apart from employment eligibility verification'],
  [/\b(race|ethnic|ethnicity|religion|language|accent|gender|sex|family|spouse)\b/, 'it decides nothing here'],
  [/\b(naturali[sz]ed|naturali[sz]ation)\b/, 'how somebody became a citizen never matters'],
  [/\b(green card|gc|lpr|card) ?(number|no|expiry|expires|expiration)\b/, 'a card that expires does not end a status'],
  [/\bnational origin\b/, 'national origin is not asked for: countries are recorded of foreign persons only'],
]

/** Where each column stands in the table, A being 0. */
export type Heading = ReadonlyMap<ColumnName, number>

/** Read the first row. Whatever it names that is not kept here is a fault, so that nobody believes that it was taken. */
export function readHeading(
  { row, cells }: SheetRow,
  sheet: string,
): { readonly heading: Heading; readonly faults: readonly CellFault[] } {
  const heading = new Map<ColumnName, number>()
  const faults: CellFault[] = []
  for (const [at, cell] of cells.entries()) {
    if (cell.trim() === '') continue
    const fault = (text: string) => faults.push({ sheet, row, column: columnName(at), text })
    const name = foldedName(cell).replaceAll(/[_-]/g, ' ')
    const column = allColumns.find((one) => one === name) ?? otherNames[name]
    const reason = refused.find(([pattern]) => pattern.test(name))?.[1]
    if (reason !== undefined) fault(`"${cell}" is not taken: ${reason}; want the column removed`)
    else if (column === undefined) fault(`"${cell}" is no column of the roster, want one of: ${allColumns.join(', ')}`)
    else if (heading.has(column)) fault(`"${cell}" stands twice (as ${column}), want it once`)
    else heading.set(column, at)
  }
  for (const needed of ['external id', 'name'] as const) {
    if (!heading.has(needed)) faults.push({ sheet, row, column: 'A', text: `column "${needed}" is missing, want it` })
  }
  return { heading, faults }
}

/** Write a person as the cells of a table, never with countries. Importing exactly these changes nothing. */
export function cellsOf(person: Person): Readonly<Record<(typeof exportedColumns)[number], string>> {
  const { isRegularEmployee, regularEmployeeBasis, hasNda, ndaSignedOn } = person
  return {
    'person id': person.id,
    'external id': person.externalId ?? '',
    name: person.displayName,
    kind: person.kind,
    mail: person.mail ?? '',
    status: person.status,
    basis: person.status === 'us-person' ? person.basis : '',
    evidence: person.status === 'unverified' ? '' : (person.verification?.evidenceRef ?? ''),
    employer: person.employer ?? '',
    'regular employee': isRegularEmployee ? (regularEmployeeBasis ?? attested) : '',
    'foreign employer': person.actsForForeignEmployer ? 'yes' : '',
    'nda date': hasNda ? (ndaSignedOn ?? undated) : '',
    'briefing date': person.briefedOn ?? '',
    roles: [...person.roles].sort().join(', '),
    assignments: person.assignments
      .map(({ program, purpose }) => `${program}:${purpose}`)
      .sort()
      .join('; '),
  }
}

/** What founders attested without a basis or a day; it can stay so and is never recorded anew. */
export const attested = 'attested'
export const undated = 'undated'
