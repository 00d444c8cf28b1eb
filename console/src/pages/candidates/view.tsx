import { Badge, Button } from '@fluentui/react-components'
import { useInfiniteQuery } from '@tanstack/react-query'
import { createLazyRoute, useNavigate } from '@tanstack/react-router'
import { useAsking } from '../../parts/act-dialog.tsx'
import { Asked } from '../../parts/asked.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { PersonLink } from '../../parts/person-link.tsx'
import { useSession } from '../../shell/routes.ts'
import { CandidateAct, type CandidateActName } from './act.tsx'
import { candidatesQuery, type Candidate } from './query.ts'

export const page = createLazyRoute('/shell/candidates')({ component: Candidates })

function Candidates() {
  const { all = false } = page.useSearch()
  const navigate = useNavigate()
  const query = useInfiniteQuery(candidatesQuery(all))
  const { asked, open, close } = useAsking<{ readonly candidate: Candidate; readonly name: CandidateActName }>()
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query
  return (
    <Page
      title="Notices of 126.1(e)(2)"
      lead="Whoever is refused under 22 CFR 126.1 may have made a proposal, of which the Directorate of Defense Trade Controls is to be told immediately. Each such refusal waits here for a decision. That it is here tells of a country of somebody's: keep it to yourselves."
    >
      <Choice
        label="Which of them"
        options={[
          { value: 'open', text: 'Open' },
          { value: 'all', text: 'All' },
        ]}
        value={all ? 'all' : 'open'}
        onChoose={(value) =>
          void navigate({ to: '/candidates', search: value === 'all' ? { all: true } : {}, replace: true })
        }
      />
      <Section title={all ? 'All' : 'Open'}>
        <Asked what="refusals" query={query}>
          {({ pages }) => {
            const candidates = pages.flatMap((one) => one.candidates)
            return (
              <>
                {candidates.length === 0 ? (
                  <Nothing title={all ? 'There was none yet' : 'Nothing waits'}>
                    A refusal under 22 CFR 126.1 comes here within half a minute.
                  </Nothing>
                ) : (
                  <Items items={candidates.map((one) => itemOf(one, (name) => open({ candidate: one, name })))} />
                )}
                {pages.some(({ isUpToDate }) => !isUpToDate) && (
                  <p>Older refusals are still being looked at: come back in a while.</p>
                )}
                {hasNextPage && (
                  <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                    More
                  </Button>
                )}
              </>
            )
          }}
        </Asked>
      </Section>
      {asked !== null && <CandidateAct {...asked} onClose={close} />}
    </Page>
  )
}

const states = {
  open: { text: 'Waits for a decision', color: 'warning' },
  case: { text: 'Case', color: 'severe' },
  dismissed: { text: 'No proposal', color: 'subtle' },
  notified: { text: 'Notified', color: 'success' },
  'not-notified': { text: 'Closed unfiled', color: 'subtle' },
} as const

function itemOf(one: Candidate, act: (name: CandidateActName) => void) {
  const { id, person, matter, refusals, decided, closed, state } = one
  return {
    key: id,
    what: <PersonLink id={person.id} name={person.name} />,
    more: (
      <>
        {matter === null ? (
          'what it was about is erased'
        ) : (
          <>
            <Moment at={matter.at} /> · {matter.action}:{' '}
            {[...matter.programs, ...matter.items].join(', ') || 'several matters'} ·{' '}
            {refusals === 1 ? '1 refusal' : `${refusals} refusals`} · decision {matter.decisionId}
          </>
        )}
        {decided !== null && ` · ${decided.by.name}: ${decided.reason ?? ''}`}
        {closed !== null &&
          ` · ${closed.official ?? closed.by.name}: ${
            closed.filing === null ? (closed.reason ?? '') : `filed ${closed.filing}, ${closed.filedOn ?? ''}`
          }`}
      </>
    ),
    end: <State candidate={one} act={act} state={state} />,
  }
}

function State({
  candidate: { person },
  state,
  act,
}: {
  readonly candidate: Candidate
  readonly state: Candidate['state']
  readonly act: (name: CandidateActName) => void
}) {
  const { roles } = useSession()
  const isOfficer = roles.includes('officer')
  const isOfficial = roles.includes('empowered-official')
  const button = (name: CandidateActName, text: string) => (
    <Button size="small" aria-label={`${text}: ${person.name}`} onClick={() => act(name)}>
      {text}
    </Button>
  )
  return (
    <>
      <Badge appearance="tint" color={states[state].color}>
        {states[state].text}
      </Badge>
      {state === 'open' && isOfficer && button('decideCandidate', 'It was a proposal')}
      {state === 'open' && isOfficial && button('dismissCandidate', 'It was none')}
      {state === 'case' && isOfficer && button('closeCandidate', 'Filed')}
      {state === 'case' && isOfficial && button('closeUnfiled', 'Not filed')}
    </>
  )
}
