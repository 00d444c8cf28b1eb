// The fixed templates of provisos: what a condition of an authorization says of one question. A condition only takes away; each is
// data of the authorization, read by the rules below, so that a new proviso needs no new rule and no new proof.
//
// Texts name the proviso and what is missing, never a country of the person's.

import type { ProvisoCondition } from '@sallyport/protocol'
import type { AuthorizationFacts, CoverageQuestion } from '../policy/index.ts'

/** Actions by which content is released where the person is. Sealed bytes are none (22 CFR 120.54(a)(5)). */
const releasing = new Set(['file.open', 'file.share', 'file.receive'])
/** What somebody does before they have acknowledged anything: find the file, and acknowledge. */
const before = new Set(['file.acknowledge', 'file.list', 'vault.list'])
const dayMs = 86_400_000

export interface Unmet {
  readonly gap: 'proviso' | 'acknowledgment'
  readonly text: string
}

/** Tell in which country the release of this question takes place; `null`: nobody knows where, `undefined`: nothing is released. */
export function placeOfRelease({ action, place }: CoverageQuestion): string | null | undefined {
  return releasing.has(action) ? place.country : undefined
}

/** Name every condition of an authorization that this question does not meet. `isNamed`: the authorization names the person. */
export function unmetConditions(
  question: CoverageQuestion,
  authorization: AuthorizationFacts,
  isNamed: boolean,
): readonly Unmet[] {
  const asked = { authorization, isNamed }
  const all: Unmet[] = []
  for (const proviso of authorization.terms.provisos) {
    if (proviso.kind !== 'condition') continue
    for (const limit of limits) {
      const one = limit(proviso, question, asked)
      if (one !== null) all.push(one)
    }
  }
  return all
}

interface Asked {
  readonly authorization: AuthorizationFacts
  readonly isNamed: boolean
}

/** One template: null where the condition says nothing of the kind, or what it asks for is so. */
type Limit = (condition: ProvisoCondition, question: CoverageQuestion, asked: Asked) => Unmet | null

const limits: readonly Limit[] = [
  (condition, { person }, asked) =>
    condition.persons === undefined || condition.persons.includes(person.id)
      ? null
      : unmet(condition, asked, 'leaves it to certain people, and this is none of them'),

  (condition, { person }, asked) =>
    condition.parties === undefined || asked.isNamed || condition.parties.includes(person.employer ?? '')
      ? null
      : unmet(condition, asked, 'leaves it to employees of certain parties, and this is none of them'),

  (condition, question, asked) => {
    const place = placeOfRelease(question)
    if (condition.places === undefined || place === undefined) return null
    if (place !== null && condition.places.includes(place)) return null
    return unmet(condition, asked, `lets a release take place in ${condition.places.join(', ')} only`)
  },

  (condition, { action }, asked) =>
    condition.actions === undefined || condition.actions.some((one) => one === action)
      ? null
      : unmet(condition, asked, `allows ${condition.actions.join(', ')} only`),

  (condition, { labels }, asked) => {
    const outside = labels.items.find((one) => condition.items?.includes(one) === false)
    return outside === undefined ? null : unmet(condition, asked, `leaves out ${outside}`)
  },

  (condition, { labels }, asked) => {
    const outside = labels.programs.find((one) => condition.programs?.includes(one) === false)
    return outside === undefined ? null : unmet(condition, asked, `leaves out program ${outside}`)
  },

  // A date that cannot be read is over.
  (condition, { atMs }, asked) =>
    condition.until === undefined || atMs < Date.parse(condition.until)
      ? null
      : unmet(condition, asked, `held until ${condition.until}`),

  (condition, { person }, asked) =>
    condition.nda === undefined || person.hasNda ? null : unmet(condition, asked, 'asks for a signed NDA on record'),

  (condition, { person, atMs }, asked) => {
    const days = condition.briefedWithinDays
    if (days === undefined) return null
    const briefedMs = person.briefedOn === null ? NaN : Date.parse(person.briefedOn)
    return briefedMs <= atMs && atMs < briefedMs + days * dayMs
      ? null
      : unmet(condition, asked, `asks for a briefing on record within the last ${days} days`)
  },

  (condition, { action, acknowledged }, asked) => {
    if (condition.acknowledged === undefined || before.has(action)) return null
    if (acknowledged(asked.authorization.id, condition.id, condition.text)) return null
    return { ...unmet(condition, asked, 'is to be acknowledged first, by the person'), gap: 'acknowledgment' }
  },
]

function unmet({ id }: ProvisoCondition, { authorization }: Asked, what: string): Unmet {
  return { gap: 'proviso', text: `Proviso ${id} of authorization ${authorization.terms.number} ${what}.` }
}
