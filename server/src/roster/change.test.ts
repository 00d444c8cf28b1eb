import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  personChange,
  personStatuses,
  Problem,
  regularEmployeeBases,
  roles,
  tieKinds,
  usPersonBases,
  widens,
  type Id,
  type PersonChange,
} from '@sallyport/protocol'
import { changed, type OpenPerson } from './change.ts'
import type { Person } from './person.ts'

const id = '01930000-0000-7000-8000-000000000001' as Id<'person'>
const author = { by: '01930000-0000-7000-8000-000000000002' as Id<'person'>, atMs: 1_800_000_000_000 }

const country = fc.constantFrom('GB', 'FR', 'CN', 'RU')
const countries = fc.uniqueArray(country, { maxLength: 3 })
const ties = fc.record({ citizenships: countries, formerCitizenships: countries, permanentResidencies: countries })
const program = fc.constantFrom('falcon', 'heron')
const assignment = fc.record({ program, purpose: fc.constantFrom('design', 'test') })
const day = fc.constantFrom('2026-01-01', '2026-02-02')
const party = fc.constantFrom('calder-aero', 'harrier-works')
const evidenceRef = fc.constantFrom('HR 1', 'HR 2')
const just = <C extends PersonChange['change']>(change: C) => fc.constant({ change })

const change = fc
  .oneof(
    fc.record({ change: fc.constant('verify-us-person'), basis: fc.constantFrom(...usPersonBases), evidenceRef }),
    fc.record({ change: fc.constant('verify-foreign-person'), ties, evidenceRef }),
    fc.record({ change: fc.constantFrom('grant-role', 'remove-role'), role: fc.constantFrom(...roles) }),
    fc
      .tuple(fc.constantFrom('assign', 'unassign'), assignment)
      .map(([change, { program, purpose }]) => ({ change, program, purpose })),
    fc.record({ change: fc.constantFrom('add-tie', 'remove-tie'), tie: fc.constantFrom(...tieKinds), country }),
    fc.record({ change: fc.constant('record-regular-employee'), basis: fc.constantFrom(...regularEmployeeBases) }),
    fc.record({ change: fc.constant('record-nda'), signedOn: day }),
    fc.record({ change: fc.constant('record-briefing'), briefedOn: day }),
    fc.record({ change: fc.constant('change-employer'), employer: fc.option(party) }),
    fc.record({
      change: fc.constant('correct'),
      displayName: fc.constantFrom('A', 'B'),
      evidenceRef,
      ndaSignedOn: day,
    }),
    just('end-regular-employment'),
    just('withdraw-nda'),
    just('record-foreign-employer'),
    just('clear-foreign-employer'),
    just('review'),
  )
  .map((one) => personChange.parse(one))

const person = fc
  .record({
    status: fc.constantFrom(...personStatuses),
    roles: fc.uniqueArray(fc.constantFrom(...roles)),
    assignments: fc.uniqueArray(assignment, { selector: (one) => `${one.program} ${one.purpose}`, maxLength: 3 }),
    isRegularEmployee: fc.boolean(),
    hasNda: fc.boolean(),
    employer: fc.option(party),
    actsForForeignEmployer: fc.boolean(),
    ties: fc.option(ties),
  })
  .map(({ status, ties, ...facts }): OpenPerson => {
    const verification = { by: author.by, atMs: 1, evidenceRef: 'HR 0' }
    const rest = {
      ndaSignedOn: null,
      briefedOn: null,
      mail: null,
      reviewedAtMs: null,
      regularEmployeeBasis: null,
      externalId: null,
    }
    const common = { id, version: 4, displayName: 'Mara', kind: 'employee' as const, ...rest, ...facts }
    const people: Record<Person['status'], Person> = {
      unverified: { ...common, status: 'unverified' },
      'us-person': { ...common, status: 'us-person', basis: 'lpr', verification },
      'foreign-person': { ...common, status: 'foreign-person', verification, sealedTies: null },
      ended: {
        ...common,
        status: 'ended',
        verification,
        ending: 'left',
        endedBy: null,
        mergedInto: null,
        endedAtMs: 2,
      },
    }
    return { person: people[status], ties: status === 'foreign-person' ? ties : null }
  })

function attempt(before: OpenPerson, change: PersonChange): OpenPerson | null {
  try {
    return changed(before, change, author)
  } catch (error) {
    if (error instanceof Problem && error.code === 'conflict') return null
    throw error
  }
}

const union = ({ ties }: OpenPerson) => new Set(ties === null ? [] : Object.values(ties).flat())

describe('changed()', () => {
  test('lets nobody do more by a change that does not widen', () => {
    fc.assert(
      fc.property(person, change, (before, change) => {
        if (widens(change, before.person.status)) return
        const after = attempt(before, change)
        if (after === null) return
        const [was, is] = [before.person, after.person]
        expect(is.status).toBe(was.status)
        expect(was.roles).toEqual(expect.arrayContaining([...is.roles]))
        expect(was.assignments).toEqual(expect.arrayContaining([...is.assignments]))
        expect(!was.actsForForeignEmployer || is.actsForForeignEmployer).toBe(true)
        if (was.status !== 'foreign-person') return
        // What coverage rests on.
        expect(is.employer).toBe(was.employer)
        expect(was.isRegularEmployee || !is.isRegularEmployee).toBe(true)
        expect(was.hasNda || !is.hasNda).toBe(true)
        expect([...union(after)]).toEqual(expect.arrayContaining([...union(before)]))
        expect(union(after).size > 0).toBe(union(before).size > 0)
      }),
      { numRuns: 3000 },
    )
  })

  test('counts the version up by one, and leaves countries to foreign persons alone', () => {
    fc.assert(
      fc.property(person, change, (before, change) => {
        const after = attempt(before, change)
        if (after === null) return
        expect(after.person.version).toBe(5)
        if (after.person.status !== 'foreign-person') expect(after.ties).toBeNull()
      }),
      { numRuns: 1000 },
    )
  })

  test('says the same of every ground of being a U.S. person, whatever is to change', () => {
    fc.assert(
      fc.property(person, change, (before, change) => {
        const { person } = before
        fc.pre(person.status === 'us-person' && change.change !== 'verify-us-person')
        const told = usPersonBases.map((basis) => {
          const after = attempt({ ...before, person: { ...person, basis } }, change)
          return JSON.stringify(after).replaceAll(`"basis":"${basis}"`, '')
        })
        expect(new Set(told).size).toBe(1)
      }),
      { numRuns: 1000 },
    )
  })
})
