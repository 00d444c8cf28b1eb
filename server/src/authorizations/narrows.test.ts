import { authorizationTerms, type AuthorizationTerms, type Id } from '@sallyport/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Coverage, CoverageQuestion } from '../policy/index.ts'
import { makeCoverage } from './coverage.ts'
import { narrows } from './narrows.ts'

const coverage = makeCoverage({ namespace: 'works.invalid' })
const me = '018f0000-0000-7000-8000-00000000000a'
const official = '018f0000-0000-7000-8000-00000000000b'
const some = (...all: string[]) => fc.subarray(all, { minLength: 1 })
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined, freq: 1 })
const instants = [
  '2026-01-01T00:00:00Z',
  '2026-05-01T00:00:00Z',
  '2026-08-01T00:00:00Z',
  '2027-01-01T00:00:00Z',
] as const

const provisos = fc
  .tuple(
    fc.subarray(['o-1', 'o-2'] as const),
    fc.array(
      fc.record(
        {
          persons: some(me, official),
          parties: some('harrier', 'merle'),
          places: some('US', 'GB', 'FR'),
          actions: fc.subarray(['file.open', 'file.list'] as const, { minLength: 1 }),
          items: some('a', 'b'),
          programs: some('p', 'q'),
          until: fc.constantFrom(...instants),
          nda: fc.constant(true as const),
          briefedWithinDays: fc.constantFrom(30, 60),
          acknowledged: fc.constant(true as const),
        },
        { requiredKeys: ['actions'] },
      ),
      { maxLength: 1 },
    ),
  )
  .map(([obligations, conditions]) => [
    ...obligations.map((id) => ({ kind: 'obligation' as const, id, text: 'Mark.', obligation: id })),
    ...conditions.map((one) => ({ kind: 'condition' as const, id: 'c-1', text: 'Limits.', ...one })),
  ])

const parties = fc.subarray([
  { id: 'harrier', name: 'H', country: 'GB', side: 'foreign' as const },
  { id: 'merle', name: 'M', country: 'FR', side: 'foreign' as const },
  { id: 'kade', name: 'K', country: 'GB', side: 'foreign' as const, role: 'intermediate-consignee' as const },
  { id: 'home', name: 'U', country: 'US', side: 'us' as const },
])

const employees = maybe(
  fc
    .record({
      option: fc.constantFrom('126.18(c)(1)' as const, '126.18(d)' as const),
      outcome: fc.constantFrom('covered' as const, 'refused' as const),
      at: fc.constantFrom(instants[0], instants[2]),
    })
    .map((one) => [{ person: me, text: 'x', by: official, ...one }]),
)

/** Terms that one change leads from and to, so that pairs are close. */
const members = {
  citation: fc.constantFrom('22 CFR 124.1(a)', '22 CFR 124.1(a)', '22 CFR 124.1'),
  parties,
  persons: fc.subarray([me, official]),
  countries: some('GB', 'FR', 'CN'),
  items: some('a', 'b'),
  programs: some('p', 'q'),
  purposes: some('design', 'repair'),
  provisos,
  determinations: fc.constantFrom([], [{ country: 'CN', text: 'x', by: official, at: instants[0] }]),
  employees,
  exemption: maybe(
    fc.record(
      {
        section: fc.constantFrom('125.4(b)(9)', '126.7', '126.18(d)'),
        evidence: fc.constantFrom({}, {}, { eligible: 'x' }),
        certification: fc.constant({ signer: official, on: '2026-01-01' }),
        territory: some('GB', 'FR'),
      },
      { requiredKeys: ['section', 'evidence', 'certification'] },
    ),
  ),
  validFrom: fc.constantFrom(instants[0], instants[1]),
  validUntil: fc.constantFrom(instants[2], instants[3]),
}
const anyTerms = fc
  .record({ ...members, kind: fc.constantFrom('DSP-5' as const, 'TAA' as const, 'exemption' as const) })
  .map(({ employees: made, exemption, ...rest }): AuthorizationTerms =>
    authorizationTerms.parse({
      number: 'TA-1',
      title: 'T',
      ...rest,
      ...(made === undefined ? {} : { employees: made }),
      ...(exemption === undefined ? {} : { exemption }),
    }),
  )
const pair = fc
  .tuple(
    anyTerms,
    anyTerms,
    fc.uniqueArray(fc.constantFrom(...(Object.keys(members) as (keyof typeof members)[])), { maxLength: 2 }),
  )
  .map(([before, other, changed]) => {
    const taken = Object.fromEntries(
      changed.flatMap((name) => (other[name] === undefined ? [] : [[name, other[name]]])),
    )
    const after: AuthorizationTerms = { ...before, ...taken }
    return [before, after] as const
  })

const question = fc
  .record({
    citizenships: some('GB', 'FR', 'DE', 'CN'),
    employer: fc.constantFrom('harrier', 'merle', 'kade', 'home', null),
    assignments: fc.subarray([
      { program: 'p', purpose: 'design' },
      { program: 'p', purpose: 'repair' },
      { program: 'q', purpose: 'design' },
    ]),
    hasNda: fc.boolean(),
    briefedOn: fc.constantFrom(null, '2026-05-20', '2026-04-10'),
    action: fc.constantFrom('file.open' as const, 'file.list' as const, 'file.acknowledge' as const),
    country: fc.constantFrom('US', 'GB', 'FR', null),
    items: some('a', 'b'),
    programs: some('p', 'q'),
    acknowledged: fc.boolean(),
    at: fc.constantFrom('2026-03-01T00:00:00Z', '2026-06-01T00:00:00Z', '2026-09-01T00:00:00Z'),
  })
  .map(({ citizenships, employer, assignments, hasNda, briefedOn, action, country, items, programs, ...more }) => ({
    person: {
      id: me as Id<'person'>,
      version: 1,
      status: 'foreign-person' as const,
      roles: ['engineer' as const],
      assignments,
      employer,
      isRegularEmployee: true,
      hasNda,
      briefedOn,
      actsForForeignEmployer: false,
      ties: { citizenships, formerCitizenships: [], permanentResidencies: [] },
    },
    action,
    place: { country },
    labels: {
      labels: [],
      unknown: [],
      jurisdictions: ['itar'],
      programs,
      items,
      isNoForeign: false,
      releases: [],
      awaitsRelease: false,
    },
    proscribed: [{ country: 'CN', paragraph: '22 CFR 126.1(d)(1)' }],
    nationals: ['GB', 'FR', 'DE'],
    acknowledged: () => more.acknowledged,
    atMs: Date.parse(more.at),
  }))

const ask = (asked: Omit<CoverageQuestion, 'authorizations'>, terms: AuthorizationTerms): Coverage =>
  coverage({
    ...asked,
    authorizations: [{ id: '018f0000-0000-7000-8000-000000000001' as Id<'authorization'>, version: 1, terms }],
  })

describe('narrows()', () => {
  test('is so only of terms under which nobody is covered who was not, nowhere else, and for no less', () => {
    let [narrowed, coveredStill] = [0, 0]
    fc.assert(
      fc.property(pair, fc.array(question, { minLength: 12, maxLength: 12 }), ([before, after], questions) => {
        if (!narrows(before, after)) return
        narrowed++
        for (const asked of questions) {
          const [was, is] = [ask(asked, before), ask(asked, after)]
          if (!is.live) continue
          coveredStill++
          expect(was.live).toBe(true)
          if (!was.live) continue
          expect(was.territories).toEqual(expect.arrayContaining([...is.territories]))
          expect(is.obligations).toEqual(expect.arrayContaining([...was.obligations]))
        }
      }),
      { numRuns: 8000 },
    )
    expect(narrowed).toBeGreaterThan(500)
    expect(coveredStill).toBeGreaterThan(60)
  })

  test.each<readonly [string, (terms: AuthorizationTerms) => Partial<AuthorizationTerms>]>([
    ['a person less', ({ persons }) => ({ persons: persons.slice(1) })],
    ['a document more', () => ({ documents: [{ file: me, title: 'Approval' }] })],
    ['a scope that was not told', () => ({ scope: 'Rotor heads.' })],
    ['an earlier end', () => ({ validUntil: '2026-08-01T00:00:00Z' })],
    [
      'a condition more',
      ({ provisos: all }) => ({ provisos: [...all, { kind: 'condition', id: 'c-2', text: 'x', nda: true }] }),
    ],
    ['a condition that ends earlier', () => ({ provisos: [limited({ until: '2026-05-01T00:00:00Z' })] })],
    ['fewer places in a condition', () => ({ provisos: [limited({ places: ['GB'] })] })],
    ['one limit more in a condition', () => ({ provisos: [limited({ nda: true })] })],
  ])('takes %s as taking away', (_, change) => {
    expect(narrows(whole, { ...whole, ...change(whole) })).toBe(true)
  })

  const determined = (outcome: 'covered' | 'refused', at: string = instants[0]) => ({
    employees: [{ person: official, option: '126.18(d)' as const, outcome, text: 'x', by: me, at }],
  })
  const strict = {
    persons: [me],
    until: instants[1],
    briefedWithinDays: 30,
    nda: true as const,
    acknowledged: true as const,
  }

  test.each<readonly [string, Partial<AuthorizationTerms>, Partial<AuthorizationTerms>]>([
    ['a refused employee who goes', determined('refused'), {}],
    ['an employee refused later', determined('refused'), determined('refused', instants[1])],
    ['an employee covered', {}, determined('covered')],
    ['an employee covered who was refused', determined('refused'), determined('covered')],
    ...Object.keys(strict).map((name): [string, Partial<AuthorizationTerms>, Partial<AuthorizationTerms>] => [
      `a condition without its ${name}`,
      { provisos: [limited(strict)] },
      { provisos: [limited({ ...strict, [name]: undefined })] },
    ]),
    [
      'a person more in a condition',
      { provisos: [limited(strict)] },
      { provisos: [limited({ ...strict, persons: [me, official] })] },
    ],
    [
      'a longer time since the briefing',
      { provisos: [limited(strict)] },
      { provisos: [limited({ ...strict, briefedWithinDays: 31 })] },
    ],
    [
      'a condition that ends later',
      { provisos: [limited(strict)] },
      { provisos: [limited({ ...strict, until: instants[2] })] },
    ],
  ])('takes %s as no taking away either', (_, before, after) => {
    expect(narrows({ ...whole, ...before }, { ...whole, ...before })).toBe(true)
    expect(narrows({ ...whole, ...before }, { ...whole, ...after })).toBe(false)
  })

  test.each<readonly [string, Partial<AuthorizationTerms>]>([
    ['a condition that goes', { provisos: [] }],
    ['a condition under another text', { provisos: [{ ...limited({}), text: 'Other words.' }] }],
    ['a place more in a condition', { provisos: [limited({ places: ['GB', 'US', 'FR'] })] }],
    ['a limit less in a condition', { provisos: [{ ...limited({}), places: undefined }] }],
    ['another citation', { citation: '22 CFR 124.1(c)' }],
    ['another end use', { endUse: 'Other.' }],
    ['no registrant any more', { registrant: undefined }],
    ['another title', { title: 'U' }],
    ['a later end', { validUntil: '2027-02-01T00:00:00Z' }],
    ['a place of travel in an exemption that had no section', { exemption: { ...claimed, territory: ['GB'] } }],
    ['a country more', { countries: ['GB', 'FR', 'DE'] }],
  ])('takes %s as no taking away', (_, change) => {
    expect(narrows(whole, { ...whole, ...change })).toBe(false)
  })
})

describe('narrows(), of exemptions,', () => {
  const exempt = (exemption: AuthorizationTerms['exemption']): AuthorizationTerms => ({
    ...whole,
    kind: 'exemption',
    exemption,
  })
  const traveling = { ...claimed, territory: ['GB', 'FR'] }

  test.each<readonly [string, AuthorizationTerms['exemption'], AuthorizationTerms['exemption'], boolean]>([
    ['a section where there was none', undefined, claimed, true],
    ['a place of travel less', traveling, { ...claimed, territory: ['FR'] }, true],
    ['no section any more', claimed, undefined, false],
    ['another section', claimed, { ...claimed, section: '125.4(b)(1)' }, false],
    ['other evidence', claimed, { ...claimed, evidence: { eligible: 'x' } }, false],
    ['another signature', claimed, { ...claimed, certification: { signer: me, on: '2026-01-01' } }, false],
    ['a place of travel more', traveling, { ...claimed, territory: ['GB', 'FR', 'AU'] }, false],
  ])('tells of %s', (_, before, after, isNarrower) => {
    expect(narrows(exempt(before), exempt(after))).toBe(isNarrower)
  })
})

function limited(more: object) {
  return { kind: 'condition' as const, id: 'c-1', text: 'Limits.', places: ['GB', 'US'], until: instants[2], ...more }
}
const claimed = { section: '125.4(b)(9)', evidence: {}, certification: { signer: official, on: '2026-01-01' } }
const whole = authorizationTerms.parse({
  number: 'TA-1',
  kind: 'TAA',
  citation: '22 CFR 124.1(a)',
  title: 'T',
  parties: [{ id: 'harrier', name: 'H', country: 'GB', side: 'foreign' }],
  persons: [me],
  countries: ['GB', 'FR'],
  items: ['a'],
  programs: ['p'],
  purposes: ['design'],
  provisos: [limited({})],
  determinations: [],
  registrant: 'M1',
  endUse: 'Flight.',
  validFrom: instants[0],
  validUntil: instants[3],
})
