import { describe, expect, test } from 'vitest'
import { authorizationTerms, type AuthorizationTerms, type Id } from '@sallyport/protocol'
import { checkTerms, faultsOf } from './check-terms.ts'

const registrant = '018f0000-0000-7000-8000-00000000000c' as Id<'person'>
const named = '018f0000-0000-7000-8000-00000000000a'
const official = '018f0000-0000-7000-8000-00000000000b'
const now = Date.parse('2026-06-01T00:00:00Z')

const harrier = { id: 'harrier-works', name: 'Harrier Works Ltd', country: 'GB', side: 'foreign' as const }
const home = { id: 'test-works', name: 'Test Works Inc', country: 'US', side: 'us' as const }
const agreement = authorizationTerms.parse({
  number: 'TA-1200-26',
  kind: 'TAA',
  citation: '22 CFR 124.1(a)',
  title: 'Rotor head design support',
  parties: [harrier, home],
  persons: [],
  countries: ['GB'],
  items: ['viii-h-1'],
  programs: ['kestrel'],
  purposes: ['design'],
  provisos: [],
  determinations: [],
  validFrom: '2026-01-01T00:00:00Z',
  validUntil: '2027-01-01T00:00:00-05:00',
})
const determination = { country: 'CN', text: 'Reviewed; see memo 7.', by: official, at: '2026-02-01T00:00:00Z' }
const license: AuthorizationTerms = {
  ...agreement,
  kind: 'DSP-5',
  parties: [],
  persons: [named],
  countries: ['CN'],
  determinations: [determination],
}
const duty = (id: string) => ({ kind: 'duty' as const, id, text: 'Report.', owner: 'Export control' })

const condition = (more: object) => ({
  ...agreement,
  provisos: [{ kind: 'condition' as const, id: 'p-1', text: 'Limits.', ...more }],
})
const employee = {
  person: named,
  option: '126.18(d)' as const,
  outcome: 'covered' as const,
  text: 'See memo 9.',
  by: official,
  at: '2026-02-01T00:00:00Z',
}
const sub = (id: string, above: string) => ({ ...harrier, id, role: 'sub-licensee' as const, under: above })

describe('faultsOf()', () => {
  test.each([
    ['an agreement with a foreign party', agreement],
    ['a license with a determination', license],
    ['an exemption for a named person', { ...license, kind: 'exemption' as const, determinations: [] }],
    [
      'a condition of what it has',
      condition({ parties: ['harrier-works'], items: ['viii-h-1'], places: ['US', 'GB'] }),
    ],
    ['a determination on an employee', { ...agreement, employees: [employee] }],
    [
      'a sub-licensee under a sub-licensee',
      { ...agreement, parties: [harrier, sub('a', 'harrier-works'), sub('b', 'a')] },
    ],
    [
      'a foreign party that passes on what is shipped, whose country is not named',
      {
        ...agreement,
        parties: [harrier, { ...harrier, id: 'a', country: 'NL', role: 'intermediate-consignee' as const }],
      },
    ],
    ['a text of several lines', { ...agreement, provisos: [{ ...duty('p-1'), text: 'First.\nSecond.\tThird.' }] }],
  ])('finds none in %s', (_, terms) => {
    expect(faultsOf(terms, registrant, now)).toEqual([])
  })

  test.each<readonly [string, AuthorizationTerms, string]>([
    ['its own number as what it replaces', { ...agreement, replaces: agreement.number }, 'replaces'],
    [
      'a DSP-83 of an authorization under the EAR',
      { ...license, kind: 'EAR-license', determinations: [], certificate: '7' },
      'certificate',
    ],
    [
      'a document twice',
      { ...agreement, documents: [named, named].map((file) => ({ file, title: 'Approval' })) },
      'documents.1',
    ],
    ['dates in the wrong order', { ...agreement, validUntil: '2025-12-31T23:59:59Z' }, 'validUntil'],
    ['no time between the dates', { ...agreement, validUntil: '2025-12-31T19:00:00-05:00' }, 'validUntil'],
    ['dates finer than a millisecond', { ...agreement, validFrom: '2026-01-01T00:00:00.0001Z' }, 'validFrom'],
    ['an agreement without a foreign party', { ...agreement, parties: [home], persons: [named] }, 'parties'],
    ['a license for nobody', { ...license, persons: [] }, 'persons'],
    [
      'a foreign party in the United States',
      { ...agreement, parties: [{ ...harrier, country: 'US' }] },
      'parties.0.country',
    ],
    ['a foreign party whose country is not named', { ...agreement, countries: ['FR'] }, 'parties.0.country'],
    ['a party twice', { ...agreement, parties: [harrier, home, { ...home, id: 'harrier-works' }] }, 'parties.2'],
    ['a country that is gone', { ...agreement, countries: ['GB', 'SU'] }, 'countries.1'],
    ['a code that is no country', { ...agreement, countries: ['GB', 'UK'] }, 'countries.1'],
    [
      'a party in a country that is gone',
      { ...agreement, parties: [harrier, { ...home, country: 'DD' }] },
      'parties.1.country',
    ],
    ['a country twice', { ...agreement, countries: ['GB', 'GB'] }, 'countries.1'],
    ['a proviso twice', { ...agreement, provisos: [duty('p-1'), duty('p-1')] }, 'provisos.1'],
    ['a determination twice', { ...license, determinations: [determination, determination] }, 'determinations.1'],
    ['whoever registers it among the persons', { ...license, persons: [registrant] }, 'persons'],
    [
      'a determination in an agreement',
      { ...license, kind: 'TAA', parties: [harrier], countries: ['GB', 'CN'] },
      'determinations.0',
    ],
    ['a determination in an exemption', { ...license, kind: 'exemption' }, 'determinations.0'],
    ['a determination for a country that is not named', { ...license, countries: ['GB'] }, 'determinations.0.country'],
    ['a determination by a person whom it names', { ...license, persons: [official] }, 'determinations.0.by'],
    [
      'a determination that is yet to come',
      { ...license, determinations: [{ ...determination, at: '2026-06-01T00:00:00.001Z' }] },
      'determinations.0.at',
    ],
    ['a condition on a party that it has not', condition({ parties: ['test-works'] }), 'provisos.0.parties'],
    ['a condition on an item that it has not', condition({ items: ['viii-h-2'] }), 'provisos.0.items'],
    ['a condition on a program that it has not', condition({ programs: ['merlin'] }), 'provisos.0.programs'],
    ['a condition on a place that it has not', condition({ places: ['FR'] }), 'provisos.0.places'],
    ['a condition that ends before it begins', condition({ until: '2026-01-01T00:00:00Z' }), 'provisos.0.until'],
    ['an employee of the EAR', { ...agreement, kind: 'EAR-license', employees: [employee] }, 'employees.0'],
    ['an employee of nobody', { ...license, persons: [official], employees: [employee] }, 'employees.0'],
    ['an employee who is named', { ...agreement, persons: [named], employees: [employee] }, 'employees.0.person'],
    ['an employee twice', { ...agreement, employees: [employee, employee] }, 'employees.1'],
    ['a determination on oneself', { ...agreement, employees: [{ ...employee, by: named }] }, 'employees.0.by'],
    [
      'a determination on an employee that is yet to come',
      { ...agreement, employees: [{ ...employee, at: '2026-06-01T00:00:00.001Z' }] },
      'employees.0.at',
    ],
    [
      'a freight forwarder abroad',
      { ...agreement, parties: [{ ...harrier, role: 'freight-forwarder' }] },
      'parties.0.role',
    ],
    ['a sub-licensee under nobody', { ...agreement, parties: [harrier, sub('a', 'b')] }, 'parties.1.under'],
    [
      'a sub-licensee under a U.S. party',
      { ...agreement, parties: [harrier, home, sub('a', 'test-works')] },
      'parties.2.under',
    ],
    [
      'sub-licensees in a circle',
      { ...agreement, parties: [harrier, sub('a', 'b'), sub('b', 'a')] },
      'parties.1.under',
    ],
    [
      'a party under another without being one',
      { ...agreement, parties: [harrier, { ...harrier, id: 'a', under: 'harrier-works' }] },
      'parties.1.under',
    ],
    ['a title with a NUL', { ...agreement, title: 'Rotor\u0000head' }, 'title'],
    ['a title that reads backwards', { ...agreement, title: 'Rotor \u202Ehead' }, 'title'],
    ['a name with half a character', { ...agreement, parties: [{ ...harrier, name: 'x\uD800' }] }, 'parties.0.name'],
  ])('names the field of %s', (_, terms, field) => {
    expect(faultsOf(terms, registrant, now).map((one) => one.field)).toContain(field)
  })
})

describe('checkTerms()', () => {
  test('returns identifiers in lower case', () => {
    expect(checkTerms({ ...license, persons: [named.toUpperCase()] }, null, now).persons).toEqual([named])
  })

  test('names every fault at once, of shape or of sense', () => {
    const senseless = { ...license, kind: 'exemption', countries: ['GB', 'GB'] }
    const faults = (input: unknown) => {
      try {
        checkTerms(input, registrant, now)
      } catch (error) {
        return error
      }
      return null
    }
    expect(faults(senseless)).toMatchObject({
      code: 'invalid-request',
      details: {
        faults: [{ field: 'countries.1' }, { field: 'determinations.0' }, { field: 'determinations.0.country' }],
      },
    })
    expect(faults({ ...license, number: '', extra: 1 })).toMatchObject({ code: 'invalid-request' })
    expect(faults({ ...license, persons: [registrant.toUpperCase()] })).toMatchObject({
      details: { faults: [{ field: 'persons' }] },
    })
  })
})
