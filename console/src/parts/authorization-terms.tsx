// The terms of an authorization, fact by fact and by the names of the form: as they hold, and as somebody asks for them.

import type { AnswerOf } from '../api/index.ts'
import { fieldNames } from './authorization-fields.ts'
import { kindNames } from './authorization-standing.ts'
import { countryNames } from './countries.ts'
import { LabelTitles } from './label-titles.tsx'
import { Validity } from './validity.tsx'

export type Terms = AnswerOf<'authorization'>['terms']
export type Fact = readonly [string, React.ReactNode]

type Said = 'registrant' | 'endUse' | 'scope' | 'certificate' | 'replaces'

/** What it is and how long it holds. */
export function validityFacts(terms: Terms): readonly Fact[] {
  return [
    [fieldNames.number, terms.number],
    [fieldNames.title, terms.title],
    [fieldNames.kind, kindNames[terms.kind]],
    [fieldNames.citation, terms.citation],
    ['Valid', <Validity key="valid" from={terms.validFrom} until={terms.validUntil} />],
  ]
}

/** What it is for. */
export function scopeFacts(terms: Terms): readonly Fact[] {
  const { exemption } = terms
  const said = (name: Said): readonly Fact[] => (terms[name] === undefined ? [] : [[fieldNames[name], terms[name]]])
  return [
    [fieldNames.countries, countryNames(terms.countries)],
    [fieldNames.items, <LabelTitles key="items" dimension="item" values={terms.items} />],
    [fieldNames.programs, <LabelTitles key="programs" dimension="program" values={terms.programs} />],
    [fieldNames.purposes, terms.purposes.join(', ')],
    ...said('registrant'),
    ...said('endUse'),
    ...said('scope'),
    ...said('certificate'),
    ...said('replaces'),
    ...(exemption === undefined ? [] : ([[fieldNames.section, `22 CFR ${exemption.section}`]] as const)),
    ...(exemption?.territory === undefined
      ? []
      : ([[fieldNames.territory, countryNames(exemption.territory)]] as const)),
  ]
}
