// The exemptions of the regulations as dated data: for each section its conditions, where they were read, and how sure that is. SPEC: 22 CFR
// 120.15 (what holds for every exemption), 125.4, 126.4, 126.5, 126.7, 126.18.

import * as z from 'zod'
import { country, slug } from '@sallyport/protocol'
import { checkedAtDecision } from './at-decision.ts'

const text = (max: number) => z.string().trim().min(1).max(max)
const sureness = z.enum(['yes', 'partly', 'no'])
const named = { id: slug, text: text(500) }

/** How a condition is checked: from the terms, by written evidence in them, or (`places`, `employer`) in each decision. */
const condition = z.discriminatedUnion('check', [
  z.strictObject({ ...named, check: z.literal('evidence') }),
  z.strictObject({ ...named, check: z.enum(['countries', 'party-countries']), countries: z.array(country).min(1) }),
  z.strictObject({ ...named, check: z.literal('items'), categories: z.array(slug).min(1) }),
  z.strictObject({
    ...named,
    check: z.enum([
      'not-proscribed',
      'certification',
      'foreign-party',
      'no-foreign-party',
      'us-party',
      'persons',
      'territory',
      'nationals',
      'places',
      'employer',
    ]),
  }),
])
export type ExemptionCondition = z.infer<typeof condition>

const conditions = z
  .array(condition)
  .min(1)
  .max(50)
  .refine((all) => new Set(all.map((one) => one.id)).size === all.length, 'want each condition once')

const section = z
  .strictObject({
    section: text(40),
    title: text(200),
    citation: text(120),
    /** Null: longer than this data knows. */
    validFrom: z.iso.date().nullable(),
    /** The first day on which it no longer holds. */
    validUntil: z.iso.date().nullable(),
    source: text(500),
    sureness,
    note: text(1000).optional(),
    conditions,
  })
  // INVARIANT: fail closed. What this version cannot look at in a decision is no condition that somebody could rely on.
  .refine(
    ({ section: name, conditions: all }) =>
      all
        .filter(({ check }) => check === 'places' || check === 'employer')
        .every(({ check }) => checkedAtDecision(name).includes(check)),
    'want only those conditions of places and employer that this version checks in decisions',
  )
export type ExemptionSection = z.infer<typeof section>

export const exemptionRules = z
  .strictObject({
    /** What holds for every exemption. */
    preconditions: conditions,
    source: text(500),
    sureness,
    sections: z.array(section).min(1).max(200).refine(isDisjoint, 'want one row at a time per section'),
  })
  .refine(
    ({ preconditions, sections }) =>
      sections.every((one) => one.conditions.every(({ id }) => preconditions.every((other) => other.id !== id))),
    'want names of conditions other than those of the preconditions',
  )
export type ExemptionRules = z.infer<typeof exemptionRules>

function isDisjoint(rows: readonly ExemptionSection[]): boolean {
  const startsBefore = (from: string | null, until: string | null) => from === null || until === null || from < until
  return rows.every((a, index) =>
    rows
      .slice(index + 1)
      .every(
        (b) =>
          a.section !== b.section ||
          !(startsBefore(a.validFrom, b.validUntil) && startsBefore(b.validFrom, a.validUntil)),
      ),
  )
}
