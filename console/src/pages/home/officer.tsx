// What waits for an officer: approvals first, then what people ask, what expires, and what is due.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { doingText } from '../../parts/action-words.ts'
import { ApprovalState } from '../../parts/approval-state.tsx'
import { Asked } from '../../parts/asked.tsx'
import { Items } from '../../parts/items.tsx'
import { LegalDataAge } from '../../parts/legal-data-age.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Section } from '../../parts/page.tsx'
import { countOf, wordedRequest } from '../../parts/wording.ts'
import { legalDataQuery } from '../legal-data/query.ts'
import { askedOfMeQuery, authorizationTasksQuery, tasksQuery, waitingQuery } from './query.ts'

export function OfficerHome() {
  return (
    <>
      <OldLegalData />
      <WaitingApprovals />
      <AskedOfMe />
      <Expiring />
      <Due />
    </>
  )
}

export function OldLegalData() {
  const { data } = useQuery(legalDataQuery)
  const inForce = data?.inForce ?? null
  return inForce === null ? null : <LegalDataAge inForce={inForce} />
}

export function WaitingApprovals() {
  const waiting = useQuery(waitingQuery)
  return (
    <Section title="Waits for your approval">
      <Asked what="what waits" query={waiting}>
        {({ approvals }) => {
          const mine = approvals.filter(({ waitsForYou }) => waitsForYou)
          const others = approvals.length - mine.length
          if (mine.length === 0) {
            return (
              <Nothing title="Nothing waits for you">
                {others > 0 && `${others} more wait for somebody else, or are your own.`}
              </Nothing>
            )
          }
          return (
            <Items
              items={mine.map(
                ({ id, title, about, requestedBy, requestedAt, state, waitsForYou, approvedBy, needed }) => ({
                  key: id,
                  what: (
                    <Link to="/approvals/$approvalId" params={{ approvalId: id }}>
                      {wordedRequest({ title, about })}
                    </Link>
                  ),
                  more: (
                    <>
                      {requestedBy.name} asked, <Moment at={requestedAt} />
                    </>
                  ),
                  end: <ApprovalState approval={{ state, waitsForYou, approvedBy, needed }} />,
                }),
              )}
            />
          )
        }}
      </Asked>
    </Section>
  )
}

export function AskedOfMe() {
  const asked = useQuery(askedOfMeQuery)
  return (
    <Section title="Asked after a refusal">
      <Asked what="what people ask" query={asked}>
        {({ requests }) =>
          requests.length === 0 ? (
            <Nothing title="Nobody asks for anything">
              Whoever is refused can ask your role for what would change it.
            </Nothing>
          ) : (
            <Items
              items={requests.map(({ id, by, at, text, action }) => ({
                key: id,
                what: <Link to="/requests">{text}</Link>,
                more: (
                  <>
                    {by.name}, <Moment at={at} />, refused: {doingText(action)}
                  </>
                ),
              }))}
            />
          )
        }
      </Asked>
    </Section>
  )
}

export function Expiring() {
  const tasks = useQuery(authorizationTasksQuery)
  return (
    <Section title="Authorizations: what expires or is due">
      <Asked what="what is due" query={tasks}>
        {({ tasks }) =>
          tasks.length === 0 ? (
            <Nothing title="Nothing is due">Expiry is told from 90 days before, draw-down from 80 percent.</Nothing>
          ) : (
            <Items
              items={tasks.map(({ task, authorizationId, number, text, due }) => ({
                key: `${task} ${authorizationId} ${text}`,
                what: (
                  <Link to="/authorizations/$authorizationId" params={{ authorizationId }}>
                    {`${number}: ${text}`}
                  </Link>
                ),
                more: due === null ? 'now' : <Moment at={due} isDay />,
              }))}
            />
          )
        }
      </Asked>
    </Section>
  )
}

const reviews = { 'status-review': 'Review of the status', briefing: 'Briefing' } as const

export function Due() {
  const tasks = useQuery(tasksQuery)
  return (
    <Section title="Reviews and briefings">
      <Asked what="what is due" query={tasks}>
        {({ tasks, candidates }) => (
          <>
            {tasks.length === 0 ? (
              <Nothing title="Nobody is due" />
            ) : (
              <Items
                items={tasks.map(({ task, personId, name, role, due }) => ({
                  key: `${task} ${personId} ${role}`,
                  what: (
                    <Link to="/people/$personId" params={{ personId }}>
                      {`${reviews[task]}: ${name}`}
                    </Link>
                  ),
                  more: (
                    <>
                      due <Moment at={due} isDay />, as {role}
                    </>
                  ),
                }))}
              />
            )}
            {candidates.open + candidates.cases > 0 && (
              <p>
                For the notice of 22 CFR 126.1(e)(2): {countOf(candidates.open, 'refusal')} to decide on,{' '}
                {countOf(candidates.cases, 'case')} open. <Link to="/candidates">Look at them</Link>
              </p>
            )}
          </>
        )}
      </Asked>
    </Section>
  )
}
