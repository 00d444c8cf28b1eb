// The sample company: fictional people of every status that matters, two programs, two agreements. Names the tour uses.

import type {
  Assignment,
  AuthorizationTerms,
  ClassificationTerms,
  CountryTies,
  Role,
  UsPersonBasis,
} from '@sallyport/protocol'

/** A person of the sample company, known to its identity provider as `subject`. */
export interface SamplePerson {
  readonly subject: string
  readonly name: string
  /** One line for the page that asks who you are. */
  readonly oneLine: string
  readonly roles: readonly Role[]
  readonly assignments: readonly Assignment[]
  readonly employer: string | null
  readonly isRegularEmployee: boolean
  readonly hasNda: boolean
  readonly status:
    | { readonly kind: 'us-person'; readonly basis: UsPersonBasis }
    | { readonly kind: 'foreign-person'; readonly ties: CountryTies }
    | { readonly kind: 'unverified' }
  /** Ended right after founding, so that the roster holds such people from the start. */
  readonly endedAs: 'left' | 'status-ended' | null
}

const falcon: Assignment = { program: 'falcon', purpose: 'co-development' }
const heron: Assignment = { program: 'heron', purpose: 'design' }

function usPerson(
  subject: string,
  name: string,
  basis: UsPersonBasis,
  oneLine: string,
  roles: readonly Role[],
  assignments: readonly Assignment[],
): SamplePerson {
  return {
    subject,
    name,
    oneLine,
    roles,
    assignments,
    employer: null,
    isRegularEmployee: true,
    hasNda: true,
    status: { kind: 'us-person', basis },
    endedAs: null,
  }
}

function foreignPerson(
  subject: string,
  name: string,
  oneLine: string,
  employer: string | null,
  ties: Partial<CountryTies>,
): SamplePerson {
  return {
    subject,
    name,
    oneLine,
    roles: ['engineer'],
    assignments: [falcon],
    employer,
    isRegularEmployee: true,
    hasNda: true,
    status: {
      kind: 'foreign-person',
      ties: { citizenships: [], formerCitizenships: [], permanentResidencies: [], ...ties },
    },
    endedAs: null,
  }
}

const engineer: readonly Role[] = ['engineer']

// An ended status stays ended until two officers restore it; each tour ends one of these.
const shortTermEngineers = Array.from({ length: 20 }, (_, index) =>
  usPerson(`guest-${index + 1}`, `Short-term engineer ${index + 1}`, 'citizen', 'engineer for some weeks', engineer, [
    falcon,
  ]),
)

/** Who is on the roster. */
export const samplePeople: readonly SamplePerson[] = [
  usPerson('ada', 'Ada Whitfield', 'citizen', 'engineer, U.S. citizen, works on Falcon and Heron', engineer, [
    falcon,
    heron,
  ]),
  usPerson(
    'lin',
    'Lin Zhao',
    'lpr',
    'engineer, green-card holder with the passport of a proscribed country',
    engineer,
    [falcon],
  ),
  usPerson('tomas', 'Tomás Rivera', 'refugee', 'engineer, admitted as a refugee', engineer, [falcon]),
  usPerson('ben', 'Ben Ortega', 'citizen', 'engineer, U.S. citizen, works on Heron only', engineer, [heron]),
  foreignPerson('eleanor', 'Eleanor Hughes', 'engineer, British, no authorization names her yet', null, {
    citizenships: ['GB'],
  }),
  foreignPerson('james', 'James Calder', 'engineer of the British partner, covered by an agreement', 'calder-aero', {
    citizenships: ['GB'],
  }),
  foreignPerson('marc', 'Marc Delacroix', 'engineer of the British partner, British and Canadian', 'calder-aero', {
    citizenships: ['GB', 'CA'],
  }),
  foreignPerson('irina', 'Irina Sokolova', 'engineer of the British partner, British, once Russian', 'calder-aero', {
    citizenships: ['GB'],
    formerCitizenships: ['RU'],
  }),
  {
    ...usPerson('noah', 'Noah Brandt', 'citizen', 'engineer, hired this week, not verified yet', engineer, [falcon]),
    status: { kind: 'unverified' },
  },
  {
    ...usPerson('sofia', 'Sofia Lindqvist', 'temporary-resident-1255a', 'engineer whose status was ended', engineer, [
      falcon,
    ]),
    endedAs: 'status-ended',
  },
  {
    ...usPerson('victor', 'Victor Hale', 'citizen', 'engineer who left the company', engineer, [falcon]),
    endedAs: 'left',
  },
  usPerson(
    'grace',
    'Grace Okafor',
    'citizen',
    'export control officer, empowered official',
    ['officer', 'empowered-official'],
    [],
  ),
  usPerson('henry', 'Henry Walsh', 'citizen', 'export control officer', ['officer'], []),
  usPerson('wanda', 'Wanda Kowalski', 'asylee', 'export control officer', ['officer'], []),
  usPerson('omar', 'Omar Haddad', 'lpr', 'identity and IT administrator', ['administrator'], []),
  usPerson('paula', 'Paula Jensen', 'citizen', 'auditor', ['auditor'], []),
  usPerson('rosa', 'Rosa Delgado', 'citizen', 'analyst, watches refusals and sign-ins', ['analyst'], []),
  ...shortTermEngineers,
]

/** Somebody who can sign in and is on no roster. */
export const sampleStranger = {
  subject: 'stranger',
  name: 'Pat Doe',
  oneLine: 'nobody on the roster',
} as const

/** The identity that OpenTDF clients of the sample sign in with; it acts for its owner. */
export const sampleWorkload = { subject: 'opentdf-web', owner: 'ada' } as const

const namespace = 'sample.sallyport.invalid'

function labelName(attribute: string, value: string): string {
  return `https://${namespace}/attr/${attribute}/value/${value}`
}

/** What the board of the sample company decided about its two products. */
export const sampleClassifications: readonly ClassificationTerms[] = [
  {
    number: 'FAL-0042',
    title: 'Falcon nozzle and its technical data',
    parts: ['FN-100'],
    program: 'falcon',
    jurisdiction: 'itar',
    lines: [{ usml: 'IV(h)(1)', sme: false, mtcr: false, classified: false }],
    basis: { kind: 'self', orderOfReview: 'USML IV(a) to IV(g): no. IV(h)(1): yes.' },
    decidedBy: 'Classification board of the sample company',
    decidedOn: '2025-01-06',
    nextReview: '2029-01-05',
  },
  {
    number: 'HER-0007',
    title: 'Technical data of the Heron radar',
    parts: ['HR-7'],
    program: 'heron',
    jurisdiction: 'itar',
    lines: [{ usml: 'XI(d)', sme: false, mtcr: false, classified: false }],
    basis: { kind: 'self', orderOfReview: 'USML XI(a) to XI(c): the radar. XI(d): its technical data.' },
    decidedBy: 'Classification board of the sample company',
    decidedOn: '2025-01-20',
    nextReview: '2029-01-19',
  },
]

/** Labels with the classification record that each must have. */
const classified = [
  {
    dimension: 'jurisdiction',
    value: 'itar',
    title: 'ITAR technical data',
    record: 'FAL-0042',
    basis: '22 CFR 120.33',
  },
  { dimension: 'program', value: 'falcon', title: 'Program Falcon', record: null, basis: 'sample program charter' },
  { dimension: 'program', value: 'heron', title: 'Program Heron', record: null, basis: 'sample program charter' },
  { dimension: 'item', value: 'iv-h-1', title: 'USML IV(h)(1)', record: 'FAL-0042', basis: null },
  { dimension: 'item', value: 'xi-d', title: 'USML XI(d)', record: 'HER-0007', basis: null },
  { dimension: 'dissem', value: 'noforn', title: 'NOFORN', record: null, basis: 'sample contract clause' },
] as const

export const sampleLabels = classified.map((one) => ({ ...one, fqn: labelName(one.dimension, one.value) }))

export const sampleVaults = [
  {
    name: 'falcon',
    description: 'Falcon nozzle, developed together with the British partner',
    labels: [labelName('jurisdiction', 'itar'), labelName('program', 'falcon'), labelName('item', 'iv-h-1')],
  },
  {
    name: 'heron',
    description: 'Heron radar, U.S. only',
    labels: [
      labelName('jurisdiction', 'itar'),
      labelName('program', 'heron'),
      labelName('item', 'xi-d'),
      labelName('dissem', 'noforn'),
    ],
  },
] as const

/** The agreement that is effective from founding: the British partner's regular employees of British nationality. */
export function sampleAgreement(validFrom: string, validUntil: string): AuthorizationTerms {
  return {
    number: 'TA-0042-26',
    kind: 'TAA',
    citation: '22 CFR 124.1(a)',
    title: 'Technical assistance, Falcon nozzle',
    parties: [
      { id: 'aldebaran', name: 'Aldebaran Dynamics (sample)', country: 'US', side: 'us' },
      { id: 'calder-aero', name: 'Calder Aero Ltd (sample)', country: 'GB', side: 'foreign' },
    ],
    persons: [],
    countries: ['GB'],
    items: ['iv-h-1'],
    programs: ['falcon'],
    purposes: ['co-development'],
    provisos: [
      {
        kind: 'obligation',
        id: 'proviso-1',
        text: 'The recipient is told at each release that the data may be used for co-development of the Falcon nozzle only.',
        obligation: 'acknowledge',
      },
      {
        kind: 'duty',
        id: 'proviso-2',
        text: 'Annual report of releases to the licensing authority.',
        owner: 'Grace Okafor',
      },
    ],
    determinations: [],
    validFrom,
    validUntil,
  }
}
