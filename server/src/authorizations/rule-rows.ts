// What legal data says besides its lists of countries, row by row, so that two of them can be compared: what exemptions ask for, and how
// long an authorization of a kind holds.

import { readFile } from 'node:fs/promises'
import type { ExemptionCondition, ExemptionRules } from './exemptions/rule.ts'
import { legalData, shippedLegalData, type LegalData, type ValidityRule } from './legal-data.ts'

export interface RuleRow {
  /** Whose it is: a section, `every exemption`, or a kind of authorization. */
  readonly rule: string
  readonly says: string
  readonly validFrom: string | null
  readonly validUntil: string | null
  readonly source: string
  readonly sureness: string
}

/** List the rules of legal data. Of what it does not have those that ship are listed, because they hold then. */
export async function ruleRows(data: Pick<LegalData, 'exemptions' | 'validity'>): Promise<readonly RuleRow[]> {
  const isWhole = data.exemptions !== undefined && data.validity !== undefined
  const shipped = isWhole ? data : legalData.parse(JSON.parse(await readFile(shippedLegalData, 'utf8')))
  const { exemptions = shipped.exemptions, validity = shipped.validity } = data
  return [...(exemptions === undefined ? [] : rowsOfExemptions(exemptions)), ...(validity ?? []).map(rowOfValidity)]
}

function rowsOfExemptions({ preconditions, source, sureness, sections }: ExemptionRules): readonly RuleRow[] {
  const always = { rule: 'every exemption', validFrom: null, validUntil: null, source, sureness }
  return [
    ...preconditions.map((one) => ({ ...always, says: saysOf(one) })),
    ...sections.flatMap(({ section, title, citation, note, conditions, ...dated }) => {
      const { validFrom, validUntil, source: readIn, sureness: sure } = dated
      const own = { rule: section, validFrom, validUntil, source: readIn, sureness: sure }
      const heading = `${title} (${citation})${note === undefined ? '' : `: ${note}`}`
      return [heading, ...conditions.map(saysOf)].map((says) => ({ ...own, says }))
    }),
  ]
}

function saysOf(condition: ExemptionCondition): string {
  const named = 'countries' in condition ? condition.countries : 'categories' in condition ? condition.categories : []
  const only = named.length === 0 ? '' : ` (${named.join(' ')})`
  return `${condition.check} ${condition.id}: ${condition.text}${only}`
}

function rowOfValidity({ kind, years, citation, source, sureness }: ValidityRule): RuleRow {
  const says = `holds ${years} years at most (${citation})`
  return { rule: kind, says, validFrom: null, validUntil: null, source, sureness }
}
