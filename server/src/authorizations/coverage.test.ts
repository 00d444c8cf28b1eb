import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  authorizationTerms,
  coveredActions,
  type Action,
  type AuthorizationKind,
  type AuthorizationTerms,
  type Id,
} from '@sallyport/protocol'
import type { AuthorizationFacts, CoverageQuestion, LabelFacts, PersonFacts } from '../policy/index.ts'
import { makeCoverage, neededCountries } from './coverage.ts'

const coverage = makeCoverage({ namespace: 'works.invalid' })
const named = '018f0000-0000-7000-8000-00000000000a'
const official = '018f0000-0000-7000-8000-00000000000b'
const noon = Date.parse('2026-06-01T12:00:00Z')

const agreement = authorizationTerms.parse({
  number: 'TA-1200-26',
  kind: 'TAA',
  citation: '22 CFR 124.1(a)',
  title: 'Rotor head design support',
  parties: [
    { id: 'harrier-works', name: 'Harrier Works Ltd', country: 'GB', side: 'foreign' },
    { id: 'test-works', name: 'Test Works Inc', country: 'US', side: 'us' },
  ],
  persons: [],
  countries: ['GB', 'FR'],
  items: ['viii-h-1', 'viii-i'],
  programs: ['kestrel', 'merlin'],
  purposes: ['design', 'repair'],
  provisos: [],
  determinations: [],
  validFrom: '2026-01-01T00:00:00Z',
  validUntil: '2027-01-01T00:00:00Z',
})
const license: AuthorizationTerms = { ...agreement, number: '050-1', kind: 'DSP-5', parties: [], persons: [named] }

const person: PersonFacts = {
  id: named as Id<'person'>,
  version: 1,
  status: 'foreign-person',
  roles: ['engineer'],
  assignments: [{ program: 'kestrel', purpose: 'design' }],
  employer: 'harrier-works',
  isRegularEmployee: true,
  hasNda: true,
  briefedOn: null,
  actsForForeignEmployer: false,
  ties: { citizenships: ['GB'], formerCitizenships: [], permanentResidencies: [] },
}
const labels: LabelFacts = {
  labels: [],
  unknown: [],
  jurisdictions: ['itar'],
  programs: ['kestrel'],
  items: ['viii-h-1'],
  isNoForeign: false,
  releases: [],
  awaitsRelease: false,
}
const china = { country: 'CN', paragraph: '22 CFR 126.1(d)(1)' }

const nowhere = { action: 'file.open', place: { country: 'US' }, nationals: [], acknowledged: () => false } as const

interface Case {
  readonly terms?: readonly AuthorizationTerms[]
  readonly person?: Partial<PersonFacts>
  readonly ties?: Partial<NonNullable<PersonFacts['ties']>>
  readonly labels?: Partial<LabelFacts>
  readonly at?: string
  readonly action?: Action
  readonly place?: string | null
  readonly nationals?: readonly string[]
  readonly acknowledged?: CoverageQuestion['acknowledged']
}

function ask(given: Case) {
  const ties = { citizenships: ['GB'], formerCitizenships: [], permanentResidencies: [], ...given.ties }
  return coverage({
    ...nowhere,
    ...(given.action === undefined ? {} : { action: given.action }),
    ...(given.place === undefined ? {} : { place: { country: given.place } }),
    ...(given.nationals === undefined ? {} : { nationals: given.nationals }),
    ...(given.acknowledged === undefined ? {} : { acknowledged: given.acknowledged }),
    person: { ...person, ties, ...given.person },
    labels: { ...labels, ...given.labels },
    authorizations: (given.terms ?? [agreement]).map(factsOf),
    proscribed: [china],
    atMs: given.at === undefined ? noon : Date.parse(given.at),
  })
}

function factsOf(terms: AuthorizationTerms, index = 0): AuthorizationFacts {
  return { id: `018f0000-0000-7000-8000-0000000000${10 + index}` as Id<'authorization'>, version: 3, terms }
}

const withChina = (kind: AuthorizationKind, more: Partial<AuthorizationTerms> = {}): AuthorizationTerms => ({
  ...license,
  kind,
  countries: ['GB', 'CN'],
  determinations: [{ country: 'CN', text: 'Reviewed; see memo 7.', by: official, at: '2026-02-01T00:00:00Z' }],
  ...more,
})
const chinese = { citizenships: ['CN', 'GB'] }

/** The agreement under one more condition. */
const under = (limit: object, terms: AuthorizationTerms = agreement): AuthorizationTerms => ({
  ...terms,
  provisos: [{ kind: 'condition', id: 'p-1', text: 'As the approval says.', ...limit }],
})
/** The agreement with a determination on the employee. */
const determined = (
  option: '126.18(c)(1)' | '126.18(c)(2)' | '126.18(d)',
  outcome = 'covered' as 'covered' | 'refused',
) => ({
  ...agreement,
  employees: [{ person: named, option, outcome, text: 'See memo 9.', by: official, at: '2026-02-01T00:00:00Z' }],
})
const within = ['GB', 'DE', 'CA']
const german = { citizenships: ['GB', 'DE'] }

const covers: Record<string, Case> = {
  'a regular employee with an NDA of a foreign party': {},
  'a person whom it names, whoever employs them': { terms: [license], person: { employer: null, hasNda: false } },
  'a dual national, when both countries are named': { ties: { citizenships: ['GB', 'FR'] } },
  'a former citizenship that is named': { ties: { formerCitizenships: ['FR'] } },
  'a permanent residency that is named': { ties: { permanentResidencies: ['FR'] } },
  'somebody with only a residency': { ties: { citizenships: [], permanentResidencies: ['FR'] } },
  'one of several purposes in a program': {
    person: {
      assignments: [
        { program: 'kestrel', purpose: 'marketing' },
        { program: 'kestrel', purpose: 'repair' },
      ],
    },
  },
  'its first millisecond': { at: '2026-01-01T00:00:00.000Z' },
  'its last millisecond': { at: '2026-12-31T23:59:59.999Z' },
  'a country of 126.1, by a license that names it with a determination': { terms: [withChina('DSP-5')], ties: chinese },
  'a named employee of a U.S. party': {
    terms: [{ ...agreement, persons: [named] }],
    person: { employer: 'test-works' },
  },
}

const coversToo: Record<string, Case> = {
  'whom a condition names': { terms: [under({ persons: [named] })] },
  'an employee of the party that a condition leaves it to': { terms: [under({ parties: ['harrier-works'] })] },
  'somebody named, whatever party a condition leaves it to': { terms: [under({ parties: ['other-works'] }, license)] },
  'a release in a place that a condition allows': { terms: [under({ places: ['GB'] })], place: 'GB' },
  'sealed bytes anywhere, under a condition of places': { terms: [under({ places: ['GB'] })], action: 'file.fetch' },
  'an action that a condition allows': { terms: [under({ actions: ['file.open'] })] },
  'an item and a program that a condition allows': { terms: [under({ items: ['viii-h-1'], programs: ['kestrel'] })] },
  'the last millisecond of a condition': {
    terms: [under({ until: '2026-06-01T12:00:00.001Z' })],
    at: '2026-06-01T12:00:00Z',
  },
  'whoever signed, where a condition asks for it': { terms: [under({ nda: true })] },
  'whoever was briefed on the first day that counts': {
    terms: [under({ briefedWithinDays: 30 })],
    person: { briefedOn: '2026-05-03' },
  },
  'whoever acknowledged it': { terms: [under({ acknowledged: true })], acknowledged: () => true },
  'the acknowledging itself, and finding the file': {
    terms: [under({ acknowledged: true })],
    action: 'file.acknowledge',
  },
  'a third-country national of the countries of 126.18(d) in one of them': {
    terms: [determined('126.18(d)')],
    ties: german,
    nationals: within,
    place: 'CA',
  },
  'one under 126.18(c) where the party is': { terms: [determined('126.18(c)(2)')], ties: german, place: 'GB' },
  'the sealed bytes for one under 126.18(c) anywhere': {
    terms: [determined('126.18(c)(1)')],
    ties: german,
    action: 'file.fetch',
  },
  'a file under the EAR alone by a license of the EAR': {
    terms: [{ ...license, kind: 'EAR-license' }],
    labels: { jurisdictions: ['ear'] },
  },
}

const gaps: Record<string, Case & { readonly gap: string }> = {
  'no authorization at all': { terms: [], gap: 'no-authorization' },
  'none that concerns the person': { person: { employer: 'elsewhere' }, gap: 'no-authorization' },
  'no employer and no name': { person: { employer: null }, gap: 'no-authorization' },
  'ties that nobody recorded': { person: { ties: null }, gap: 'nationality-unknown' },
  'ties that are empty': { ties: { citizenships: [] }, gap: 'nationality-unknown' },
  'an unverified status': { person: { status: 'unverified' }, gap: 'person' },
  'an ended status': { person: { status: 'ended' }, gap: 'person' },
  'a U.S. party and its own foreign employee': { person: { employer: 'test-works' }, gap: 'person' },
  'an employer listed on both sides': {
    terms: [
      {
        ...agreement,
        parties: [...agreement.parties, { id: 'harrier-works', name: 'Harrier US', country: 'US', side: 'us' }],
      },
    ],
    gap: 'person',
  },
  'a contractor who is no regular employee': { person: { isRegularEmployee: false }, gap: 'person' },
  'a regular employee without NDA': { person: { hasNda: false }, gap: 'person' },
  'a second citizenship that is not named': { ties: { citizenships: ['GB', 'DE'] }, gap: 'country' },
  'a former citizenship that is not named': { ties: { formerCitizenships: ['DE'] }, gap: 'country' },
  'a permanent residency that is not named': { ties: { permanentResidencies: ['DE'] }, gap: 'country' },
  'one proscribed country, though it is named': {
    terms: [{ ...agreement, countries: ['GB', 'CN'] }],
    ties: chinese,
    gap: 'proscribed-country',
  },
  'a proscribed country that is not named either': { ties: chinese, gap: 'proscribed-country' },
  'a former proscribed citizenship': {
    terms: [{ ...agreement, countries: ['GB', 'CN'] }],
    ties: { formerCitizenships: ['CN'] },
    gap: 'proscribed-country',
  },
  'a license for 126.1 without a determination': {
    terms: [withChina('DSP-5', { determinations: [] })],
    ties: chinese,
    gap: 'proscribed-country',
  },
  'a determination for another country': {
    terms: [
      withChina('DSP-5', { determinations: [{ country: 'GB', text: 'x', by: official, at: '2026-02-01T00:00:00Z' }] }),
    ],
    ties: chinese,
    gap: 'proscribed-country',
  },
  'a determination that is yet to come': {
    terms: [withChina('DSP-5')],
    ties: chinese,
    at: '2026-01-31T23:59:59.999Z',
    gap: 'proscribed-country',
  },
  'a license with a determination that does not name the country': {
    terms: [withChina('DSP-5', { countries: ['GB'] })],
    ties: chinese,
    gap: 'proscribed-country',
  },
  'an exemption, which never lifts 126.1': {
    terms: [withChina('exemption')],
    ties: chinese,
    gap: 'proscribed-country',
  },
  'an agreement, which never lifts 126.1': { terms: [withChina('TAA')], ties: chinese, gap: 'proscribed-country' },
  'one item of two': { labels: { items: ['viii-h-1', 'xi-d'] }, gap: 'item' },
  'a file without an item': { labels: { items: [] }, gap: 'item' },
  'a label that nobody knows': { labels: { unknown: ['https://x.invalid/attr/a/value/b'] }, gap: 'item' },
  'one program of two': { labels: { programs: ['kestrel', 'osprey'] }, gap: 'program' },
  'a program without assignment': { labels: { programs: ['kestrel', 'merlin'] }, gap: 'program' },
  'a file without a program': { labels: { programs: [] }, gap: 'program' },
  'an assignment for another purpose': {
    person: { assignments: [{ program: 'kestrel', purpose: 'marketing' }] },
    gap: 'purpose',
  },
  'a purpose that is named, but for another program': {
    person: {
      assignments: [
        { program: 'kestrel', purpose: 'marketing' },
        { program: 'merlin', purpose: 'design' },
      ],
    },
    gap: 'purpose',
  },
  'the millisecond before it is valid': { at: '2025-12-31T23:59:59.999Z', gap: 'not-yet-valid' },
  'the millisecond at which it ends': { at: '2027-01-01T00:00:00.000Z', gap: 'expired' },
  'dates that cannot be read': { terms: [{ ...agreement, validUntil: 'some day' }], gap: 'expired' },
}

const gapsToo: typeof gaps = {
  'a person whom a condition does not name': { terms: [under({ persons: [official] })], gap: 'proviso' },
  'another party than a condition names': { terms: [under({ parties: ['other-works'] })], gap: 'proviso' },
  'a release elsewhere than a condition allows': { terms: [under({ places: ['FR'] })], gap: 'proviso' },
  'a release nobody knows where, under a condition of places': {
    terms: [under({ places: ['US'] })],
    place: null,
    gap: 'proviso',
  },
  'an action that a condition leaves out': {
    terms: [under({ actions: ['file.open'] })],
    action: 'file.share',
    gap: 'proviso',
  },
  'one item of two that a condition leaves out': {
    terms: [under({ items: ['viii-h-1'] })],
    labels: { items: ['viii-h-1', 'viii-i'] },
    gap: 'proviso',
  },
  'a program that a condition leaves out': { terms: [under({ programs: ['merlin'] })], gap: 'proviso' },
  'the millisecond at which a condition ends': {
    terms: [under({ until: '2026-06-01T12:00:00Z' })],
    gap: 'proviso',
  },
  'somebody named without the NDA that a condition asks for': {
    terms: [under({ nda: true }, license)],
    person: { hasNda: false },
    gap: 'proviso',
  },
  'whoever was never briefed': { terms: [under({ briefedWithinDays: 30 })], gap: 'proviso' },
  'a briefing that is a day too old': {
    terms: [under({ briefedWithinDays: 30 })],
    person: { briefedOn: '2026-05-02' },
    gap: 'proviso',
  },
  'a briefing that is yet to come': {
    terms: [under({ briefedWithinDays: 30 })],
    person: { briefedOn: '2026-06-02' },
    gap: 'proviso',
  },
  'whoever acknowledged nothing': { terms: [under({ acknowledged: true })], gap: 'acknowledgment' },
  'whoever acknowledged other words': {
    terms: [under({ acknowledged: true })],
    acknowledged: (_, proviso, text) => proviso === 'p-1' && text !== 'As the approval says.',
    gap: 'acknowledgment',
  },
  'one country outside those of 126.18(d)': {
    terms: [determined('126.18(d)')],
    ties: { citizenships: ['GB', 'BR'] },
    nationals: within,
    gap: 'country',
  },
  'a former citizenship outside those of 126.18(d)': {
    terms: [determined('126.18(d)')],
    ties: { ...german, formerCitizenships: ['BR'] },
    nationals: within,
    gap: 'country',
  },
  'one under 126.18(d) in a country outside them': {
    terms: [determined('126.18(d)')],
    ties: german,
    nationals: within,
    place: 'BR',
    gap: 'country',
  },
  'one under 126.18(c) outside the territory of the party': {
    terms: [determined('126.18(c)(1)')],
    ties: german,
    gap: 'country',
  },
  'one under 126.18(c) with a country of 126.1': {
    terms: [determined('126.18(c)(2)')],
    ties: { citizenships: ['GB', 'CN'] },
    place: 'GB',
    gap: 'proscribed-country',
  },
  'whom the empowered official refused, though every country is named': {
    terms: [determined('126.18(d)', 'refused')],
    gap: 'person',
  },
  'a determination on an employee that is yet to come': {
    terms: [determined('126.18(d)')],
    ties: german,
    nationals: within,
    at: '2026-01-31T23:59:59.999Z',
    gap: 'country',
  },
  'a determination on one whom no foreign party of it employs': {
    terms: [{ ...determined('126.18(d)'), persons: [named], countries: ['GB'] }],
    ties: german,
    nationals: within,
    person: { employer: null },
    gap: 'country',
  },
  'an employee of a party that only passes on what is shipped': {
    terms: [
      {
        ...agreement,
        parties: [{ id: 'harrier-works', name: 'H', country: 'GB', side: 'foreign', role: 'intermediate-consignee' }],
      },
    ],
    gap: 'person',
  },
  'a file under the ITAR by a license of the EAR': {
    terms: [{ ...license, kind: 'EAR-license' }],
    gap: 'jurisdiction',
  },
  'a file under both by an exception of the EAR': {
    terms: [{ ...license, kind: 'EAR-exception' }],
    labels: { jurisdictions: ['ear', 'itar'] },
    gap: 'jurisdiction',
  },
  'a file of no jurisdiction by a license of the EAR': {
    terms: [{ ...license, kind: 'EAR-license' }],
    labels: { jurisdictions: [] },
    gap: 'jurisdiction',
  },
}

describe('makeCoverage()', () => {
  test.each(Object.entries({ ...covers, ...coversToo }))('covers %s', (_, given) => {
    expect(ask(given)).toMatchObject({ live: true })
  })

  test.each(Object.entries({ ...gaps, ...gapsToo }))('does not cover %s', (_, { gap, ...given }) => {
    const answer = ask(given)
    expect(answer).toMatchObject({ live: false, gap })
    // Nationality stays out of what is told; the places of a condition are words of the authorization.
    if (given.terms?.some(({ provisos }) => provisos.some((one) => 'places' in one))) return
    expect(answer.live ? '' : answer.text).not.toMatch(/\b(GB|FR|DE|CN)\b|China/)
  })

  test.each(['DSP-5', 'DSP-61', 'DSP-73', 'DSP-85', 'TAA', 'MLA', 'WDA', 'exemption'] as const)(
    'lets a determination in %s lift 126.1 only if that is a license',
    (kind) => {
      expect(ask({ terms: [withChina(kind)], ties: chinese }).live).toBe(kind.startsWith('DSP-'))
    },
  )

  test('holds a file under the EAR to the same union of countries', () => {
    const ear = { jurisdictions: ['ear'] }
    expect(ask({ labels: ear })).toMatchObject({ live: true })
    expect(ask({ labels: ear, ties: { formerCitizenships: ['DE'] } })).toMatchObject({ live: false, gap: 'country' })
  })

  test('cites what it relies on, and the same one in whatever order the candidates come', () => {
    const second = { ...agreement, number: 'TA-1201-26' }
    const reliance = { number: 'TA-1200-26', version: 3, citation: '22 CFR 124.1(a)' }
    expect(ask({ terms: [agreement, second] })).toMatchObject({ reliance })
    expect(ask({ terms: [second, agreement] })).toMatchObject({ reliance })
  })

  test('relies on another one when the first has expired', () => {
    const second = { ...agreement, number: 'TA-1201-26', validUntil: '2028-01-01T00:00:00Z' }
    expect(ask({ terms: [agreement, second], at: '2027-03-01T00:00:00Z' })).toMatchObject({
      reliance: { number: 'TA-1201-26' },
    })
  })

  test('never adds two authorizations up', () => {
    const gb = { ...agreement, countries: ['GB'] }
    const fr = { ...agreement, number: 'TA-1201-26', countries: ['FR'] }
    expect(ask({ terms: [gb, fr], ties: { citizenships: ['GB', 'FR'] } })).toMatchObject({
      live: false,
      gap: 'country',
    })
  })

  test('looks for the nearest miss when somebody reads it, once', () => {
    let asked = 0
    const acknowledged = () => {
      asked++
      return false
    }
    const terms = [under({ acknowledged: true }, { ...agreement, items: ['xi-d'] })]
    const answer = ask({ terms, acknowledged })
    expect([answer.live, asked]).toEqual([false, 0])
    const told = answer.live ? [] : [answer.gap, answer.text, answer.gap]
    expect([told[0], asked]).toEqual(['item', 1])
  })

  test('tells the gap of the nearest miss', () => {
    const far = { ...agreement, countries: ['FR'], items: ['xi-d'] }
    const near = { ...agreement, number: 'TA-1201-26', validUntil: '2026-05-01T00:00:00Z' }
    expect(ask({ terms: [far, near] })).toEqual({
      live: false,
      gap: 'expired',
      text: 'Authorization TA-1201-26 was valid until 2026-05-01T00:00:00Z.',
    })
  })

  test('lets the release take place where foreign parties are, never in a proscribed place', () => {
    expect(ask({})).toMatchObject({ territories: ['GB'] })
    expect(ask({ terms: [license] })).toMatchObject({ territories: [] })
    const parties = [
      { id: 'lotus-works', name: 'Lotus Works', country: 'CN', side: 'foreign' as const },
      { id: 'harrier-works', name: 'Harrier Works Ltd', country: 'GB', side: 'foreign' as const },
    ]
    expect(ask({ terms: [withChina('DSP-5', { parties })], ties: chinese })).toMatchObject({ territories: ['GB'] })
  })

  test('leaves the places over that every condition allows', () => {
    const parties = [
      ...agreement.parties,
      { id: 'merle-works', name: 'Merle', country: 'FR', side: 'foreign' as const },
    ]
    expect(ask({ terms: [{ ...agreement, parties }] })).toMatchObject({ territories: ['FR', 'GB'] })
    const limited = under({ places: ['US', 'FR'] }, { ...agreement, parties })
    expect(ask({ terms: [limited] })).toMatchObject({ territories: ['FR'] })
  })

  test('cites the paragraph of 22 CFR 126.18 on which an employee is covered, and where', () => {
    const ofD = { terms: [determined('126.18(d)')], ties: german, nationals: within }
    const reliance = { citation: '22 CFR 124.1(a), 22 CFR 126.18(d)' }
    expect(ask(ofD)).toMatchObject({ reliance, territories: ['CA', 'DE', 'GB', 'US'] })
    expect(ask({ ...ofD, ties: {} })).toMatchObject({ reliance: { citation: '22 CFR 124.1(a)' }, territories: ['GB'] })
    const ofC = { terms: [determined('126.18(c)(1)')], ties: german, place: 'GB' }
    expect(ask(ofC)).toMatchObject({ territories: ['GB'] })
  })

  test('hands on provisos that ask for something, and leaves duties to their owners', () => {
    const terms: AuthorizationTerms = {
      ...agreement,
      provisos: [
        { kind: 'obligation', id: 'p-3', text: 'Mark every page.', obligation: 'mark-pages' },
        { kind: 'duty', id: 'p-4', text: 'Report sales each year.', owner: 'Export control' },
      ],
    }
    expect(ask({ terms: [terms] })).toMatchObject({
      obligations: [
        {
          id: 'mark-pages',
          fqn: 'https://works.invalid/obl/proviso/value/mark-pages',
          text: 'Mark every page.',
          source: 'p-3',
        },
      ],
    })
  })
})

test('neededCountries() joins citizenships now and before and residencies now', () => {
  const ties = { citizenships: ['GB', 'FR'], formerCitizenships: ['DE', 'GB'], permanentResidencies: ['CA'] }
  expect(neededCountries(ties)).toEqual(['CA', 'DE', 'FR', 'GB'])
  expect(neededCountries(null)).toEqual([])
})

test('neededCountries() holds a country that is gone to every one that followed it', () => {
  const recorded = { citizenships: ['GB'], formerCitizenships: ['CS'], permanentResidencies: [] }
  expect(neededCountries(recorded)).toEqual(['CZ', 'GB', 'ME', 'RS', 'SK', 'XK'])
  const russia = { country: 'RU', paragraph: '22 CFR 126.1(d)(2)' }
  const held = { citizenships: ['GB'], formerCitizenships: ['SU'], permanentResidencies: [] }
  const nameAll = { ...agreement, countries: [...neededCountries(held)] }
  const asked = (terms: AuthorizationTerms, proscribed: readonly (typeof russia)[]) =>
    coverage({
      ...nowhere,
      person: { ...person, ties: held },
      labels,
      authorizations: [factsOf(terms)],
      proscribed,
      atMs: noon,
    })
  // Naming the old country covers nobody, and its successors are looked up in the list of 126.1.
  expect(asked({ ...agreement, countries: ['GB', 'SU'] }, [])).toMatchObject({ live: false, gap: 'country' })
  expect(asked(nameAll, [])).toMatchObject({ live: true })
  expect(asked(nameAll, [russia])).toMatchObject({ live: false, gap: 'proscribed-country' })
})

describe('makeCoverage(), as properties,', () => {
  const among = (...all: string[]) => fc.subarray(all)
  const some = (...all: string[]) => fc.subarray(all, { minLength: 1 })
  const countries = ['GB', 'FR', 'CN', 'DE']
  const anyTerms = fc
    .record({
      kind: fc.constantFrom('DSP-5' as const, 'TAA' as const, 'exemption' as const),
      countries: some(...countries),
      items: some('viii-h-1', 'viii-i'),
      programs: some('kestrel', 'merlin'),
      purposes: some('design', 'repair'),
      persons: among(named),
      isDetermined: fc.boolean(),
    })
    .map(({ isDetermined, ...more }): AuthorizationTerms => {
      const determinations = isDetermined ? withChina('DSP-5').determinations : []
      return { ...agreement, ...more, determinations }
    })
  const anyQuestion: fc.Arbitrary<CoverageQuestion> = fc
    .record({
      terms: fc.array(anyTerms, { minLength: 1, maxLength: 2 }),
      citizenships: some(...countries),
      formerCitizenships: among(...countries),
      items: some('viii-h-1', 'viii-i'),
      programs: some('kestrel', 'merlin'),
      assignments: fc.subarray([
        { program: 'kestrel', purpose: 'design' },
        { program: 'kestrel', purpose: 'repair' },
        { program: 'merlin', purpose: 'design' },
      ]),
      isRegularEmployee: fc.boolean(),
    })
    .map(({ terms, citizenships, formerCitizenships, items, programs, assignments, isRegularEmployee }) => ({
      ...nowhere,
      person: {
        ...person,
        ties: { citizenships, formerCitizenships, permanentResidencies: [] },
        assignments,
        isRegularEmployee,
      },
      labels: { ...labels, items, programs },
      authorizations: terms.map((one, index) => factsOf({ ...one, number: `TA-${index}` }, index)),
      proscribed: [china],
      atMs: noon,
    }))

  test('answers alike in whatever order the candidates come, its reason with it', () => {
    let different = 0
    fc.assert(
      fc.property(anyQuestion, (question) => {
        const { authorizations } = question
        if (authorizations.length > 1) different++
        const reversed = { ...question, authorizations: authorizations.toReversed() }
        expect(coverage(reversed)).toEqual(coverage(question))
      }),
      { numRuns: 2000 },
    )
    expect(different).toBeGreaterThan(500)
  })

  test('takes something away from an authorization and never covers more', () => {
    let coveredBefore = 0
    const fields = ['countries', 'items', 'programs', 'purposes', 'persons', 'determinations', 'parties'] as const
    fc.assert(
      fc.property(anyQuestion, fc.constantFrom(...fields), fc.nat(3), fc.nat(1), (question, field, at, which) => {
        const authorizations = question.authorizations.map((one, index) =>
          index === which ? { ...one, terms: { ...one.terms, [field]: one.terms[field].toSpliced(at, 1) } } : one,
        )
        const before = coverage(question).live
        if (before) coveredBefore++
        else expect(coverage({ ...question, authorizations }).live).toBe(false)
      }),
      { numRuns: 3000 },
    )
    expect(coveredBefore).toBeGreaterThan(30)
  })

  test('adds a condition, whichever, and never covers more', () => {
    const limit = fc.record(
      {
        persons: some(named, official),
        parties: some('harrier-works', 'other-works'),
        places: some('US', 'GB'),
        actions: some(...coveredActions),
        items: some('viii-h-1', 'viii-i'),
        programs: some('kestrel', 'merlin'),
        until: fc.constantFrom('2026-05-01T00:00:00Z', '2026-07-01T00:00:00Z'),
        nda: fc.constant(true),
        briefedWithinDays: fc.constantFrom(1, 400),
        acknowledged: fc.constant(true),
      },
      { requiredKeys: [] },
    )
    let [coveredStill, coveredNoMore] = [0, 0]
    const asked = fc.record({
      question: anyQuestion,
      limit,
      which: fc.nat(1),
      action: fc.constantFrom('file.open' as const, 'file.list' as const, 'file.acknowledge' as const),
      country: fc.constantFrom('US', 'GB', null),
      briefedOn: fc.constantFrom(null, '2026-05-31', '2025-09-01'),
      isAcknowledged: fc.boolean(),
    })
    fc.assert(
      fc.property(asked, ({ question, limit, which, action, country, briefedOn, isAcknowledged }) => {
        const here: CoverageQuestion = {
          ...question,
          action,
          place: { country },
          person: { ...question.person, briefedOn },
          acknowledged: () => isAcknowledged,
        }
        const authorizations = here.authorizations.map((one, index) =>
          index === which ? { ...one, terms: under(limit, one.terms) } : one,
        )
        const [before, after] = [coverage(here).live, coverage({ ...here, authorizations }).live]
        if (!before) expect(after).toBe(false)
        else if (after) coveredStill++
        else coveredNoMore++
      }),
      { numRuns: 5000 },
    )
    expect(Math.min(coveredStill, coveredNoMore)).toBeGreaterThan(30)
  })

  test('covers acknowledging for nobody whom it would cover nowhere to open, had they acknowledged it all', () => {
    // Each by itself, so that enough of them are met.
    const limit = fc.oneof(
      fc.record({ persons: some(named, official) }),
      fc.record({ parties: some('harrier-works', 'other-works') }),
      fc.record({ places: fc.constantFrom(['GB'], ['US', 'GB']) }),
      fc.record({ items: some('viii-h-1', 'viii-i') }),
      fc.record({ programs: some('kestrel', 'merlin') }),
      fc.record({ until: fc.constantFrom('2026-05-01T00:00:00Z', '2026-07-01T00:00:00Z') }),
      fc.record({ nda: fc.constant(true) }),
      fc.record({ briefedWithinDays: fc.constantFrom(1, 400) }),
    )
    const asked = fc.record({
      question: anyQuestion,
      limit,
      briefedOn: fc.constantFrom(null, '2026-05-31', '2025-09-01'),
      hasNda: fc.boolean(),
    })
    let [covered, refused] = [0, 0]
    fc.assert(
      fc.property(asked, ({ question, limit, briefedOn, hasNda }) => {
        const here: CoverageQuestion = {
          ...question,
          person: { ...question.person, briefedOn, hasNda },
          authorizations: question.authorizations.map((one) => ({
            ...one,
            terms: under({ ...limit, acknowledged: true }, one.terms),
          })),
        }
        const isAcknowledging = coverage({ ...here, action: 'file.acknowledge', acknowledged: () => false }).live
        const opens = (isDone: boolean) =>
          ['US', 'GB'].some(
            (country) =>
              coverage({ ...here, action: 'file.open', place: { country }, acknowledged: () => isDone }).live,
          )
        expect(opens(false)).toBe(false)
        expect(isAcknowledging).toBe(opens(true))
        if (isAcknowledging) covered++
        else refused++
      }),
      { numRuns: 3000 },
    )
    expect(Math.min(covered, refused)).toBeGreaterThan(30)
  })

  test('takes an assignment, employment or NDA away and never covers more', () => {
    fc.assert(
      fc.property(anyQuestion, fc.nat(2), (question, at) => {
        fc.pre(!coverage(question).live)
        const less: readonly Partial<PersonFacts>[] = [
          { assignments: question.person.assignments.toSpliced(at, 1) },
          { isRegularEmployee: false },
          { hasNda: false },
          { employer: null },
        ]
        for (const one of less) {
          expect(coverage({ ...question, person: { ...question.person, ...one } }).live).toBe(false)
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('adds a tie, or a row to the list of 126.1, and never covers more', () => {
    const kinds = ['citizenships', 'formerCitizenships', 'permanentResidencies'] as const
    fc.assert(
      fc.property(
        anyQuestion,
        fc.constantFrom(...kinds),
        fc.constantFrom(...countries, 'IR'),
        (question, kind, country) => {
          fc.pre(!coverage(question).live)
          const ties = question.person.ties ?? { citizenships: [], formerCitizenships: [], permanentResidencies: [] }
          const more = { ...question.person, ties: { ...ties, [kind]: [...ties[kind], country] } }
          expect(coverage({ ...question, person: more }).live).toBe(false)
          const proscribed = [...question.proscribed, { country, paragraph: 'x' }]
          expect(coverage({ ...question, proscribed }).live).toBe(false)
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('makeCoverage() with lists of release', () => {
  const list = (release: readonly string[] | null, display: readonly string[] | null = null) => ({ release, display })

  test('covers only whom every list of the file names, whatever the authorization says', () => {
    expect(ask({ labels: { releases: [list(['GBR'])] } }).live).toBe(true)
    expect(ask({ labels: { releases: [list(['AUS'])] } })).toMatchObject({ live: false, gap: 'release-list' })
    expect(ask({ labels: { releases: [list(['GBR']), list(['AUS'])] } })).toMatchObject({ gap: 'release-list' })
    expect(ask({ labels: { awaitsRelease: true } })).toMatchObject({ gap: 'release-list' })
  })

  test('counts every country of a person, one that was given up as well', () => {
    const terms = [{ ...agreement, countries: ['GB', 'CA'] }]
    const ties = { formerCitizenships: ['CA'] }
    expect(ask({ terms, ties, labels: { releases: [list(['CAN', 'GBR'])] } }).live).toBe(true)
    expect(ask({ terms, ties, labels: { releases: [list(['GBR'])] } })).toMatchObject({ gap: 'release-list' })
  })

  test('gives nothing by itself, and stands behind 22 CFR 126.1', () => {
    const releases = [list(['AUS', 'CHN', 'GBR'])]
    expect(ask({ terms: [], labels: { releases } })).toMatchObject({ gap: 'no-authorization' })
    expect(ask({ ties: { citizenships: ['AU'] }, labels: { releases } })).toMatchObject({ gap: 'country' })
    expect(ask({ ties: chinese, labels: { releases } })).toMatchObject({ gap: 'proscribed-country' })
    expect(ask({ ties: chinese, labels: { releases: [list(['GBR'])] } })).toMatchObject({ gap: 'proscribed-country' })
  })

  test('leaves what is only to be shown to a program that can do so', () => {
    const shown = ask({ labels: { releases: [list(null, ['GBR'])] } })
    expect(shown.live && shown.obligations.map((one) => [one.id, one.source])).toContainEqual([
      'view-only',
      'DISPLAY ONLY',
    ])
    const released = ask({ labels: { releases: [list(['GBR'], ['AUS'])] } })
    expect(released.live && released.obligations.map((one) => one.id)).not.toContain('view-only')
  })
})
