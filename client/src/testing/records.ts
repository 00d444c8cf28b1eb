// The people, the vault and the authorization of the test gate. All of them are fictional.

import type { Reason } from '@sallyport/protocol'
import type {
  AuthorizationHistoryView,
  AuthorizationView,
  ClassificationView,
  PersonShown,
  PersonView,
  VaultView,
} from '@sallyport/protocol/api'

export const sampleIds = {
  ada: '01930000-0000-7000-8000-0000000000a1',
  lucas: '01930000-0000-7000-8000-0000000000a2',
  vault: '01930000-0000-7000-8000-0000000000b1',
  authorization: '01930000-0000-7000-8000-0000000000c1',
  decision: '01930000-0000-7000-8000-0000000000d1',
  file: '01930000-0000-7000-8000-0000000000f1',
  entry: '01930000-0000-7000-8000-0000000000e1',
  approval: '01930000-0000-7000-8000-000000000091',
} as const

const recorded = {
  version: 3,
  kind: 'employee',
  externalId: null,
  mail: null,
  regularEmployee: true,
  regularEmployeeBasis: 'direct-permanent',
  actsForForeignEmployer: false,
  nda: true,
  ndaSignedOn: '2026-01-02',
  briefedOn: null,
  verifiedBy: null,
} as const

export const people: readonly PersonView[] = [
  {
    ...recorded,
    id: sampleIds.ada,
    name: 'Ada Quill',
    status: 'us-person',
    roles: ['engineer', 'officer'],
    assignments: [{ program: 'falcon', purpose: 'co-development' }],
    employer: 'Aldebaran Dynamics',
    verifiedAt: '2026-01-02T03:04:05.000Z',
    endedAt: null,
    mergedInto: null,
  },
  {
    ...recorded,
    id: sampleIds.lucas,
    // Shown left to right, whatever the marks in it ask for.
    name: 'Lucas\u202e Moreau\u001b[31m',
    status: 'foreign-person',
    roles: ['engineer'],
    assignments: [],
    employer: 'Calder Aero',
    verifiedAt: null,
    endedAt: null,
    mergedInto: null,
  },
]

/** One of them, with what stands behind their status. */
export function shownWhole(person: PersonView): PersonShown {
  const { verifiedAt: at } = person
  if (at === null) return { ...person, verification: null, reviewedAt: null, due: [] }
  const [by, approver] = people.map(({ id, name }) => ({ id, name }))
  return {
    ...person,
    verification: {
      ground: 'citizen',
      evidenceRef: 'HR safe 2, sheet 7\u202e',
      at,
      by: by ?? null,
      approvedBy: approver === undefined ? [] : [approver],
    },
    reviewedAt: null,
    due: [{ task: 'status-review', role: 'engineer', last: at, due: '2027-01-02T03:04:05.000Z' }],
  }
}

export const vault: VaultView = {
  id: sampleIds.vault,
  name: 'falcon',
  description: 'Falcon nozzle, developed together with the British partner',
  labels: [{ fqn: 'https://aldebaran.example/attr/usml/value/iv-h-1', title: 'USML IV(h)(1)' }],
  fileCount: 0,
}

export const authorization: AuthorizationView = {
  id: sampleIds.authorization,
  version: 1,
  state: 'registered',
  terms: {
    number: 'TA-1234-26',
    kind: 'TAA',
    citation: '22 CFR 124.1(a)',
    title: 'Technical assistance, Falcon nozzle',
    parties: [{ id: 'calder-aero', name: 'Calder Aero', country: 'GB', side: 'foreign' }],
    persons: [],
    countries: ['GB'],
    items: ['iv-h-1'],
    programs: ['falcon'],
    purposes: ['co-development'],
    provisos: [{ kind: 'duty', id: 'proviso-1', text: 'Annual report of releases.', owner: 'Ada Quill' }],
    determinations: [],
    validFrom: '2026-01-01T00:00:00Z',
    validUntil: '2030-01-01T00:00:00Z',
  },
  registeredBy: sampleIds.ada,
  approvals: { have: 1, need: 2 },
  endedAt: null,
  approvalId: sampleIds.approval,
  replacedBy: [],
}

const officer = { id: sampleIds.ada, name: 'Ada Quill' }
const step = { terms: authorization.terms, by: officer, reason: null, amendment: null, approvedBy: [], entryId: null }

export const authorizationHistory: AuthorizationHistoryView = {
  authorizationId: sampleIds.authorization,
  number: 'TA-1234-26',
  steps: [
    { ...step, happened: 'registered', version: 1, at: '2026-01-01T09:00:00.000Z' },
    { ...step, happened: 'approved', version: 2, at: '2026-01-02T09:00:00.000Z', approvedBy: [officer] },
    {
      ...step,
      happened: 'amended',
      version: 3,
      at: '2026-02-01T09:00:00.000Z',
      terms: { ...authorization.terms, countries: ['GB', 'CA'] },
      amendment: { route: 'major', reference: 'DDTC 0506' },
      reason: 'Canada\u202e',
    },
  ],
  people: [],
}

export const refusalReasons: readonly Reason[] = [
  {
    code: 'no-coverage',
    text: 'No authorization in force covers you for this file.',
    fix: 'An authorization that names you or your employer for this item.',
    ask: 'officer',
  },
]

export const classification: ClassificationView = {
  id: '01930000-0000-7000-8000-000000000071',
  state: 'in-force',
  terms: {
    number: 'FAL-0042',
    title: 'Nozzle of the Falcon\u202e',
    parts: ['FN-100', 'FN-101'],
    program: 'falcon',
    jurisdiction: 'itar',
    lines: [{ usml: 'IV(h)(1)', sme: true, mtcr: false, classified: false }],
    doubt: { question: 'Is the seal a part of it?', case: 'CJ 0123-26', filedOn: '2026-02-01' },
    basis: { kind: 'self', orderOfReview: 'IV(a) to (g) no, IV(h)(1) yes.' },
    decidedBy: 'Classification board',
    decidedOn: '2026-01-05',
    nextReview: '2028-01-05',
  },
  says: 'USML IV(h)(1) (SME), in doubt',
  registeredBy: sampleIds.ada,
  registeredAt: '2026-01-06T09:00:00.000Z',
  reason: 'board of 5 January',
  approvals: { have: 2, need: 2 },
  effectiveAt: '2026-01-07T09:00:00.000Z',
  endedAt: null,
  supersededBy: null,
  withdrawn: null,
}
