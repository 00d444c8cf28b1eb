import { expect, test } from 'vitest'
import { authorizationTerms, type Action, type AuthorizationTerms, type Id } from '@sallyport/protocol'
import type { AuthorizationFacts, CoverageQuestion } from '../../policy/index.ts'
import { makeCoverage } from '../coverage.ts'

const coverage = makeCoverage({ namespace: 'works.invalid' })
const me = '018f0000-0000-7000-8000-00000000000a'
const official = '018f0000-0000-7000-8000-00000000000b'

interface Asked {
  readonly section: string | null
  /** The country of the foreign party; null for a U.S. party alone. */
  readonly party: string | null
  readonly place: string | null
  readonly employer?: string
  readonly action?: Action
  readonly territory?: readonly string[]
  readonly employees?: AuthorizationTerms['employees']
  readonly citizenships?: readonly string[]
  readonly nationals?: readonly string[]
}

function ask({ section, party, place, employer = 'works', action = 'file.open', territory, ...more }: Asked) {
  const terms = authorizationTerms.parse({
    number: 'EX-1',
    kind: 'exemption',
    citation: `22 CFR ${section ?? '125.4'}`,
    title: 'Rotor head design support',
    parties: [{ id: 'works', name: 'Works', country: party ?? 'US', side: party === null ? 'us' : 'foreign' }],
    persons: [me],
    countries: ['GB', 'AU', 'CA'],
    items: ['viii-h-1'],
    programs: ['kestrel'],
    purposes: ['design'],
    provisos: [],
    determinations: [],
    ...(section === null
      ? {}
      : {
          exemption: {
            section,
            evidence: {},
            certification: { signer: official, on: '2026-06-01' },
            ...(territory === undefined ? {} : { territory }),
          },
        }),
    validFrom: '2026-01-01T00:00:00Z',
    validUntil: '2027-01-01T00:00:00Z',
  })
  const question: CoverageQuestion = {
    action,
    place: { country: place },
    nationals: more.nationals ?? ['GB', 'AU'],
    acknowledged: () => false,
    person: {
      id: me as Id<'person'>,
      version: 1,
      status: 'foreign-person',
      roles: ['engineer'],
      assignments: [{ program: 'kestrel', purpose: 'design' }],
      employer,
      isRegularEmployee: true,
      hasNda: true,
      briefedOn: null,
      actsForForeignEmployer: false,
      ties: { citizenships: more.citizenships ?? ['GB'], formerCitizenships: [], permanentResidencies: [] },
    },
    labels: {
      labels: [],
      unknown: [],
      jurisdictions: ['itar'],
      programs: ['kestrel'],
      items: ['viii-h-1'],
      isNoForeign: false,
      releases: [],
      awaitsRelease: false,
    },
    authorizations: [{ id: me as Id<'authorization'>, version: 1, terms } satisfies AuthorizationFacts],
    proscribed: [{ country: 'CN', paragraph: '22 CFR 126.1(d)(1)' }],
    atMs: Date.parse('2026-06-01T12:00:00Z'),
  }
  return coverage(question)
}

const open = (territories: readonly string[]) => ({ live: true, territories })
const shut = { live: false, gap: 'exemption' }

test.each<readonly [string, Asked, object]>([
  ['126.5 in Canada', { section: '126.5', party: 'CA', place: 'CA' }, open(['CA'])],
  ['126.5 in the United States', { section: '126.5', party: 'CA', place: 'US' }, open(['CA'])],
  ['126.5 in the United Kingdom', { section: '126.5', party: 'CA', place: 'GB' }, shut],
  ['126.5 in a place that nobody knows', { section: '126.5', party: 'CA', place: null }, shut],
  [
    '126.5 for sealed bytes, which have no place',
    { section: '126.5', party: 'CA', place: 'GB', action: 'file.fetch' },
    open(['CA']),
  ],
  ['126.7 in Australia', { section: '126.7', party: 'AU', place: 'AU' }, open(['AU'])],
  ['126.7 in Canada', { section: '126.7', party: 'AU', place: 'CA' }, shut],
  ['126.7, whose party turned out to be elsewhere', { section: '126.7', party: 'CA', place: 'US' }, open([])],
  ['125.4(b)(10) on the campus', { section: '125.4(b)(10)', party: null, place: 'US' }, open([])],
  ['125.4(b)(10) abroad', { section: '125.4(b)(10)', party: null, place: 'GB' }, shut],
  ['125.4(b)(10) for whoever left', { section: '125.4(b)(10)', party: null, place: 'US', employer: 'elsewhere' }, shut],
  [
    '125.4(b)(9) on the journey',
    { section: '125.4(b)(9)', party: null, place: 'GB', territory: ['GB', 'CN'] },
    open(['GB']),
  ],
  ['125.4(b)(9) elsewhere', { section: '125.4(b)(9)', party: null, place: 'AU', territory: ['GB'] }, shut],
  [
    '125.4(b)(9) for whoever left',
    { section: '125.4(b)(9)', party: null, place: 'GB', territory: ['GB'], employer: 'elsewhere' },
    shut,
  ],
  ['126.18(c)(1) at the party', { section: '126.18(c)(1)', party: 'GB', place: 'GB' }, open(['GB'])],
  ['126.18(c)(2) in the United States', { section: '126.18(c)(2)', party: 'GB', place: 'US' }, shut],
  ['126.18(d) within its countries', { section: '126.18(d)', party: 'GB', place: 'AU' }, open(['GB'])],
  ['126.18(d) outside', { section: '126.18(d)', party: 'GB', place: 'CA' }, shut],
  ['a section that says nothing of places', { section: '125.4(b)(1)', party: 'GB', place: 'CA' }, open(['GB'])],
  ['an exemption from before sections were asked for', { section: null, party: 'GB', place: 'CA' }, open(['GB'])],
  [
    'any of them for a national of a country of 126.1',
    { section: '126.5', party: 'CA', place: 'CA', citizenships: ['GB', 'CN'] },
    { live: false, gap: 'proscribed-country' },
  ],
])('makeCoverage() decides %s', (_, asked, expected) => {
  expect(ask(asked)).toMatchObject(expected)
})
