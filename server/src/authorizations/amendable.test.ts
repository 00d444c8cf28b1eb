import { authorizationTerms, type AmendmentRoute, type AuthorizationTerms } from '@sallyport/protocol'
import { describe, expect, test } from 'vitest'
import { amendmentFaults } from './amendable.ts'

const harrier = { id: 'harrier-works', name: 'Harrier Works Ltd', country: 'GB', side: 'foreign' as const }
const forwarder = { id: 'port-lines', name: 'Port Lines', country: 'US', side: 'us' as const }
const agreement = authorizationTerms.parse({
  number: 'TA-1200-26',
  kind: 'TAA',
  citation: '22 CFR 124.1(a)',
  title: 'Rotor head design support',
  parties: [harrier],
  persons: [],
  countries: ['GB'],
  items: ['viii-h-1'],
  programs: ['kestrel'],
  purposes: ['design'],
  provisos: [{ kind: 'duty', id: 'p-1', text: 'Report.', owner: 'Export control' }],
  determinations: [],
  validFrom: '2026-01-01T00:00:00Z',
  validUntil: '2027-01-01T00:00:00Z',
})
const license: AuthorizationTerms = { ...agreement, kind: 'DSP-5' }
const exemption: AuthorizationTerms = { ...agreement, kind: 'exemption' }

const fields = (
  before: AuthorizationTerms,
  after: Partial<AuthorizationTerms>,
  route: AmendmentRoute,
  reference?: string,
) => amendmentFaults(before, { ...before, ...after }, { route, reference }).map((one) => one.field)

// 22 CFR 123.25(b): what may change, and what takes a new license.
describe('amendmentFaults() of a license', () => {
  test.each<readonly [string, Partial<AuthorizationTerms>]>([
    ['a U.S. freight forwarder', { parties: [harrier, { ...forwarder, role: 'freight-forwarder' }] }],
    ['a U.S. consignor', { parties: [harrier, { ...forwarder, role: 'consignor' }] }],
    ['the source of the commodity', { parties: [harrier, { ...forwarder, role: 'source' }] }],
    [
      'a foreign intermediate consignee that only transports',
      { parties: [harrier, { ...harrier, id: 'kade', country: 'NL', role: 'intermediate-consignee' }] },
    ],
    ['a name that was typed wrong', { parties: [{ ...harrier, name: 'Harrier Works Limited' }] }],
    ['a title that was typed wrong', { title: 'Rotor head, design support' }],
  ])('lets an amendment change %s', (_, after) => {
    expect(fields(license, after, '123.25', 'DSP-6 of 3 March')).toEqual([])
  })

  test.each<readonly [string, Partial<AuthorizationTerms>]>([
    ['a country', { countries: ['GB', 'FR'] }],
    [
      'a foreign consignee',
      { parties: [harrier, { ...harrier, id: 'merle', country: 'GB', role: 'foreign-consignee' }] },
    ],
    ['who somebody is', { parties: [{ ...harrier, role: 'end-user' }] }],
    ['an item', { items: ['viii-h-1', 'viii-i'] }],
    ['an end use', { purposes: ['design', 'repair'] }],
    ['a person', { persons: ['018f0000-0000-7000-8000-00000000000a'] }],
    ['the duration', { validUntil: '2028-01-01T00:00:00Z' }],
    ['a proviso that goes', { provisos: [] }],
    [
      'a country that came with a consignee that only transports',
      {
        countries: ['GB', 'NL'],
        parties: [harrier, { ...harrier, id: 'kade', country: 'NL', role: 'intermediate-consignee' }],
      },
    ],
  ])('wants a new license for %s', (_, after) => {
    expect(fields(license, after, '123.25', 'DSP-6 of 3 March')).toEqual(['terms'])
  })

  test('wants the number of the amendment, and no way of an agreement', () => {
    expect(fields(license, { title: 'x' }, '123.25')).toEqual(['amendment.reference'])
    expect(fields(license, { title: 'x' }, 'major', 'x')).toEqual(['amendment.route'])
  })
})

describe('amendmentFaults() of others', () => {
  test('lets an approved amendment change whatever an agreement covers', () => {
    expect(fields(agreement, { countries: ['GB', 'FR'], validUntil: '2029-01-01T00:00:00Z' }, 'major', '0506')).toEqual(
      [],
    )
    expect(fields(agreement, { countries: ['GB', 'FR'] }, 'major')).toEqual(['amendment.reference'])
    expect(fields(agreement, { countries: ['GB', 'FR'] }, '123.25', 'x')).toEqual(['amendment.route'])
  })

  test('lets a minor amendment change nothing that it covers', () => {
    expect(fields(agreement, { title: 'Rotor head' }, 'minor')).toEqual([])
    expect(fields(agreement, { countries: ['GB', 'FR'] }, 'minor', 'x')).toEqual(['terms'])
    expect(fields(agreement, { provisos: [] }, 'minor', 'x')).toEqual(['terms'])
  })

  test('takes an exemption as it was given anew', () => {
    expect(fields(exemption, { countries: ['GB', 'FR'] }, 'reissued', 'letter of 3 March')).toEqual([])
    expect(fields(exemption, { countries: ['GB', 'FR'] }, 'major', 'x')).toEqual(['amendment.route'])
  })

  test('takes another number or kind for another authorization', () => {
    expect(fields(agreement, { number: 'TA-1' }, 'major', 'x')).toEqual(['terms.number'])
    expect(fields(agreement, { kind: 'MLA' }, 'major', 'x')).toEqual(['terms.number'])
  })
})
