// Dual and third-country nationals who are regular employees of a foreign party: whether what the empowered official determined for
// one of them reaches a country that the authorization does not name. SPEC: 22 CFR 126.18(c) and (d). Of (e), for classified
// articles under AUKUS, nothing is read here: such a person is covered where every country is named.

import type { AuthorizationTerms } from '@sallyport/protocol'
import type { CoverageQuestion } from '../policy/index.ts'
import { placeOfRelease } from './conditions.ts'

/** What was determined on a person comes to this for one question. `places`: the countries of release that it leaves. */
export type EmployeeAnswer =
  | { readonly outcome: 'none' | 'refused' }
  | { readonly outcome: 'covered'; readonly citation: string; readonly places: readonly string[] }
  | { readonly outcome: 'elsewhere'; readonly text: string }

/** Read the determinations on this person. `needed`: every country that counts. */
export function employeeAnswer(
  question: CoverageQuestion,
  terms: AuthorizationTerms,
  needed: readonly string[],
): EmployeeAnswer {
  const { person, nationals, atMs } = question
  const made = (terms.employees ?? []).filter((one) => one.person === person.id && Date.parse(one.at) <= atMs)
  // INVARIANT: a refusal wins over whatever else was determined.
  if (made.some((one) => one.outcome === 'refused')) return { outcome: 'refused' }
  const party = terms.parties.find((one) => one.side === 'foreign' && one.id === person.employer)
  const [determined] = made
  if (determined === undefined || party === undefined) return { outcome: 'none' }

  const isOfD = determined.option === '126.18(d)'
  if (isOfD && !needed.every((one) => nationals.includes(one))) return { outcome: 'none' }
  const places = isOfD ? ['US', ...nationals] : [party.country]
  const place = placeOfRelease(question)
  if (place === undefined || (place !== null && places.includes(place))) {
    return { outcome: 'covered', citation: `22 CFR ${determined.option}`, places }
  }
  const where = isOfD ? 'the countries of 22 CFR 126.18(d)' : `the territory of ${party.name}`
  return { outcome: 'elsewhere', text: `reaches this person within ${where} only` }
}
