// Whether one live authorization covers a foreign person for one file: all of it, or nothing. Pure: everything that matters
// is in the question. SPEC: 22 CFR 120.50(b) and 120.51(b) (which countries count), 120.64 (regular employee), 126.1
// (proscribed countries), 123.1 and 124.1 (licenses and agreements).
//
// A U.S. person is never asked about here, and nothing here could tell one.
//
// The EAR looks only at the most recent citizenship or permanent residency (15 CFR 734.13(b)). The roster does not record
// their order, so that files of either regime are held to the union: stricter than the EAR asks, never laxer.
//
// Texts and gaps name what an authorization lacks, never a country: nationality stays out of answers and entries.

import { countriesMeant, type AuthorizationTerms, type CountryTies, type Obligation } from '@sallyport/protocol'
import { letOut } from '@sallyport/protocol/markings'
import type {
  AuthorizationFacts,
  Coverage,
  CoverageQuestion,
  CoverageRule,
  LabelFacts,
  PersonFacts,
} from '../policy/index.ts'
import { unmetConditions } from './conditions.ts'
import { employeeAnswer } from './employees.ts'
import { exemptionPlaces, unmetExemption } from './exemptions/at-decision.ts'
import { isLicense, isOfEar } from './kinds.ts'

/** Why one authorization does not cover, in the order in which it is told. */
const missOrder = [
  'person',
  'proscribed-country',
  'country',
  'release-list',
  'jurisdiction',
  'item',
  'program',
  'purpose',
  'exemption',
  'proviso',
  'acknowledgment',
  'not-yet-valid',
  'expired',
] as const

interface Miss {
  readonly gap: (typeof missOrder)[number]
  readonly text: string
}

/**
 * Make the rule. `namespace` is the host part of the enclave's names, for obligations that provisos ask for.
 *
 * When several authorizations cover, the one relied on is that of the smallest number by code units, then of the smallest
 * id: the same for the same question, whatever order the candidates come in. When none covers, the gap told is that of the
 * one with the fewest misses, among those that concern the person at all. 126.1 comes before any of them: it is told wherever a
 * country is on the list that no license which is valid now and concerns the person lifts.
 */
export function makeCoverage(parts: { readonly namespace: string }): CoverageRule {
  return (question) => {
    const unanswerable = refuseQuestion(question)
    if (unanswerable !== null) return unanswerable

    let covering: AuthorizationFacts | null = null
    for (const one of question.authorizations) {
      if (isFirst(one, covering) && covers(question, one)) covering = one
    }
    return covering === null ? uncovered(question) : covered(covering, question, parts.namespace)
  }
}

// Looked for when it is read: a question about thousands asks for no reason, and to find it takes longer than all the rest.
function uncovered(question: CoverageQuestion): Coverage {
  let found: Gap | null = null
  const gap = () => (found ??= nearestGap(question))
  return {
    live: false,
    get gap() {
      return gap().gap
    },
    get text() {
      return gap().text
    },
  }
}

interface Gap {
  readonly gap: string
  readonly text: string
}

function nearestGap(question: CoverageQuestion): Gap {
  let nearest: Near | null = null
  let isBarred = barredCountries(question).length > 0
  for (const authorization of question.authorizations) {
    const relation = relationTo(question.person, authorization.terms)
    if (relation === 'stranger') continue
    const misses = missesOf(question, authorization, relation)
    if (nearest === null || isNearer({ authorization, misses }, nearest)) nearest = { authorization, misses }
    if (isBarred && liftsNow(question, authorization.terms)) isBarred = false
  }
  if (isBarred) return { gap: 'proscribed-country', text: barredText }
  const [first] = nearest?.misses ?? []
  return (
    first ?? {
      gap: 'no-authorization',
      text: 'No authorization names this person, or lists a foreign party that employs them.',
    }
  )
}

/**
 * Every country that counts: citizenships held now or before, permanent residencies held now. One that is gone counts as all that
 * followed it.
 */
export function neededCountries(ties: CountryTies | null): readonly string[] {
  if (ties === null) return []
  const known = counting.get(ties)
  if (known !== undefined) return known
  const recorded = [...ties.citizenships, ...ties.formerCitizenships, ...ties.permanentResidencies]
  const needed = [...new Set(recorded.flatMap(countriesMeant))].sort()
  counting.set(ties, needed)
  return needed
}

/** Countries that count, by what was recorded of one person; that is asked for several times in each question. */
const counting = new WeakMap<CountryTies, readonly string[]>()

// What no authorization could mend. INVARIANT: nothing is covered because a list is empty.
function refuseQuestion({ person, labels }: CoverageQuestion): Coverage | null {
  if (person.status !== 'foreign-person') {
    return notLive('person', 'An authorization can cover only somebody whom the roster holds as a foreign person.')
  }
  if (neededCountries(person.ties).length === 0) {
    return notLive('nationality-unknown', 'The roster does not say which countries count for this person.')
  }
  if (labels.unknown.length > 0) return notLive('item', 'The file carries a label that this enclave does not know.')
  if (labels.items.length === 0) return notLive('item', 'The file is not classified: it names no item.')
  if (labels.programs.length === 0) return notLive('program', 'The file belongs to no program.')
  return null
}

type Relation = 'named' | 'employee' | 'us-party' | 'transport-only' | 'not-regular-employee' | 'no-nda' | 'stranger'

// How an authorization reaches a person: by name, or as a regular employee of a foreign party. INVARIANT: a U.S. party's own
// foreign employees are reached by name only.
function relationTo(person: PersonFacts, terms: AuthorizationTerms): Relation {
  if (terms.persons.includes(person.id)) return 'named'
  const parties = terms.parties.filter((party) => party.id === person.employer)
  if (parties.length === 0) return 'stranger'
  if (!parties.every((party) => party.side === 'foreign')) return 'us-party'
  if (parties.some((party) => party.role === 'intermediate-consignee')) return 'transport-only'
  if (!person.isRegularEmployee) return 'not-regular-employee'
  return person.hasNda ? 'employee' : 'no-nda'
}

// What most of them lack is seen at once, before anything else is looked at: they list other items or other programs.
function covers(question: CoverageQuestion, authorization: AuthorizationFacts): boolean {
  const { terms } = authorization
  const { items, programs } = question.labels
  if (!items.every((one) => terms.items.includes(one)) || !programs.every((one) => terms.programs.includes(one)))
    return false
  const relation = relationTo(question.person, terms)
  return relation !== 'stranger' && missesOf(question, authorization, relation).length === 0
}

function missesOf(question: CoverageQuestion, authorization: AuthorizationFacts, relation: Relation): readonly Miss[] {
  const { person, labels, atMs } = question
  const { terms } = authorization
  const misses: Miss[] = []
  for (const some of [
    personMisses(relation, terms),
    countryMisses(question, terms),
    markingMisses(question),
    fileMisses(person, labels, terms),
    unmetExemption(question, terms),
    unmetConditions(question, authorization, relation === 'named'),
    dateMisses(terms, atMs),
  ]) {
    if (some.length > 0) misses.push(...some)
  }
  return misses
}

function personMisses(relation: Relation, { number }: AuthorizationTerms): readonly Miss[] {
  const texts = {
    named: null,
    employee: null,
    stranger: `Authorization ${number} does not name this person.`,
    'us-party': `A U.S. party to authorization ${number} does not cover its own foreign employees: it must name the person.`,
    'transport-only': `The party to authorization ${number} that employs this person only passes on what is shipped.`,
    'not-regular-employee': `Authorization ${number} covers regular employees of its foreign party, or persons whom it names.`,
    'no-nda': `Authorization ${number} covers regular employees of its foreign party once they have signed the NDA.`,
  } as const satisfies Record<Relation, string | null>
  const text = texts[relation]
  return text === null ? [] : [{ gap: 'person', text }]
}

function countryMisses(question: CoverageQuestion, terms: AuthorizationTerms): readonly Miss[] {
  const { person, atMs } = question
  const needed = neededCountries(person.ties)
  const misses: Miss[] = []
  // 126.1 comes first: where it is the matter, naming the country would not help.
  if (!barredCountries(question).every((one) => isLifted(one, terms, atMs))) {
    misses.push({ gap: 'proscribed-country', text: barredText })
  }
  const employee = employeeAnswer(question, terms, needed)
  if (employee.outcome === 'refused') {
    const text = `The empowered official determined that authorization ${terms.number} does not cover this person.`
    misses.push({ gap: 'person', text })
  }
  if (needed.every((one) => terms.countries.includes(one)) || employee.outcome === 'covered') return misses
  if (employee.outcome === 'elsewhere') {
    return [...misses, { gap: 'country', text: `Authorization ${terms.number} ${employee.text}.` }]
  }
  const text = `Authorization ${terms.number} does not name every country that counts for this person.`
  return [...misses, { gap: 'country', text }]
}

// What a file's own markings leave out, whatever an authorization says: a list lets nobody in, it only narrows.
function markingMisses({ person, labels }: CoverageQuestion): readonly Miss[] {
  const needed = neededCountries(person.ties)
  if (labels.awaitsRelease)
    return [{ gap: 'release-list', text: 'It is marked RELIDO, and no list says to whom it was released.' }]
  if (labels.releases.every((list) => letOut(list, needed) !== null)) return []
  const text =
    'Its marking names the countries that it may be released to, and not every one that counts for this person.'
  return [{ gap: 'release-list', text }]
}

const barredText =
  'A country that counts for this person is on the list of 22 CFR 126.1; only a license that names it, with the ' +
  "empowered official's recorded determination, could lift that."

function barredCountries({ person, proscribed }: CoverageQuestion): readonly string[] {
  return neededCountries(person.ties).filter((one) => proscribed.some(({ country }) => country === one))
}

/** Whether a license that is valid at this moment lifts 126.1 for all of a person's countries. */
function liftsNow(question: CoverageQuestion, terms: AuthorizationTerms): boolean {
  const isValid = dateMisses(terms, question.atMs).length === 0
  return isValid && barredCountries(question).every((one) => isLifted(one, terms, question.atMs))
}

// SPEC: 22 CFR 126.1(a). No exemption and no agreement lifts it; a determination that is yet to come does not either.
function isLifted(country: string, terms: AuthorizationTerms, atMs: number): boolean {
  return (
    isLicense(terms.kind) &&
    terms.countries.includes(country) &&
    terms.determinations.some((one) => one.country === country && Date.parse(one.at) <= atMs)
  )
}

function fileMisses(person: PersonFacts, labels: LabelFacts, terms: AuthorizationTerms): readonly Miss[] {
  const misses: Miss[] = []
  if (isOfEar(terms.kind) && !(labels.jurisdictions.length > 0 && labels.jurisdictions.every((one) => one === 'ear'))) {
    const text = `Authorization ${terms.number} is of the EAR, and the file is not under the EAR alone.`
    misses.push({ gap: 'jurisdiction', text })
  }
  const item = labels.items.find((one) => !terms.items.includes(one))
  if (item !== undefined) misses.push({ gap: 'item', text: `Authorization ${terms.number} does not list ${item}.` })
  for (const program of labels.programs) {
    const purposes = person.assignments.filter((one) => one.program === program).map((one) => one.purpose)
    if (!terms.programs.includes(program)) {
      misses.push({ gap: 'program', text: `Authorization ${terms.number} does not list program ${program}.` })
    } else if (purposes.length === 0) {
      misses.push({ gap: 'program', text: `The person is not assigned to program ${program}.` })
    } else if (!purposes.some((one) => terms.purposes.includes(one))) {
      misses.push({
        gap: 'purpose',
        text: `Authorization ${terms.number} does not list the purpose of the assignment to program ${program}.`,
      })
    }
  }
  return misses.toSorted((a, b) => missOrder.indexOf(a.gap) - missOrder.indexOf(b.gap))
}

// From `validFrom` on, up to but not at `validUntil`. A date that cannot be read is no date.
function dateMisses(terms: AuthorizationTerms, atMs: number): readonly Miss[] {
  const { number, validFrom, validUntil } = terms
  const { fromMs, untilMs } = datesOf(terms)
  if (!(atMs >= fromMs)) {
    return [{ gap: 'not-yet-valid', text: `Authorization ${number} is valid from ${validFrom}.` }]
  }
  if (!(atMs < untilMs)) {
    return [{ gap: 'expired', text: `Authorization ${number} was valid until ${validUntil}.` }]
  }
  return []
}

const dates = new WeakMap<AuthorizationTerms, { readonly fromMs: number; readonly untilMs: number }>()

function datesOf(terms: AuthorizationTerms): { readonly fromMs: number; readonly untilMs: number } {
  const known = dates.get(terms)
  if (known !== undefined) return known
  const read = { fromMs: Date.parse(terms.validFrom), untilMs: Date.parse(terms.validUntil) }
  dates.set(terms, read)
  return read
}

function covered({ id, version, terms }: AuthorizationFacts, question: CoverageQuestion, namespace: string): Coverage {
  const needed = neededCountries(question.person.ties)
  const employee = needed.every((one) => terms.countries.includes(one))
    ? { outcome: 'none' as const }
    : employeeAnswer(question, terms, needed)
  const citation = employee.outcome === 'covered' ? `${terms.citation}, ${employee.citation}` : terms.citation
  return {
    live: true,
    reliance: { authorizationId: id, number: terms.number, version, citation },
    territories: territoriesOf(terms, question, employee.outcome === 'covered' ? employee.places : null),
    obligations: [
      ...viewOnly(question, namespace),
      ...terms.provisos.flatMap((proviso): Obligation[] =>
        proviso.kind === 'obligation'
          ? [
              {
                id: proviso.obligation,
                fqn: `https://${namespace}/obl/proviso/value/${proviso.obligation}`,
                text: proviso.text,
                source: proviso.id,
              },
            ]
          : [],
      ),
    ],
  }
}

// DISPLAY ONLY: what may be shown and not kept is left to a program that says it can do so.
function viewOnly({ person, labels }: CoverageQuestion, namespace: string): readonly Obligation[] {
  const needed = neededCountries(person.ties)
  if (!labels.releases.some((list) => letOut(list, needed) === 'display')) return []
  const text = 'This is marked DISPLAY ONLY: it may be shown, and no copy of it may stay.'
  return [{ id: 'view-only', fqn: `https://${namespace}/obl/proviso/value/view-only`, text, source: 'DISPLAY ONLY' }]
}

// The release may also take place where a foreign party is, unless that is a proscribed place: a determination lifts 126.1 for a
// person, not for a place. A country that is named only for somebody's nationality is no place of release.
function territoriesOf(
  terms: AuthorizationTerms,
  question: CoverageQuestion,
  employeePlaces: readonly string[] | null,
): readonly string[] {
  const ofParties = terms.parties
    .filter(({ side, role }) => side === 'foreign' && role !== 'intermediate-consignee')
    .map((party) => party.country)
    .filter((place) => terms.countries.includes(place))
  const { proscribed } = question
  const ofExemption = exemptionPlaces(question, terms)
  const limits = terms.provisos.flatMap((one) => (one.kind === 'condition' && one.places ? [one.places] : []))
  return [...new Set(employeePlaces ?? [...ofParties, ...(terms.exemption?.territory ?? [])])]
    .filter((place) => ofExemption === null || ofExemption.includes(place))
    .filter((place) => limits.every((places) => places.includes(place)))
    .filter((place) => !proscribed.some(({ country }) => country === place))
    .sort()
}

interface Near {
  readonly authorization: AuthorizationFacts
  readonly misses: readonly Miss[]
}

function isNearer({ authorization, misses }: Near, than: Near): boolean {
  if (misses.length !== than.misses.length) return misses.length < than.misses.length
  return isFirst(authorization, than.authorization)
}

function isFirst({ id, terms }: AuthorizationFacts, than: AuthorizationFacts | null): boolean {
  if (than === null) return true
  return terms.number === than.terms.number ? id < than.id : terms.number < than.terms.number
}

function notLive(gap: string, text: string): Coverage {
  return { live: false, gap, text }
}
