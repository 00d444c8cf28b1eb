import { describe, expect, test } from 'vitest'
import { authorizationTerms, type AuthorizationTerms } from '@sallyport/protocol'
import { missing, oddDates } from './doubts.ts'

const license = authorizationTerms.parse({
  number: '050-1',
  kind: 'DSP-5',
  citation: '22 CFR 123.1(a)(1)',
  title: 'Rotor head design support',
  parties: [{ id: 'harrier-works', name: 'Harrier Works Ltd', country: 'GB', side: 'foreign', role: 'end-user' }],
  persons: [],
  countries: ['GB'],
  items: ['viii-h-1'],
  programs: ['kestrel'],
  purposes: ['design'],
  provisos: [],
  determinations: [],
  registrant: 'M99999',
  endUse: 'Flight test.',
  documents: [{ file: '018f0000-0000-7000-8000-00000000000a', title: 'Approval' }],
  validFrom: '2026-01-01T00:00:00Z',
  validUntil: '2030-01-01T00:00:00Z',
})
const now = Date.parse('2026-01-01T12:00:00Z')
const rules = [
  { kind: 'DSP-5' as const, years: 4, citation: '22 CFR 123.21', source: 'x', sureness: 'partly' as const },
]

describe('missing()', () => {
  test.each<readonly [string, Partial<AuthorizationTerms>, readonly string[]]>([
    ['nothing of a whole license', {}, []],
    ['the registrant of a license', { registrant: undefined }, ['registrant']],
    ['the end use of a license', { endUse: undefined }, ['endUse']],
    ['the approval of a license', { documents: undefined }, ['documents']],
    ['the scope and the signatory of an agreement', { kind: 'TAA' }, ['scope', 'parties']],
    ['the DSP-83 of classified articles', { kind: 'DSP-85' }, ['certificate']],
    ['no end user where persons are named', { parties: [] }, []],
    ['the letter of general correspondence', { kind: 'GC', documents: undefined }, ['documents']],
    ['no paper of an exemption', { kind: 'exemption', documents: undefined, registrant: undefined }, []],
  ])('names %s', (_, more, fields) => {
    expect(missing({ ...license, ...more }).map((one) => one.field)).toEqual(fields)
  })
})

describe('oddDates()', () => {
  test.each<readonly [string, Partial<AuthorizationTerms>, readonly string[]]>([
    ['nothing of four years', {}, []],
    ['a second more than four years, with how sure that is', { validUntil: '2030-01-01T00:00:01Z' }, ['validUntil']],
    ['nothing of a kind without a rule', { kind: 'GC', validUntil: '2080-01-01T00:00:00Z' }, []],
    [
      'an end that lies behind, and the beginning as well',
      { validFrom: '2025-01-01T00:00:00Z', validUntil: '2026-01-01T12:00:00Z' },
      ['validUntil', 'validFrom'],
    ],
    [
      'a beginning that lies behind by more than a day',
      { validFrom: '2025-12-31T11:59:59Z', validUntil: '2027-01-01T00:00:00Z' },
      ['validFrom'],
    ],
  ])('names %s', (_, more, fields) => {
    expect(oddDates({ ...license, ...more }, rules, now).map((one) => one.field)).toEqual(fields)
  })

  test('tells the citation and how sure it is', () => {
    const [one] = oddDates({ ...license, validUntil: '2031-01-01T00:00:00Z' }, rules, now)
    expect(one?.text).toBe('is later than 4 years after validFrom (22 CFR 123.21; sure: partly)')
  })
})
