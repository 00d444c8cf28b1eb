// For tests only: a record as somebody would register it.

import type { ClassificationTerms } from '@sallyport/protocol'

export function record(changes: Partial<ClassificationTerms> = {}): ClassificationTerms {
  return {
    number: 'FAL-0100',
    title: 'Nozzle seal',
    parts: ['P-1'],
    program: 'falcon',
    jurisdiction: 'itar',
    lines: [{ usml: 'IV(h)(1)', sme: false, mtcr: false, classified: false }],
    basis: { kind: 'self', orderOfReview: 'IV(a) to (g): no. IV(h)(1): yes, a part of a missile.' },
    decidedBy: 'Classification board',
    decidedOn: '2025-01-06',
    nextReview: '2028-01-05',
    ...changes,
  }
}
