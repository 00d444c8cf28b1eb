// Figures of the regulations that the register reckons with, as data: each with its citation, where it was read, and how sure it is.

import { readFileSync } from 'node:fs'
import * as z from 'zod'

const legalFigure = z.strictObject({
  id: z.string(),
  figure: z.number().int().positive(),
  unit: z.string(),
  citation: z.string(),
  source: z.string(),
  /** `no`: not verified against the regulation's text. */
  sureness: z.enum(['yes', 'partly', 'no']),
})
export type LegalFigure = z.infer<typeof legalFigure>

const figures = z
  .strictObject({ asOf: z.iso.date(), figures: z.array(legalFigure) })
  .parse(JSON.parse(readFileSync(new URL('legal-figures.json', import.meta.url), 'utf8')))
const byId = new Map(figures.figures.map((one) => [one.id, one]))

/** Read a figure by its id. Throws for one that the data does not have. */
export function legalFigureOf(id: string): LegalFigure {
  const found = byId.get(id)
  if (found === undefined) throw new Error(`cannot reckon: no legal figure ${id}, want it in the data`)
  return found
}
