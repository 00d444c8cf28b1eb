// Whether terms meet what their exemption asks: each condition that is missing, or that the terms contradict, named by its field.

import type { AuthorizationTerms } from '@sallyport/protocol'
import type { Fault } from '../fault.ts'
import type { ExemptionCondition, ExemptionRules, ExemptionSection } from './rule.ts'

/** The law as it stands when terms are checked. */
export interface ExemptionLaw {
  readonly rules: ExemptionRules
  /** The day in Washington, `2026-06-01`. */
  readonly day: string
  /** Countries of 22 CFR 126.1 on that day. */
  readonly proscribed: readonly string[]
  /** Countries of 22 CFR 126.18(d) on that day. */
  readonly nationals: readonly string[]
}

type Claim = NonNullable<AuthorizationTerms['exemption']>

/** Name everything that an exemption wants and its terms do not have. */
export function exemptionFaults(terms: AuthorizationTerms, law: ExemptionLaw): readonly Fault[] {
  const { kind, exemption } = terms
  if (kind !== 'exemption') {
    return exemption === undefined ? [] : [{ field: 'exemption', text: `stands in ${kind}, want an exemption` }]
  }
  if (exemption === undefined) {
    return [{ field: 'exemption', text: 'is missing, want its section, evidence and certification' }]
  }
  const inForce = sectionsOn(law)
  const rule = inForce.find((one) => one.section === exemption.section)
  if (rule === undefined) {
    const known = inForce.map((one) => one.section).join(', ')
    return [{ field: 'exemption.section', text: `is ${exemption.section}, want one of ${known}` }]
  }
  const conditions = [...law.rules.preconditions, ...rule.conditions]
  return [
    ...(terms.citation.includes(rule.section)
      ? []
      : [{ field: 'citation', text: `is not of the section that is claimed, want ${rule.citation}` }]),
    ...conditions.flatMap((condition) => checks[condition.check](condition, { terms, exemption, law })),
    ...strangeEvidence(exemption, conditions, rule),
    ...strangeTerritory(exemption, conditions, rule),
  ]
}

/** The sections that hold on the day. */
export function sectionsOn({ rules, day }: Pick<ExemptionLaw, 'rules' | 'day'>): readonly ExemptionSection[] {
  return rules.sections.filter(
    ({ validFrom, validUntil }) =>
      (validFrom === null || validFrom <= day) && (validUntil === null || day < validUntil),
  )
}

interface Checked {
  readonly terms: AuthorizationTerms
  readonly exemption: Claim
  readonly law: ExemptionLaw
}
type Check = (condition: ExemptionCondition, checked: Checked) => readonly Fault[]

const inDecisions: Check = () => []

const checks: Readonly<Record<ExemptionCondition['check'], Check>> = {
  places: inDecisions,
  employer: inDecisions,

  evidence: ({ id, text }, { exemption }) =>
    Object.hasOwn(exemption.evidence, id) ? [] : [{ field: `exemption.evidence.${id}`, text: `is missing: ${text}` }],

  // SPEC: 22 CFR 126.1(a), 120.15(c): looked at before whatever the section says, and lifted by none.
  'not-proscribed': (_, { terms, exemption, law }) =>
    placesIn(terms, exemption).flatMap(([field, country]) =>
      law.proscribed.includes(country)
        ? [{ field, text: `is ${country}, on the list of 22 CFR 126.1: no exemption lifts that here` }]
        : [],
    ),

  certification: (_, { terms, exemption, law }) => [
    ...(exemption.certification.on <= law.day
      ? []
      : [{ field: 'exemption.certification.on', text: 'is yet to come, want the day on which it was signed' }]),
    ...(terms.persons.includes(exemption.certification.signer)
      ? [{ field: 'exemption.certification.signer', text: 'is a person whom it names, want somebody else' }]
      : []),
  ],

  countries: (condition, { terms }) =>
    outside(
      terms.countries.map((one, at) => [`countries.${at}`, one] as const),
      condition,
    ),
  'party-countries': (condition, { terms }) => outside(foreignParties(terms), condition),

  items: (condition, { terms }) =>
    terms.items.flatMap((item, at) =>
      'categories' in condition && !condition.categories.includes(item.split('-')[0] ?? '')
        ? [{ field: `items.${at}`, text: `is ${item}, want: ${condition.text}` }]
        : [],
    ),

  nationals: (condition, { terms, law }) =>
    terms.countries.flatMap((one, at) =>
      law.nationals.includes(one) ? [] : [{ field: `countries.${at}`, text: `is ${one}, want: ${condition.text}` }],
    ),

  'foreign-party': ({ text }, { terms }) =>
    foreignParties(terms).length > 0 ? [] : [{ field: 'parties', text: `list no foreign party: ${text}` }],
  'no-foreign-party': ({ text }, { terms }) =>
    foreignParties(terms).map(([field]) => ({ field, text: `is of a foreign party: ${text}` })),
  'us-party': ({ text }, { terms }) =>
    terms.parties.some((one) => one.side === 'us') ? [] : [{ field: 'parties', text: `list no U.S. party: ${text}` }],
  persons: ({ text }, { terms }) =>
    terms.persons.length > 0 ? [] : [{ field: 'persons', text: `name nobody: ${text}` }],
  territory: ({ text }, { exemption }) =>
    exemption.territory === undefined ? [{ field: 'exemption.territory', text: `is missing: ${text}` }] : [],
}

type Placed = readonly (readonly [field: string, country: string])[]

function outside(placed: Placed, condition: ExemptionCondition): readonly Fault[] {
  if (!('countries' in condition)) return []
  return placed.flatMap(([field, country]) =>
    condition.countries.includes(country) ? [] : [{ field, text: `is ${country}, want: ${condition.text}` }],
  )
}

function foreignParties({ parties }: AuthorizationTerms): Placed {
  return parties.flatMap(({ side, country }, at) =>
    side === 'foreign' ? [[`parties.${at}.country`, country] as const] : [],
  )
}

function placesIn(terms: AuthorizationTerms, { territory = [] }: Claim): Placed {
  return [
    ...terms.countries.map((country, at) => [`countries.${at}`, country] as const),
    ...terms.parties.map(({ country }, at) => [`parties.${at}.country`, country] as const),
    ...territory.map((country, at) => [`exemption.territory.${at}`, country] as const),
  ]
}

// Evidence under a name that no condition has would be read by nobody.
function strangeEvidence(
  { evidence }: Claim,
  conditions: readonly ExemptionCondition[],
  { section }: ExemptionSection,
): readonly Fault[] {
  const asked = conditions.filter(({ check }) => check === 'evidence').map(({ id }) => id)
  return Object.keys(evidence).flatMap((name) =>
    asked.includes(name)
      ? []
      : [
          {
            field: `exemption.evidence.${name}`,
            text: `is no evidence that ${section} asks for, want ${asked.join(', ')}`,
          },
        ],
  )
}

function strangeTerritory(
  { territory = [] }: Claim,
  conditions: readonly ExemptionCondition[],
  { section }: ExemptionSection,
): readonly Fault[] {
  if (territory.length === 0) return []
  if (!conditions.some(({ check }) => check === 'territory')) {
    return [{ field: 'exemption.territory', text: `stands in ${section}, which asks for none` }]
  }
  const again = territory.findIndex((one, at) => territory.indexOf(one) !== at)
  return again < 0
    ? []
    : [{ field: `exemption.territory.${again}`, text: `repeats ${territory[again]}, want each once` }]
}
