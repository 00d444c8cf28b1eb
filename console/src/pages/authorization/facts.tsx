// The terms of an authorization, fact by fact.

import { Link } from '@tanstack/react-router'
import { scopeFacts, validityFacts } from '../../parts/authorization-terms.tsx'
import { Facts } from '../../parts/facts.tsx'
import { Moment } from '../../parts/moment.tsx'
import type { Authorization, Draws } from './query.ts'

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
        ...validityFacts(terms),
        ...(endedAt === null ? [] : ([['Ended', <Moment key="ended" at={endedAt} />]] as const)),
        ...(draws === undefined || draws.exhaustedAt === null
          ? []
          : ([['Used up', <Moment key="used up" at={draws.exhaustedAt} />]] as const)),
        ...scopeFacts(terms),
        ...(replacedBy.length === 0 ? [] : ([['Replaced by', <Numbers key="by" numbers={replacedBy} />]] as const)),
        ['Version', version],
        ...(draws === undefined
          ? []
          : ([['Records are kept', <Kept key="kept" retained={draws.retained} />]] as const)),
      ]}
    />
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
  const source = rule.sureness === 'yes' ? rule.citation : `${rule.citation}; sure: ${rule.sureness}`
  return (
    <>
      {until === null ? (
        `At least ${rule.figure} ${rule.unit}`
      ) : (
        <>
          Until <Moment at={until} isDay /> at least
        </>
      )}{' '}
      ({source})
    </>
  )
}
