// The terms of an authorization, fact by fact.

import { Link } from '@tanstack/react-router'
import { kindNames } from '../../parts/authorization-standing.ts'
import { countryNames } from '../../parts/countries.ts'
import { Facts } from '../../parts/facts.tsx'
import { Moment } from '../../parts/moment.tsx'
import type { Authorization, Draws, Terms } from './query.ts'

type Fact = readonly [string, React.ReactNode]

const fact = (what: string, how: string | undefined): readonly Fact[] => (how === undefined ? [] : [[what, how]])
const list = (names: readonly string[]) => names.join(', ')

/** `draws` say until when its records are kept, once they are here. */
export function AuthorizationFacts({
  authorization: { terms, version, endedAt, replacedBy },
  draws,
}: {
  readonly authorization: Authorization
  readonly draws: Draws | undefined
}) {
  return (
    <Facts
      facts={[
        ['Number', terms.number],
        ['Kind', kindNames[terms.kind]],
        ['Citation on records', terms.citation],
        ['Valid', <Validity key="valid" terms={terms} />],
        ...(endedAt === null ? [] : ([['Ended', <Moment key="ended" at={endedAt} />]] as const)),
        ...(draws === undefined || draws.exhaustedAt === null
          ? []
          : ([['Used up', <Moment key="used up" at={draws.exhaustedAt} />]] as const)),
        ['Countries', countryNames(terms.countries)],
        ['USML paragraphs or ECCNs', list(terms.items)],
        ['Programs', list(terms.programs)],
        ['Purposes', list(terms.purposes)],
        ...fact('Registrant', terms.registrant),
        ...fact('End use', terms.endUse),
        ...fact('Scope', terms.scope),
        ...fact('DSP-83', terms.certificate),
        ...fact('Replaces', terms.replaces),
        ...(replacedBy.length === 0 ? [] : ([['Replaced by', <Numbers key="by" numbers={replacedBy} />]] as const)),
        ...(terms.exemption === undefined ? [] : ([['Section', `22 CFR ${terms.exemption.section}`]] as const)),
        ...(terms.exemption?.territory === undefined
          ? []
          : ([['Territory', countryNames(terms.exemption.territory)]] as const)),
        ['Version', version],
        ...(draws === undefined
          ? []
          : ([['Records are kept', <Kept key="kept" retained={draws.retained} />]] as const)),
      ]}
    />
  )
}

function Validity({ terms: { validFrom, validUntil } }: { readonly terms: Terms }) {
  return (
    <>
      <Moment at={validFrom} /> to <Moment at={validUntil} />
    </>
  )
}

/** The register, narrowed to each number: whoever replaces it is found there. */
function Numbers({ numbers }: { readonly numbers: readonly string[] }) {
  return numbers.map((number, at) => (
    <span key={number}>
      {at > 0 && ', '}
      <Link to="/authorizations" search={{ text: number }}>
        {number}
      </Link>
    </span>
  ))
}

function Kept({ retained: { until, rule } }: { readonly retained: Draws['retained'] }) {
  return (
    <>
      {until === null ? `${rule.figure} ${rule.unit} from each transaction` : <Moment at={until} isDay />} at least (
      {rule.citation}; sure: {rule.sureness})
    </>
  )
}
