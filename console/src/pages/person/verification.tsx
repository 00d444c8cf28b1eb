// What somebody's status rests on: the ground, the evidence as it is recorded, who said so and who confirmed it, and when it is looked
// at again.

import { Facts } from '../../parts/facts.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Section } from '../../parts/page.tsx'
import { usPersonGrounds } from '../../parts/person-grounds.ts'
import { useNow } from '../../parts/use-now.ts'
import { PersonLink } from '../../parts/person-link.tsx'
import type { History, Person } from './query.ts'

type Rests = NonNullable<History['versions'][number]['verification']>
type Somebody = NonNullable<Person['verification']>['approvedBy'][number]

const tasks = { 'status-review': 'Status looked at again', briefing: 'Briefed again' } as const

export function Verification({ person: { verification, reviewedAt, due } }: { readonly person: Person }) {
  const now = useNow()
  return (
    <Section title="What the status rests on">
      {verification === null ? (
        <Nothing title="Nobody has verified them">They count as a foreign person without authorization.</Nothing>
      ) : (
        <Facts
          facts={[
            ['Ground', groundText(verification)],
            ['Evidence', verification.evidenceRef],
            ['Said by', <Said key="by" who={verification.by} at={verification.at} />],
            [
              'Confirmed by',
              verification.approvedBy.length === 0 ? (
                'Nobody else'
              ) : (
                <People key="others" all={verification.approvedBy} />
              ),
            ],
            ...(reviewedAt === null ? [] : ([['Looked at again', <Moment key="again" at={reviewedAt} />]] as const)),
            ...due.map(
              ({ task, role, due: at }) =>
                [
                  `${tasks[task]}, as ${role}`,
                  <span key={`${task} ${role}`}>
                    {Date.parse(at) <= now ? 'was due ' : 'due '}
                    <Moment at={at} isDay />
                  </span>,
                ] as const,
            ),
            ...(due.length === 0 ? ([['Due again', 'No interval is set for their roles']] as const) : []),
          ]}
        />
      )}
    </Section>
  )
}

function Said({ who, at }: { readonly who: Somebody | null; readonly at: string }) {
  return (
    <>
      {who === null ? 'the founding' : <People all={[who]} />}, <Moment at={at} />
    </>
  )
}

function People({ all }: { readonly all: readonly Somebody[] }) {
  return all.map(({ id, name }, index) => (
    <span key={id}>
      {index > 0 && ' and '}
      <PersonLink id={id} name={name} />
    </span>
  ))
}

/** On what ground somebody is what they are. */
export function groundText({ ground }: Pick<Rests, 'ground'>): string {
  if (ground === null) return 'None of 22 CFR 120.62: a foreign person'
  const text = usPersonGrounds[ground]
  return `${text.charAt(0).toUpperCase()}${text.slice(1)} (22 CFR 120.62)`
}
