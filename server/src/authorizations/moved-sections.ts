// Sections of the regulations that moved, as data: a citation of what was there before is told with where it is now, and never rewritten.

import { readFileSync } from 'node:fs'
import type { AuthorizationTerms } from '@sallyport/protocol'
import * as z from 'zod'
import type { Fault } from './fault.ts'

const movedSection = z.strictObject({
  /** As a record would cite it: `22 CFR 123.26`. */
  from: z.string(),
  to: z.string(),
  on: z.iso.date(),
  source: z.string(),
  sureness: z.enum(['yes', 'partly', 'no']),
})
export type MovedSection = z.infer<typeof movedSection>

const shipped = z
  .strictObject({ asOf: z.iso.date(), sections: z.array(movedSection) })
  .parse(JSON.parse(readFileSync(new URL('moved-sections.json', import.meta.url), 'utf8')))

/** Name a citation of a section that is not there any more. */
export function movedCitation({ citation }: AuthorizationTerms): readonly Fault[] {
  return shipped.sections.flatMap(({ from, to, on, sureness }) =>
    cites(citation, from)
      ? [{ field: 'citation', text: `cites ${from}, which is ${to} since ${on} (sure: ${sureness})` }]
      : [],
  )
}

// 22 CFR 125.6 and its paragraphs, and not 22 CFR 125.61.
function cites(citation: string, section: string): boolean {
  return citation
    .split(section)
    .slice(1)
    .some((rest) => !/^\d/.test(rest))
}
