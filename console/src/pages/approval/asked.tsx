// What a request asks for, in words that two people judge by; whatever kind it is, each member of it stands below as it is approved.

import { makeStyles, tokens } from '@fluentui/react-components'
import type { AnswerOf } from '../../api/index.ts'
import { Details } from '../../parts/details.tsx'
import { Section } from '../../parts/page.tsx'
import { AskedTerms } from './asked-terms.tsx'
import { PersonChange } from './person-change.tsx'

const useStyles = makeStyles({
  summary: { cursor: 'pointer', marginBottom: tokens.spacingVerticalS },
})

export function AskedFor({ approval }: { readonly approval: AnswerOf<'approval'> }) {
  const styles = useStyles()
  const { about, details } = approval
  const title = approval.state === 'executed' ? 'Exactly this was approved' : 'Exactly this would change'
  const isPerson = about.kind === 'person' && isRecord(details['change'])
  const isTerms = about.kind === 'authorization' && isRecord(details['terms'])
  if (!isPerson && !isTerms) {
    return (
      <Section title={title}>
        <Details details={details} />
      </Section>
    )
  }
  return (
    <>
      {isPerson && <PersonChange approval={approval} title={title} />}
      {isTerms && <AskedTerms approval={approval} title={title} />}
      <Section title="Member by member, as its digest names it">
        <details>
          <summary className={styles.summary}>Show all of it</summary>
          <Details details={details} />
        </details>
      </Section>
    </>
  )
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
