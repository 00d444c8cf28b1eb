// The terms of an authorization, fact by fact: as they hold, and as somebody asks for them.

import type { AnswerOf } from '../api/index.ts'
import { kindNames } from './authorization-standing.ts'
import { countryNames } from './countries.ts'
import { Moment } from './moment.tsx'

export type Terms = AnswerOf<'authorization'>['terms']
export type Fact = readonly [string, React.ReactNode]

const fact = (what: string, how: string | undefined): readonly Fact[] => (how === undefined ? [] : [[what, how]])
const list = (names: readonly string[]) => names.join(', ')

/** What it is and how long it holds. */
export function validityFacts(terms: Terms): readonly Fact[] {
  return [
    ['Number', terms.number],
    ['Kind', kindNames[terms.kind]],
    ['Citation on records', terms.citation],
    ['Valid', <Validity key="valid" terms={terms} />],
  ]
}

/** What it is for. */
export function scopeFacts(terms: Terms): readonly Fact[] {
  return [
    ['Countries', countryNames(terms.countries)],
    ['USML paragraphs or ECCNs', list(terms.items)],
    ['Programs', list(terms.programs)],
    ['Purposes', list(terms.purposes)],
    ...fact('Registrant', terms.registrant),
    ...fact('End use', terms.endUse),
    ...fact('Scope', terms.scope),
    ...fact('DSP-83', terms.certificate),
    ...fact('Replaces', terms.replaces),
    ...(terms.exemption === undefined ? [] : ([['Section', `22 CFR ${terms.exemption.section}`]] as const)),
    ...(terms.exemption?.territory === undefined
      ? []
      : ([['Territory', countryNames(terms.exemption.territory)]] as const)),
  ]
}

function Validity({ terms: { validFrom, validUntil } }: { readonly terms: Terms }) {
  return (
    <>
      <Moment at={validFrom} /> up to, and without, <Moment at={validUntil} />
    </>
  )
}
