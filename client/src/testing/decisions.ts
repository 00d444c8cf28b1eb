// For tests only: decisions on record as the test gate tells them.

import { refusalReasons, sampleIds } from './records.ts'

const refused = {
  id: sampleIds.decision,
  at: '2026-11-24T09:30:00.000Z',
  action: 'file.open',
  door: 'kas',
  resource: { kind: 'file', id: sampleIds.file },
}

export function foundDecision(): unknown {
  return {
    ...refused,
    effect: 'deny',
    person: { id: sampleIds.lucas, name: 'Lucas Moreau' },
    resource: { ...refused.resource, name: 'nozzle.stp' },
    authorization: null,
    reasons: refusalReasons.map(({ code, text }) => ({ code, text })),
    ledgerIndex: 42,
  }
}

export function ownRefusal(id: string): unknown {
  return {
    ...refused,
    id,
    resource: { ...refused.resource, name: null },
    you: { status: 'foreign-person', roles: ['engineer'], programs: ['falcon'] },
    place: { known: true, country: 'US' },
    human: true,
    reasons: refusalReasons.map((one) => ({ ...one, reads: ['context.coverage.live', 'principal.usPerson'] })),
  }
}

export function explanation(id: string): unknown {
  return {
    id,
    at: '2026-11-24T09:30:00.000Z',
    effect: 'deny',
    action: 'file.open',
    door: 'kas',
    subject: {
      personId: sampleIds.lucas,
      name: 'Lucas Moreau',
      identity: 'lucas',
      goesOnIn: { id: sampleIds.ada, name: 'Ada Quill' },
    },
    resource: { kind: 'file', id: sampleIds.entry, name: 'nozzle.stp' },
    attributes: { 'subject.status': 'foreign-person', 'resource.labels': ['iv-h-1'] },
    policies: {
      digest: 'abc123',
      determining: ['no-coverage'],
      decided: [
        {
          id: 'no-coverage',
          effect: 'forbid',
          text: 'Foreign persons take an authorization that covers them.',
          reads: ['context.coverage.live', 'principal.usPerson'],
        },
      ],
    },
    guard: 'not-asked',
    authorization: null,
    rescue: null,
    obligations: [],
    reasons: refusalReasons,
    ledgerIndex: 42,
  }
}
