import { authorizationTerms, type Id } from '@sallyport/protocol'
import { describe, expect, test } from 'vitest'
import { dutiesOf, type Conclusion, type DutyBearer, type DutyRecord } from './duty.ts'

const terms = authorizationTerms.parse({
  number: 'TA-1200-26',
  kind: 'TAA',
  citation: '22 CFR 124.1(a)',
  title: 'Rotor head design support',
  parties: [{ id: 'harrier-works', name: 'Harrier Works Ltd', country: 'GB', side: 'foreign' }],
  persons: [],
  countries: ['GB'],
  items: ['viii-h-1'],
  programs: ['kestrel'],
  purposes: ['design'],
  provisos: [],
  determinations: [],
  validFrom: '2026-01-01T00:00:00Z',
  validUntil: '2028-01-01T00:00:00Z',
})
const agreement: DutyBearer = { state: 'effective', terms }
const at = (day: string) => Date.parse(`${day}T12:00:00Z`)
const recorded = (duty: string, more: Partial<DutyRecord> = {}): DutyRecord => ({
  id: 'r',
  duty,
  occurrence: '',
  place: 1,
  outcome: 'done',
  evidence: { kind: 'reason', text: 'seen to' },
  conclusion: null,
  by: 'p' as Id<'person'>,
  atMs: 0,
  ...more,
})
const concluded = (conclusion: Conclusion | null) => recorded('law.concluded', { conclusion })
const of = (bearer: DutyBearer, day: string, records: readonly DutyRecord[] = [], drawn = new Map()) =>
  dutiesOf(bearer, records, drawn, at(day)).map((one) => {
    const due = one.isNow ? 'now' : one.dueAtMs === null ? 'no day' : new Date(one.dueAtMs).toISOString().slice(0, 10)
    return `${one.duty} ${one.occurrence} ${one.isDone ? 'done' : one.isOverdue ? `late ${due}` : due}`
  })
const line = { id: 'valves', description: 'Valves', item: 'viii-h-1', quantity: 1, unit: 'each', valueCents: 0 }
const drawn = new Map([['valves', { quantity: 1, valueCents: 0, place: 1 }]])

describe('dutiesOf()', () => {
  test('has an agreement concluded in a year from its approval, its first export told before it, and its end 30 days before', () => {
    const end = 'law.ending 2028-01-01 2027-12-02'
    expect(of(agreement, '2026-02-01')).toEqual(['law.initial-export  now', 'law.concluded  2027-01-01', end])
    expect(of(agreement, '2027-01-02')[1]).toBe('law.concluded  late 2027-01-01')
    expect(of(agreement, '2027-01-02', [concluded(null)])).toEqual([
      'law.initial-export  now',
      'law.concluded  done',
      end,
    ])
    expect(of(agreement, '2027-12-03').at(-1)).toBe('law.ending 2028-01-01 late 2027-12-02')
    // Whoever drew against it exported.
    expect(of({ ...agreement, terms: { ...terms, lines: [line] } }, '2026-02-01', [], drawn)[0]).toBe(
      'law.initial-export  late now',
    )
  })

  test('has a copy of it deposited 30 days after it was concluded, or tells 60 days after it was given up', () => {
    const made = concluded({ outcome: 'concluded', on: '2026-03-01' })
    expect(of(agreement, '2026-03-31', [made])[2]).toBe('law.deposited  2026-03-31')
    // Over everywhere on Earth.
    expect(of(agreement, '2026-04-02', [made])[2]).toBe('law.deposited  late 2026-03-31')
    expect(of(agreement, '2026-04-02', [made, recorded('law.deposited')])[2]).toBe('law.deposited  done')
    const up = concluded({ outcome: 'given-up', on: '2026-03-01' })
    expect(of(agreement, '2026-03-31', [up])[2]).toBe('law.given-up  2026-04-30')
    // What was taken back brings nothing.
    const back = recorded('law.concluded', { outcome: 'reopened', place: 2 })
    expect(of(agreement, '2026-03-31', [back])).toHaveLength(3)
    expect(of(agreement, '2026-03-31', [back])[1]).toBe('law.concluded  2027-01-01')
  })

  test('adds to an extended agreement the notice of its other end', () => {
    const told = recorded('law.ending', { occurrence: '2028-01-01' })
    expect(of(agreement, '2027-12-20', [told]).at(-1)).toBe('law.ending 2028-01-01 done')
    const longer = { ...agreement, terms: { ...terms, validUntil: '2030-01-01T00:00:00Z' } }
    expect(of(longer, '2027-12-20', [told]).at(-1)).toBe('law.ending 2030-01-01 2029-12-02')
  })

  test('has licenses returned that are, when they expire, end or are used up; and nothing of what never took effect', () => {
    const license = { ...agreement, terms: { ...terms, kind: 'DSP-73' as const, lines: [line] } }
    expect(of(license, '2026-02-01')).toEqual(['law.returned  2028-01-01'])
    expect(of(license, '2026-02-01', [], drawn)).toEqual(['law.returned  late now'])
    const ended = { ...license, state: 'ended' as const, effectiveAtMs: 0, endedAtMs: at('2026-05-01') }
    expect(of(ended, '2026-06-01')).toEqual(['law.returned  late 2026-05-01'])
    expect(of({ ...ended, effectiveAtMs: null }, '2026-06-01')).toEqual([])
    expect(of({ ...license, state: 'registered' }, '2026-06-01')).toEqual([])
    expect(of({ ...agreement, terms: { ...terms, kind: 'DSP-5' } }, '2026-02-01')).toEqual(['law.initial-export  now'])
    expect(of({ ...agreement, terms: { ...terms, kind: 'EAR-license' } }, '2026-02-01')).toEqual([])
  })

  test('has a duty come again on the same day of the month, or its last, each time by itself, until the authorization ends', () => {
    const duty = { kind: 'duty' as const, id: 'p-1', text: 'Report.', owner: 'Export control', due: '2026-08-31' }
    const yearly = { state: 'effective' as const, terms: { ...terms, kind: 'GC' as const, provisos: [duty] } }
    expect(of(yearly, '2026-09-10')).toEqual(['p-1  late 2026-08-31'])
    const often = { ...yearly, terms: { ...yearly.terms, provisos: [{ ...duty, everyMonths: 6 }] } }
    const first = recorded('p-1', { occurrence: '2026-08-31' })
    expect(of(often, '2026-09-10', [first])).toEqual(['p-1 2026-08-31 done'])
    expect(of(often, '2027-03-02', [first])).toEqual(['p-1 2026-08-31 done', 'p-1 2027-02-28 late 2027-02-28'])
    const all = ['p-1 2026-08-31', 'p-1 2027-02-28', 'p-1 2027-08-31'].map((one) => `${one} late ${one.slice(4)}`)
    expect(of(often, '2040-01-01')).toEqual(all)
    const ended = { ...often, state: 'ended' as const, effectiveAtMs: 0, endedAtMs: at('2027-01-01') }
    expect(of(ended, '2040-01-01')).toEqual(all.slice(0, 1))
  })
})
