import { authorizationTerms, type AuthorizationTerms, type Id } from '@sallyport/protocol'
import { describe, expect, test } from 'vitest'
import type { Authorization } from '../authorization.ts'
import type { Drawn } from '../draws/balance.ts'
import type { DutyRecord } from '../duties/duty.ts'
import { dueOf, retainedUntil } from './due.ts'

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
  validUntil: '2027-01-01T00:00:00Z',
})
const license: AuthorizationTerms = { ...terms, kind: 'DSP-5' }
const effective = (some: AuthorizationTerms) => ({ state: 'effective' as const, terms: some })
const before = (days: number) => Date.parse(terms.validUntil) - days * 86_400_000
const due = (some: AuthorizationTerms, atMs: number, drawn = new Map<string, Drawn>()) =>
  dueOf(effective(some), drawn, done, atMs)
const kinds = (some: AuthorizationTerms, atMs: number) => due(some, atMs).map((one) => one.duty ?? one.task)
/** What the regulations ask for of this agreement or license, done. */
const done = (['law.concluded', 'law.initial-export'] as const).map((duty): DutyRecord => ({
  id: 'r',
  duty,
  occurrence: '',
  place: 1,
  outcome: 'done',
  evidence: { kind: 'reason', text: 'seen to' },
  conclusion: null,
  by: 'p' as Id<'person'>,
  atMs: 0,
}))

describe('dueOf()', () => {
  test.each([
    [91, null],
    [90, 90],
    [61, 90],
    [60, 60],
    [31, 60],
    [30, 30],
    [1, 30],
    [0, null],
  ])('warns %i days before a license expires: %s', (days, level) => {
    const [task] = due(license, before(days))
    expect(task?.level ?? null).toBe(level)
  })

  test('tells of an agreement that DDTC is to be told 30 days before, and that the figure is not verified', () => {
    expect(kinds(license, before(90))).toEqual(['expiry'])
    const [, task] = due(terms, before(90))
    expect(task).toMatchObject({
      task: 'duty',
      duty: 'law.ending',
      occurrence: '2027-01-01',
      dueAtMs: before(30),
      isOverdue: false,
      rule: { citation: '22 CFR 124.6', sureness: 'no' },
    })
    expect(due(terms, before(29)).at(-1)).toMatchObject({ duty: 'law.ending', isOverdue: true })
  })

  test('tells duties that have a day, from 90 days before it on, however long it is over', () => {
    const duty = { kind: 'duty' as const, id: 'p-1', text: 'Report.', owner: 'Export control', due: '2026-06-30' }
    const some = { ...license, provisos: [duty, { kind: 'duty' as const, id: 'p-2', text: 'Report.', owner: 'X' }] }
    expect(kinds(some, Date.parse('2026-03-31T00:00:00Z'))).toEqual([])
    expect(kinds(some, Date.parse('2026-04-02T00:00:00Z'))).toEqual(['p-1'])
    const [task] = due(some, Date.parse('2026-08-01T00:00:00Z'))
    expect(task).toMatchObject({ task: 'duty', owner: 'Export control', dueAtMs: Date.parse('2026-06-30') })
    expect(due(some, Date.parse('2026-07-01T09:59:59Z'))).toMatchObject([{ isOverdue: false }])
    expect(due(some, Date.parse('2026-07-01T10:00:00Z'))).toMatchObject([{ isOverdue: true }])
    // What was owed is owed after it expired too.
    expect(kinds(some, before(-400))).toEqual(['p-1'])
  })

  test('tells how far lines are drawn, and nothing of what waits or is over', () => {
    const line = { id: 'valves', description: 'Valves', item: 'viii-h-1', quantity: 100, unit: 'each', valueCents: 0 }
    const some = { ...license, lines: [line] }
    const drawn = (quantity: number) => new Map([['valves', { quantity, valueCents: 0, place: 1 }]])
    expect(due(some, before(200), drawn(79))).toEqual([])
    expect(due(some, before(200), drawn(96))).toMatchObject([{ task: 'draw-down', level: 95, dueAtMs: null }])
    expect(dueOf({ ...effective(some), state: 'registered' }, drawn(96), [], before(1))).toEqual([])
    expect(due(some, before(-1), drawn(96))).toEqual([])
  })
})

describe('retainedUntil()', () => {
  const common = {
    id: 'x' as Id<'authorization'>,
    version: 2,
    registeredBy: null,
    registeredAtMs: 0,
    approvals: { have: 0, need: 0 },
    replacedBy: [],
  }
  const one = (some: AuthorizationTerms): Authorization => ({
    ...common,
    state: 'effective',
    effectiveAtMs: 0,
    terms: some,
  })
  const iso = (authorization: Authorization, usedUp: string | null = null) => {
    const { atMs } = retainedUntil(authorization, usedUp === null ? null : Date.parse(usedUp))
    return atMs === null ? null : new Date(atMs).toISOString()
  }

  test('is five years from expiry, or from when it ended or was used up before', () => {
    expect(iso(one(license))).toBe('2032-01-01T00:00:00.000Z')
    expect(iso(one(license), '2026-05-06T00:00:00Z')).toBe('2031-05-06T00:00:00.000Z')
    const by = {
      effectiveAtMs: 0,
      endedBy: 'p' as Id<'person'>,
      endedAtMs: Date.parse('2026-03-04T00:00:00Z'),
      reason: 'over',
    }
    expect(iso({ ...common, state: 'ended', terms: license, ...by })).toBe('2031-03-04T00:00:00.000Z')
    const late = { ...by, endedAtMs: Date.parse('2028-03-04T00:00:00Z') }
    expect(iso({ ...common, state: 'ended', terms: license, ...late })).toBe('2032-01-01T00:00:00.000Z')
  })

  test('is of each transaction for an exemption, and of nothing that never took effect', () => {
    expect(iso(one({ ...terms, kind: 'exemption' }))).toBeNull()
    const requestId = 'r' as Id<'approval'>
    expect(iso({ ...common, state: 'registered', terms: license, requestId })).toBeNull()
    const declined = { effectiveAtMs: null, endedBy: 'p' as Id<'person'>, endedAtMs: 0, reason: 'declined: no' }
    expect(iso({ ...common, state: 'ended', terms: license, ...declined })).toBeNull()
  })
})
