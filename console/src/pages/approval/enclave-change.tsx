// What changes for everybody: a rule, keys, what outside labels mean, legal data, a classification, policies.

import type { ReactNode } from 'react'
import type { AnswerOf } from '../../api/index.ts'
import { classificationFacts } from '../../parts/classification-facts.tsx'
import { Facts } from '../../parts/facts.tsx'
import { LabelTitles } from '../../parts/label-titles.tsx'
import { LegalDataRows, type LegalRows } from '../../parts/legal-data-rows.tsx'
import { Section } from '../../parts/page.tsx'
import { PolicyDifferences } from '../../parts/policy-differences.tsx'
import { worded } from '../../parts/wording.ts'
import type { Showing } from './showing.ts'

const rules: Readonly<Record<string, string>> = {
  'foreign-employer-bars': 'Whoever acts for a foreign employer is barred like a foreign person',
}

export function AskedRule({ approval: { details }, title }: Showing) {
  const { setting, isOn, reason } = details as { setting: string; isOn: boolean; reason: string }
  return (
    <Section title={title}>
      <Facts
        facts={[
          ['Rule', rules[setting] ?? worded(setting)],
          ['Is to be', isOn ? 'On' : 'Off'],
          ['Why', reason],
        ]}
      />
    </Section>
  )
}

const keyUses: Readonly<Record<string, string>> = { file: 'The keys of files', kas: 'The key access door' }

/** As the gate describes a key that is to be used. */
interface NewKey {
  readonly door: string
  readonly algorithm: string
  readonly kid: string
  readonly from: string | null
  readonly reason: string
}

export function AskedKey({ approval: { details }, title }: Showing) {
  const { door, algorithm, kid, from, reason } = details as unknown as NewKey
  return (
    <Section title={title}>
      <Facts
        facts={[
          ['Change', 'Use a new key'],
          ['What it is for', keyUses[door] ?? door],
          ['Key', <code key="kid">{kid}</code>],
          ['In place of', from === null ? 'None: there is none yet' : <code key="from">{from}</code>],
          ['Algorithm', algorithm],
          ['Why', reason],
        ]}
      />
    </Section>
  )
}

export function AskedKeyEnd({ approval: { state, details }, title }: Showing) {
  const { kid, reason, files } = details as { kid: string; reason: string; files: number }
  return (
    <Section title={title}>
      <Facts
        facts={[
          ['Change', 'Destroy a key: whatever leans on it opens for nobody any more'],
          ['Key', <code key="kid">{kid}</code>],
          ['Why', reason],
          ...(state === 'pending' ? [['Files that lean on it now', String(files)] as const] : []),
        ]}
      />
    </Section>
  )
}

/** As the gate describes what an outside label is to mean. */
interface Meaning {
  readonly outside: string
  readonly from: readonly string[] | string
  readonly to: readonly string[] | string
  /** Today. */
  readonly now: readonly string[] | string
  readonly basis: string
}

export function AskedMeaning({ approval: { state, details }, title }: Showing) {
  const { outside, from, to, now, basis } = details as unknown as Meaning
  return (
    <Section title={title}>
      <Facts
        facts={[
          ['Label of another system', outside],
          ['Is to mean', <Meant key="to" labels={to} />],
          ['Meant when it was asked', <Meant key="from" labels={from} />],
          ...(state === 'pending' ? [['Means now', <Meant key="now" labels={now} />] as const] : []),
          ['On what basis', basis],
        ]}
      />
    </Section>
  )
}

function Meant({ labels }: { readonly labels: readonly string[] | string }): ReactNode {
  if (typeof labels === 'string') return 'Unknown: whatever carries it is refused'
  return labels.length === 0 ? 'Nothing' : <LabelTitles values={labels} />
}

export function AskedLegalData({ approval: { details }, title }: Showing) {
  const { asOf, reason, added, removed } = details as {
    asOf: string
    reason: string
    added: LegalRows
    removed: LegalRows
  }
  return (
    <Section title={title}>
      <Facts
        facts={[
          ['Knows the law up to', asOf],
          ['Why', reason],
        ]}
      />
      <LegalDataRows added={added} removed={removed} />
    </Section>
  )
}

/** As the gate describes a classification that is to be in force. */
interface Classified {
  readonly terms: AnswerOf<'classification'>['terms']
  readonly reason: string
  readonly before: { readonly number: string; readonly says: string } | null
  readonly raises: readonly string[]
  readonly lowers: readonly string[]
  readonly warnings: readonly string[]
}

export function AskedClassification({ approval: { details }, title }: Showing) {
  const { terms, reason, before, raises, lowers, warnings } = details as unknown as Classified
  return (
    <Section title={title}>
      <Facts
        facts={[
          ...classificationFacts(terms),
          ['Why', reason],
          ...(before === null ? [] : [['The record before it', `${before.number}: ${before.says}`] as const]),
          ...(raises.length === 0 ? [] : [['Raises control', raises.join('; ')] as const]),
          ...(lowers.length === 0 ? [] : [['Lowers control', lowers.join('; ')] as const]),
          ...(warnings.length === 0 ? [] : [['Odd, and still may be so', warnings.join('; ')] as const]),
        ]}
      />
    </Section>
  )
}

type Differences = Parameters<typeof PolicyDifferences>[0]['differences']

export function AskedPolicies({ approval: { details }, title }: Showing) {
  const { digest, from, reason, ...differences } = details as unknown as Differences & {
    readonly digest: string
    readonly from: string | null
    readonly reason: string
  }
  return (
    <Section title={title}>
      <Facts
        facts={[
          ['Set', <code key="set">{digest}</code>],
          ['In place of', from === null ? 'None' : <code key="from">{from}</code>],
          ['Why', reason],
        ]}
      />
      <PolicyDifferences differences={differences} />
    </Section>
  )
}
