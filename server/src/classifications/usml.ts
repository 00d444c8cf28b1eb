// What is known of the USML besides the form of its paragraphs: dated data with its sources, shown as such. It warns and decides nothing.

import { readFileSync } from 'node:fs'
import { lineText, parseEccn, parseUsml, type ClassificationLine, type ClassificationTerms } from '@sallyport/protocol'
import * as z from 'zod'
import { spendPermit, type Permit } from '../policy/index.ts'
import type { Fault } from './fault.ts'

const origin = z.strictObject({
  source: z.string(),
  /** `no`: not verified against the regulation's text. */
  sureness: z.enum(['yes', 'partly', 'no']),
})

const usmlFacts = z
  .strictObject({
    asOf: z.iso.date(),
    citation: z.string(),
    titles: origin,
    technicalData: origin,
    structure: origin,
    categories: z.array(
      z.strictObject({
        category: z.string(),
        title: z.string(),
        /** The paragraph of its technical data and defense services. */
        technicalData: z.string().refine((text) => parseUsml(text) !== null),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('usml.json', import.meta.url), 'utf8')))
export type UsmlFacts = typeof usmlFacts

/** The data, as it is shown. Throws Problem `refused` for a permit that does not fit. */
export function readUsmlData(permit: Permit<'classification.list'>): UsmlFacts {
  spendPermit(permit, 'classification.list', 'enclave')
  return usmlFacts
}

/** What is odd about a record and still may be so. */
export function warningsAbout(terms: ClassificationTerms): readonly Fault[] {
  return [
    ...terms.lines.flatMap((line) => lineWarnings(line).map((text) => ({ field: lineText(line), text }))),
    ...(terms.basis.kind === 'self' &&
    terms.basis.speciallyDesigned === undefined &&
    terms.lines.some((line) => 'eccn' in line && line.eccn.includes('.x'))
      ? [
          {
            field: 'basis',
            text: 'does not say why it is specially designed, which paragraphs .x of an ECCN ask (unverified)',
          },
        ]
      : []),
    ...(terms.doubt !== undefined && terms.doubt.case === undefined
      ? [{ field: 'doubt', text: 'names no commodity-jurisdiction request (22 CFR 120.12) that is pending' }]
      : []),
  ]
}

function lineWarnings(line: ClassificationLine): readonly string[] {
  if ('eccn' in line) {
    const series = parseEccn(line.eccn)?.series ?? null
    if (series === null) return []
    const name = series === '600' ? 'the 600 series' : '9x515'
    return [
      `is of ${name}: the destination control statement names its ECCN, and classified information about it is ITAR technical data (22 CFR 120.33(a)(2))`,
    ]
  }
  const paragraph = parseUsml(line.usml)
  const facts = usmlFacts.categories.find(({ category }) => category === paragraph?.category)
  const last = facts === undefined ? null : parseUsml(facts.technicalData)
  if (paragraph === null || facts === undefined || last === null) return []
  const as = `as of ${usmlFacts.asOf}, ${usmlFacts.technicalData.sureness === 'yes' ? 'verified' : 'unverified'}`
  return [
    ...(paragraph.letter === 'x'
      ? ['is the paragraph of items subject to the EAR that go with articles of that category']
      : []),
    ...(paragraph.letter !== 'x' && paragraph.letter > last.letter
      ? [`comes after ${facts.technicalData}, the last paragraph that is known of the category (${as}): look it up`]
      : []),
    ...(line.classified ? ['is classified: this system is for unclassified data alone'] : []),
  ]
}
