import { authorizationTerms, type AuthorizationTerms } from '@sallyport/protocol'
import { expect, test } from 'vitest'
import { doubtsAmong } from './doubtful-rows.ts'

const agreement = authorizationTerms.parse({
  number: '050-1',
  kind: 'TAA',
  citation: '22 CFR 124.1(a)',
  title: 'Rotor heads',
  parties: [{ id: 'works', name: 'Works', country: 'GB', side: 'foreign' }],
  persons: [],
  countries: ['GB'],
  items: ['viii-h-1'],
  programs: ['kestrel'],
  purposes: ['design'],
  provisos: [],
  determinations: [],
  validFrom: '2026-01-01T00:00:00Z',
  validUntil: '2027-01-01T00:00:00Z',
})
const among = (...others: Partial<AuthorizationTerms>[]) => {
  const rows = [agreement, ...others.map((more) => ({ ...agreement, number: '050-2', ...more }))]
  const doubts = doubtsAmong(rows.map((terms, at) => ({ row: at + 2, terms })))
  return [...doubts].map(([row, faults]) => [row, faults.map(({ field }) => field)])
}

test('doubtsAmong() names rows that overlap, each beside the other', () => {
  expect(among({})).toEqual([
    [2, ['number']],
    [3, ['number']],
  ])
  const [first] = [...doubtsAmong([agreement, { ...agreement, number: '050-2' }].map((terms, row) => ({ row, terms })))]
  expect(first?.[1][0]?.text).toBe('overlaps with 050-2 (TAA): some of the same people, items and programs (row 1)')
})

test.each<readonly [string, Partial<AuthorizationTerms>]>([
  ['another time', { validFrom: '2027-01-01T00:00:00Z', validUntil: '2028-01-01T00:00:00Z' }],
  ['other items', { items: ['viii-i'] }],
  ['other people', { parties: [{ id: 'mill', name: 'Mill', country: 'GB', side: 'foreign' }] }],
  ['a U.S. party in common', { parties: [{ id: 'works', name: 'Works', country: 'US', side: 'us' }] }],
  ['one that it replaces', { replaces: '050-1' }],
])('doubtsAmong() names nothing of rows with %s', (_, more) => {
  expect(among(more)).toEqual([])
})

test('doubtsAmong() names a party that is of two countries in one table', () => {
  const elsewhere = { items: ['viii-i'], parties: [{ ...agreement.parties[0], country: 'FR' }], countries: ['FR'] }
  expect(among(elsewhere as Partial<AuthorizationTerms>)).toEqual([
    [2, ['parties.0']],
    [3, ['parties.0']],
  ])
})
