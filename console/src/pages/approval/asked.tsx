// What a request asks for, in words that two people judge by; whatever kind it is, each member of it stands below as it is approved.

import { makeStyles, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import type { AnswerOf } from '../../api/index.ts'
import { Details } from '../../parts/details.tsx'
import { Section } from '../../parts/page.tsx'
import { AskedTerms } from './asked-terms.tsx'
import {
  AskedClassification,
  AskedKey,
  AskedKeyEnd,
  AskedLegalData,
  AskedMeaning,
  AskedPolicies,
  AskedRule,
} from './enclave-change.tsx'
import { FileChanged } from './file-change.tsx'
import { PeopleImport } from './people-import.tsx'
import { PersonChange } from './person-change.tsx'
import type { Showing } from './showing.ts'
import { AskedEnrollment, AskedIdentity } from './sign-in-change.tsx'

const useStyles = makeStyles({
  summary: { cursor: 'pointer', marginBottom: tokens.spacingVerticalS },
})

interface Kind {
  readonly show: (showing: Showing) => ReactNode
  /** Without these members it is about what is gone, and stands as it is. */
  readonly wants: readonly string[]
}

/** How each kind of request is told. */
const kinds: Readonly<Record<string, Kind>> = {
  'person.change': { show: PersonChange, wants: ['change'] },
  'person.import': { show: PeopleImport, wants: ['people'] },
  'person.enrollment': { show: AskedEnrollment, wants: [] },
  'person.identity': { show: AskedIdentity, wants: [] },
  'authorization.effect': { show: AskedTerms, wants: ['terms'] },
  'authorization.amend': { show: AskedTerms, wants: ['terms'] },
  'classification.effect': { show: AskedClassification, wants: ['terms'] },
  'file.delete': { show: FileChanged, wants: [] },
  'file.reclassify': { show: FileChanged, wants: [] },
  'file.rescue': { show: FileChanged, wants: [] },
  'label.map': { show: AskedMeaning, wants: [] },
  'key.rotate': { show: AskedKey, wants: [] },
  'key.destroy': { show: AskedKeyEnd, wants: [] },
  'legal-data.change': { show: AskedLegalData, wants: [] },
  'policy-set.change': { show: AskedPolicies, wants: [] },
  'setting.change': { show: AskedRule, wants: [] },
}

export function AskedFor({ approval }: { readonly approval: AnswerOf<'approval'> }) {
  const styles = useStyles()
  const { kind, details } = approval
  const title = approval.state === 'executed' ? 'Exactly this was approved' : 'Exactly this would change'
  const { [kind]: known } = kinds
  if (known === undefined || !known.wants.every((name) => isThere(details[name]))) {
    return (
      <Section title={title}>
        <Details details={details} />
      </Section>
    )
  }
  const { show: Shown } = known
  return (
    <>
      <Shown approval={approval} title={title} />
      <Section title="Member by member">
        <details>
          <summary className={styles.summary}>Show all of it</summary>
          <Details details={details} />
        </details>
      </Section>
    </>
  )
}

function isThere(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
