// A figure of the regulations, with where it was read.

import * as z from 'zod'

/** A figure of the regulations: `sureness` is `no` where it was not verified against their text. */
export const legalFigure = z.object({
  id: z.string(),
  figure: z.number().int(),
  unit: z.string(),
  citation: z.string(),
  source: z.string(),
  sureness: z.enum(['yes', 'partly', 'no']),
})
