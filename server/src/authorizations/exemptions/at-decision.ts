// What an exemption asks at the moment of a decision, by templates that never change with its data: where the release takes place, and
// whom the person works for then. SPEC: 22 CFR 125.4(b)(9) and (b)(10), 126.5, 126.7, 126.18(c) and (d).
//
// An exemption that was registered before sections were asked for names none, and is held to what covers everything else.

import type { AuthorizationTerms } from '@sallyport/protocol'
import type { CoverageQuestion } from '../../policy/index.ts'
import { placeOfRelease } from '../conditions.ts'

/** The conditions of a section that are looked at anew in each decision, as the legal data names them. */
interface AtDecision {
  /** Countries in which a release may take place. */
  readonly places?: (question: CoverageQuestion, terms: AuthorizationTerms) => readonly string[]
  /** The person is employed by a U.S. party of the exemption. */
  readonly employer?: true
}

const places = (...countries: string[]) => ({ places: () => countries })
const inTerritoryOfEmployer: AtDecision = {
  places: ({ person }, { parties }) =>
    parties.filter((one) => one.side === 'foreign' && one.id === person.employer).map((one) => one.country),
}

const sections: Readonly<Record<string, AtDecision>> = {
  '125.4(b)(9)': { employer: true, places: (_, { exemption }) => ['US', ...(exemption?.territory ?? [])] },
  '125.4(b)(10)': { employer: true, ...places('US') },
  '126.5': places('CA', 'US'),
  '126.7': places('AU', 'GB', 'US'),
  '126.18(c)(1)': inTerritoryOfEmployer,
  '126.18(c)(2)': inTerritoryOfEmployer,
  '126.18(d)': { places: ({ nationals }) => ['US', ...nationals] },
}

/** Name the conditions of a section that are looked at in each decision; none for a section that has none of them. */
export function checkedAtDecision(section: string): readonly string[] {
  return Object.keys(sections[section] ?? {}).toSorted()
}

/** Tell in which countries an exemption lets a release take place; null where its section does not say. */
export function exemptionPlaces(question: CoverageQuestion, terms: AuthorizationTerms): readonly string[] | null {
  return ruleOf(terms)?.places?.(question, terms) ?? null
}

/** Name what this question does not meet of the exemption's own conditions. */
export function unmetExemption(
  question: CoverageQuestion,
  terms: AuthorizationTerms,
): readonly { readonly gap: 'exemption'; readonly text: string }[] {
  const rule = ruleOf(terms)
  const unmet = (what: string) => ({ gap: 'exemption' as const, text: `Exemption ${terms.number} ${what}.` })
  const place = placeOfRelease(question)
  const allowed = exemptionPlaces(question, terms)
  const isElsewhere = place !== undefined && allowed !== null && (place === null || !allowed.includes(place))
  const isEmployed = terms.parties.some((one) => one.side === 'us' && one.id === question.person.employer)
  return [
    ...(isElsewhere ? [unmet(`lets a release take place in ${allowed.join(', ') || 'no country'} only`)] : []),
    ...(rule?.employer === true && !isEmployed ? [unmet('is for whoever its U.S. party employs')] : []),
  ]
}

function ruleOf({ kind, exemption }: AuthorizationTerms): AtDecision | undefined {
  return kind === 'exemption' && exemption !== undefined ? sections[exemption.section] : undefined
}
