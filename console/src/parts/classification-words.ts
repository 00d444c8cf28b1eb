// The words of a classification record, wherever it is typed, asked for and read.

import type { Jurisdiction } from '@sallyport/protocol'
import type { BasisKind } from './classification-draft.ts'

export const jurisdictionNames = {
  itar: 'ITAR: on the USML',
  ear: 'EAR: on the CCL, or EAR99',
  neither: 'Neither',
  unknown: 'Unknown: nothing that stands on it is opened',
} as const satisfies Record<Jurisdiction, string>

export const basisNames = {
  self: 'Self-classification',
  'commodity-jurisdiction': 'Commodity-jurisdiction determination (22 CFR 120.12)',
  ccats: 'Classification by BIS (CCATS)',
  statement: 'Statement of the government or of a supplier',
} as const satisfies Record<BasisKind, string>

export const markNames = [
  ['sme', 'Significant military equipment'],
  ['mtcr', 'On the annex of the MTCR'],
  ['classified', 'Classified'],
] as const
