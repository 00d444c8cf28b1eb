import { makeStyles, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { AccessEffect } from '../../parts/access-effect.tsx'
import { Asked } from '../../parts/asked.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Moment } from '../../parts/moment.tsx'
import { useLabelTitles } from '../../parts/label-titles.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { PolicyChanges } from '../../parts/policy-changes.tsx'
import { countOf } from '../../parts/wording.ts'
import { Classes } from './classes.tsx'
import { Matrix } from './matrix.tsx'
import { accessQuery, policyEffectQuery, type Asked as AskedFor } from './query.ts'
import { Asking } from './asking.tsx'
import type { Question } from './route.ts'

const useStyles = makeStyles({ told: { margin: `0 0 ${tokens.spacingVerticalM}` } })

export const page = createLazyRoute('/shell/questions')({ component: Access })

const names: Record<Question, string> = {
  now: 'Now',
  past: 'On a day',
  ends: 'If an authorization ends',
  person: 'If a record changes',
  place: 'If asked from elsewhere',
  policies: 'If policies change',
}

/** What was asked last; null while nothing was. */
type Answering =
  | { readonly of: 'access'; readonly asked: AskedFor }
  | { readonly of: 'policies'; readonly digest: string }
  | null

function Access() {
  const { ask = 'now' } = page.useSearch()
  const navigate = useNavigate()
  const [answering, answer] = useState<Answering>(null)
  const shown: Answering = ask === 'now' ? { of: 'access', asked: {} } : answering
  const choose = (next: Question) => {
    answer(null)
    void navigate({ to: '/questions', search: next === 'now' ? {} : { ask: next }, replace: true })
  }
  return (
    <Page
      title="Who can open what"
      lead="Everybody and everything, by classes that nothing tells apart: asked in the United States, with a program that keeps every condition. Nothing changes by asking. Reasons are worded as whoever is refused would be told them."
    >
      <Choice
        label="What to ask"
        options={(Object.keys(names) as Question[]).map((value) => ({ value, text: names[value] }))}
        value={ask}
        onChoose={choose}
      />
      {ask !== 'now' && (
        <Section title={names[ask]}>
          <Asking
            key={ask}
            question={ask}
            onAsk={(asked) => answer({ of: 'access', asked })}
            onAskPolicies={(digest) => answer({ of: 'policies', digest })}
          />
        </Section>
      )}
      {shown?.of === 'access' && <Mapped asked={shown.asked} />}
      {shown?.of === 'policies' && <OtherPolicies digest={shown.digest} />}
    </Page>
  )
}

function Mapped({ asked }: { readonly asked: AskedFor }) {
  const styles = useStyles()
  const map = useQuery(accessQuery(asked))
  const titleOf = useLabelTitles()
  const { data } = map
  if (data === undefined || data.totals.people * data.totals.files === 0) {
    return (
      <Section title="Who can open what">
        <Asked what="who can open what" query={map}>
          {() => <Nothing title="There was nobody, or nothing to open" />}
        </Asked>
      </Section>
    )
  }
  const verb = asked.asOf === undefined ? 'can' : 'could'
  return (
    <>
      {data.would !== null && (
        <Section title="Who would gain or lose what">
          <AccessEffect access={data} asked={asked} />
        </Section>
      )}
      <Section title="The picture">
        <p className={styles.told}>
          {countOf(data.totals.people, 'person', 'people')} and {countOf(data.totals.files, 'file')}, all of them, as at{' '}
          <Moment at={data.at} />: {data.totals.now.toLocaleString()} of{' '}
          {countOf(data.totals.people * data.totals.files, 'pair')} of a person and a file {verb} open.
        </p>
        <Matrix map={data} asked={asked} titleOf={titleOf} />
      </Section>
      <Section title={data.would === null ? 'Class by class' : 'Class by class, as it is now'}>
        <Classes map={data} asked={asked} verb={verb} titleOf={titleOf} />
      </Section>
    </>
  )
}

function OtherPolicies({ digest }: { readonly digest: string }) {
  const styles = useStyles()
  const effect = useQuery(policyEffectQuery(digest))
  return (
    <Section title="Who would gain or lose what">
      <Asked what="what those policies would do" query={effect}>
        {(one) =>
          one.changes.length === 0 ? (
            <Nothing title="Nobody would gain or lose anything" />
          ) : (
            <>
              <p className={styles.told}>Every action is asked about, in every situation that a policy can tell.</p>
              <PolicyChanges effect={one} />
            </>
          )
        }
      </Asked>
    </Section>
  )
}
