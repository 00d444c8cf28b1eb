// How the terms came to be: each version in the order of time, with who, who approved, why, and what became different.

import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { Details } from '../../parts/details.tsx'
import { Moment } from '../../parts/moment.tsx'
import { wordedMember } from '../../parts/wording.ts'
import type { History, Terms } from './query.ts'

type Step = History['steps'][number]

const useStyles = makeStyles({
  timeline: { listStyleType: 'none', margin: 0, padding: 0 },
  one: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    rowGap: '2px',
    justifyItems: 'start',
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    borderInlineStartWidth: '3px',
    borderInlineStartStyle: 'solid',
    borderInlineStartColor: tokens.colorNeutralStroke2,
  },
  open: { borderInlineStartColor: tokens.colorBrandStroke1 },
  small: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200, overflowWrap: 'anywhere' },
  what: { padding: 0, minWidth: 0, justifyContent: 'start' },
  terms: { width: '100%', marginBlockStart: tokens.spacingVerticalS },
})

const happenings = {
  founded: 'In effect since the founding',
  registered: 'Registered',
  approved: 'In effect',
  amended: 'Other terms',
  ended: 'Ended',
} as const satisfies Record<Step['happened'], string>

export function HistoryTimeline({ steps }: { readonly steps: readonly Step[] }) {
  const styles = useStyles()
  const [opened, open] = useState<number | null>(null)
  return (
    <ol className={styles.timeline} reversed>
      {steps
        .map((one, at) => (
          <li key={one.version} className={mergeClasses(styles.one, opened === at && styles.open)}>
            <Button
              appearance="transparent"
              className={styles.what}
              aria-expanded={opened === at}
              onClick={() => open(opened === at ? null : at)}
            >
              {`${happenings[one.happened]}, version ${one.version}`}
            </Button>
            <span className={styles.small}>
              <Moment at={one.at} /> · {whoOf(one)}
            </span>
            {one.amendment !== null && (
              <span>
                {routes[one.amendment.route]}
                {one.amendment.reference !== null && `: ${one.amendment.reference}`}
              </span>
            )}
            {one.reason !== null && <span>{one.reason}</span>}
            <Changed before={steps[at - 1]?.terms} after={one.terms} />
            {one.entryId !== null && <span className={styles.small}>entry {one.entryId}</span>}
            {opened === at && (
              <section className={styles.terms} aria-label={`Terms of version ${one.version}`}>
                <Details details={one.terms} />
              </section>
            )}
          </li>
        ))
        .toReversed()}
    </ol>
  )
}

const routes = {
  '123.25': 'Amended under 22 CFR 123.25',
  major: 'Major amendment (22 CFR 124.1(c))',
  minor: 'Minor amendment, deposited (22 CFR 124.1(d))',
  reissued: 'Given anew',
} as const

function whoOf({ by, approvedBy, happened, entryId }: Step): string {
  if (entryId === null) return 'the ledger is taking it in; who and why stand here in a moment'
  const approvers = approvedBy.map(({ name }) => name).join(' and ')
  if (happened === 'approved') return `approved by ${approvers || (by?.name ?? 'others')}`
  return `${by?.name ?? 'the founding'}${approvers === '' ? '' : `, approved by ${approvers}`}`
}

function Changed({ before, after }: { readonly before: Terms | undefined; readonly after: Terms }) {
  const styles = useStyles()
  if (before === undefined) return null
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof Terms)[]
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
  if (changed.length === 0) return null
  return <span className={styles.small}>Changed: {changed.map(wordedMember).join(', ')}</span>
}
