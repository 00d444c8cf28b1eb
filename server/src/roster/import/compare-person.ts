// One row against one record: what would change, what of it takes others' approval, and what cannot be.

import { Problem, widens, type CountryTies, type PersonChange } from '@sallyport/protocol'
import { isYetToCome } from '../../base/index.ts'
import { changed, type Author, type OpenPerson } from '../change.ts'
import type { Person, Unverified } from '../person.ts'
import { attested, cellsOf, exportedColumns, undated, type ColumnName } from './columns.ts'
import type { WantedPerson } from './read-people-table.ts'

/** One cell that differs. Countries are never said, only that they differ. */
export interface Difference {
  readonly field: ColumnName
  readonly from: string
  readonly to: string
  readonly takesApproval: boolean
}

export interface Comparison {
  /** Applied at once, in this order. */
  readonly atOnce: readonly PersonChange[]
  /** Proposed, in this order, to whatever `atOnce` leaves. */
  readonly proposed: readonly PersonChange[]
  readonly differences: readonly Difference[]
}

export type Fault = readonly [column: ColumnName, text: string]

/** Somebody new as the first version of them is: unverified, with what decides nothing yet. */
export function newcomerOf(wanted: WantedPerson, id: Person['id']): Unverified {
  const { externalId, displayName, regularEmployee } = wanted
  const basis = regularEmployee === attested ? null : (regularEmployee ?? null)
  const nda = wanted.ndaSignedOn ?? null
  return {
    id,
    version: 1,
    status: 'unverified',
    displayName,
    kind: wanted.kind ?? 'employee',
    externalId,
    mail: wanted.mail ?? null,
    employer: wanted.employer ?? null,
    isRegularEmployee: basis !== null,
    regularEmployeeBasis: basis,
    actsForForeignEmployer: wanted.actsForForeignEmployer ?? false,
    hasNda: nda !== null,
    ndaSignedOn: nda,
    briefedOn: wanted.briefedOn ?? null,
    reviewedAtMs: null,
    roles: [],
    assignments: [],
  }
}

/** Compare a row with a record. Yields the faults where the row cannot become true. */
export function comparePerson(
  wanted: WantedPerson,
  before: OpenPerson,
  author: Author,
  isNew: boolean,
): Comparison | { readonly faults: readonly Fault[] } {
  const faults = faultsOf(wanted, before.person, isNew, author.atMs)
  if (faults.length > 0) return { faults }
  const { status } = before.person
  const all = changesOf(wanted, before)
  // Whoever is ended is restored first, by others; only descriptions of them are corrected before that.
  const isAtOnce = (one: PersonChange) => !widens(one, status) && (status !== 'ended' || one.change === 'correct')
  const atOnce = all.filter(isAtOnce)
  const proposed = all.filter((one) => !isAtOnce(one))
  try {
    const between = atOnce.reduce((person, one) => changed(person, one, author), before)
    const after = proposed.reduce((person, one) => changed(person, one, author), between)
    return { atOnce, proposed, differences: [...differing(before, between, false), ...differing(between, after, true)] }
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'conflict') throw error
    return { faults: [['status', error.message]] }
  }
}

function differing(from: OpenPerson, to: OpenPerson, takesApproval: boolean): readonly Difference[] {
  const [was, is] = [cellsOf(from.person), cellsOf(to.person)]
  const differences = exportedColumns
    .filter((field) => was[field] !== is[field])
    .map((field): Difference => ({ field, from: was[field], to: is[field], takesApproval }))
  const hasOtherTies = to.person.status === 'foreign-person' && JSON.stringify(from.ties) !== JSON.stringify(to.ties)
  if (!hasOtherTies) return differences
  return [
    ...differences,
    { field: 'citizenships', from: from.ties === null ? '' : '(sealed)', to: '(sealed)', takesApproval },
  ]
}

/** Every difference that cannot be made true, by its column. */
function faultsOf(wanted: WantedPerson, person: Person, isNew: boolean, atMs: number): readonly Fault[] {
  const faults: Fault[] = []
  const status = wanted.status ?? person.status
  const foreignOnly = 'a country on this row is not taken: the person is no foreign person here; '
  if (wanted.ties !== undefined && wanted.ties !== null && status === 'us-person') {
    const why = 'nationality never matters for a U.S. person and is not kept (22 CFR 120.62; 8 U.S.C. 1324b)'
    faults.push(['citizenships', `${foreignOnly}${why}, want it empty`])
  } else if (wanted.ties !== undefined && wanted.ties !== null && status !== 'foreign-person') {
    faults.push(['citizenships', `${foreignOnly}want status foreign-person beside it, or it empty`])
  }
  if (status === 'us-person' && person.status !== 'us-person') {
    if (wanted.basis === undefined || wanted.basis === null)
      faults.push(['basis', 'it is empty, want the basis of the status'])
  }
  if (wanted.basis !== undefined && wanted.basis !== null && status !== 'us-person') {
    faults.push(['basis', 'only a U.S. person has a basis, want it empty or status us-person'])
  }
  const isVerified = status === 'us-person' || status === 'foreign-person'
  if (isVerified && status !== person.status && (wanted.evidenceRef ?? null) === null) {
    faults.push(['evidence', 'it is empty, want where the evidence of the status is kept (never the evidence itself)'])
  }
  if (status === 'foreign-person' && person.status !== 'foreign-person' && (wanted.ties ?? null) === null) {
    faults.push(['citizenships', 'no country is named, want every citizenship, past ones too, and permanent residency'])
  }
  if (status === 'unverified' && person.status !== 'unverified') {
    faults.push(['status', 'an import takes no verification back, want `sallyport person end`'])
  }
  if (status === 'ended' && person.status !== 'ended') {
    faults.push(['status', 'an import ends nobody, want `sallyport person end`'])
  }
  if (!isVerified && status !== 'ended' && (wanted.evidenceRef ?? null) !== null) {
    faults.push(['evidence', 'nothing was verified, want it empty or a status beside it'])
  }
  const keeps = (column: ColumnName, has: boolean, isEmptied: boolean) => {
    if (has && isEmptied)
      faults.push([column, 'what is recorded here is not taken back by an import, want it or a later one'])
  }
  keeps('briefing date', person.briefedOn !== null, wanted.briefedOn === null)
  keeps('evidence', cellsOf(person).evidence !== '' && isVerified, wanted.evidenceRef === null)
  keeps('basis', person.status === 'us-person' && status === 'us-person', wanted.basis === null)
  const begun = (column: ColumnName, day: string | null | undefined, recorded: string | null) => {
    if (!day || day === undated || (!isNew && day === recorded) || !isYetToCome(day, atMs)) return
    faults.push([column, 'it is yet to come, want the day on which it was'])
  }
  begun('nda date', wanted.ndaSignedOn, person.ndaSignedOn)
  begun('briefing date', wanted.briefedOn, person.briefedOn)
  if (wanted.ndaSignedOn === undated && (isNew || !person.hasNda || person.ndaSignedOn !== null)) {
    faults.push(['nda date', 'want the day on which it was signed'])
  }
  if (
    wanted.regularEmployee === attested &&
    (isNew || !person.isRegularEmployee || person.regularEmployeeBasis !== null)
  ) {
    faults.push(['regular employee', 'want direct-permanent or long-term-contract (22 CFR 120.64)'])
  }
  return faults
}

function changesOf(wanted: WantedPerson, { person, ties }: OpenPerson): readonly PersonChange[] {
  return [
    ...statusChanges(wanted, person, ties),
    ...grantChanges(wanted, person),
    ...factChanges(wanted, person),
    ...corrections(wanted, person),
  ]
}

function statusChanges(wanted: WantedPerson, person: Person, ties: CountryTies | null): readonly PersonChange[] {
  const status = wanted.status ?? person.status
  const evidenceRef = wanted.evidenceRef ?? cellsOf(person).evidence
  if (status === 'us-person') {
    const basis = wanted.basis ?? (person.status === 'us-person' ? person.basis : null)
    const isSo = person.status === 'us-person' && person.basis === basis
    return isSo || basis === null ? [] : [{ change: 'verify-us-person', basis, evidenceRef }]
  }
  if (status !== 'foreign-person') return []
  const given = wanted.ties ?? null
  if (person.status !== 'foreign-person' || isEmpty(ties)) {
    return given === null ? [] : [{ change: 'verify-foreign-person', ties: copied(given), evidenceRef }]
  }
  // An empty cell for somebody whose countries are known is no claim that there are none.
  return given === null || ties === null ? [] : tieChanges(ties, given)
}

function copied({ citizenships, formerCitizenships, permanentResidencies }: CountryTies) {
  return {
    citizenships: [...citizenships],
    formerCitizenships: [...formerCitizenships],
    permanentResidencies: [...permanentResidencies],
  }
}

function isEmpty(ties: CountryTies | null): boolean {
  return ties === null || Object.values(ties).every((all) => all.length === 0)
}

const tieFields = [
  ['citizenship', 'citizenships'],
  ['former-citizenship', 'formerCitizenships'],
  ['permanent-residency', 'permanentResidencies'],
] as const

function tieChanges(was: CountryTies, is: CountryTies): readonly PersonChange[] {
  return tieFields.flatMap(([tie, field]) => [
    ...is[field]
      .filter((one) => !was[field].includes(one))
      .map((one) => ({ change: 'add-tie', tie, country: one }) as const),
    ...was[field]
      .filter((one) => !is[field].includes(one))
      .map((one) => ({ change: 'remove-tie', tie, country: one }) as const),
  ])
}

function grantChanges(wanted: WantedPerson, person: Person): readonly PersonChange[] {
  const roles = wanted.roles ?? person.roles
  const assignments = wanted.assignments ?? person.assignments
  const among = (all: Person['assignments'], one: Person['assignments'][number]) =>
    all.some(({ program, purpose }) => program === one.program && purpose === one.purpose)
  return [
    ...person.roles.filter((role) => !roles.includes(role)).map((role) => ({ change: 'remove-role', role }) as const),
    ...roles.filter((role) => !person.roles.includes(role)).map((role) => ({ change: 'grant-role', role }) as const),
    ...person.assignments
      .filter((one) => !among(assignments, one))
      .map(({ program, purpose }) => ({ change: 'unassign', program, purpose }) as const),
    ...assignments
      .filter((one) => !among(person.assignments, one))
      .map(({ program, purpose }) => ({ change: 'assign', program, purpose }) as const),
  ]
}

function factChanges(wanted: WantedPerson, person: Person): readonly PersonChange[] {
  const { regularEmployee, actsForForeignEmployer: acts, employer, ndaSignedOn, briefedOn } = wanted
  const changes: PersonChange[] = []
  if (regularEmployee === null && person.isRegularEmployee) changes.push({ change: 'end-regular-employment' })
  const isOtherBasis = !person.isRegularEmployee || person.regularEmployeeBasis !== regularEmployee
  if (regularEmployee !== undefined && regularEmployee !== null && regularEmployee !== attested && isOtherBasis) {
    changes.push({ change: 'record-regular-employee', basis: regularEmployee })
  }
  if (acts !== undefined && acts !== person.actsForForeignEmployer) {
    changes.push({ change: acts ? 'record-foreign-employer' : 'clear-foreign-employer' })
  }
  if (employer !== undefined && employer !== person.employer) changes.push({ change: 'change-employer', employer })
  if (ndaSignedOn === null && person.hasNda) changes.push({ change: 'withdraw-nda' })
  if (ndaSignedOn !== undefined && ndaSignedOn !== null && !person.hasNda) {
    changes.push({ change: 'record-nda', signedOn: ndaSignedOn })
  }
  if (briefedOn && briefedOn !== person.briefedOn) changes.push({ change: 'record-briefing', briefedOn })
  return changes
}

function corrections(wanted: WantedPerson, person: Person): readonly PersonChange[] {
  const { displayName, kind, externalId, mail, ndaSignedOn, evidenceRef } = wanted
  const isSameStatus = wanted.status === undefined || wanted.status === person.status
  const isReverified = person.status === 'us-person' && wanted.basis !== undefined && wanted.basis !== person.basis
  const corrected = {
    // What founders attested may be in another form of Unicode; that is no difference.
    ...(displayName === person.displayName.normalize('NFC') ? {} : { displayName }),
    ...(kind === undefined || kind === person.kind ? {} : { kind }),
    ...(externalId === (person.externalId?.normalize('NFC') ?? null) ? {} : { externalId }),
    ...(mail === undefined || mail === person.mail ? {} : { mail }),
    ...(person.hasNda && ndaSignedOn && ndaSignedOn !== undated && ndaSignedOn !== person.ndaSignedOn
      ? { ndaSignedOn }
      : {}),
    ...(isSameStatus && !isReverified && evidenceRef && evidenceRef !== cellsOf(person).evidence
      ? { evidenceRef }
      : {}),
  }
  return Object.keys(corrected).length === 0 ? [] : [{ change: 'correct', ...corrected }]
}
