// Refusals that are worth a look, with how far somebody is with each.

import { Badge, Button } from '@fluentui/react-components'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useAsking } from '../../parts/act-dialog.tsx'
import { Asked } from '../../parts/asked.tsx'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Section } from '../../parts/page.tsx'
import { Times } from '../../parts/times.tsx'
import { worded } from '../../parts/wording.ts'
import { useSession } from '../../shell/routes.ts'
import { Line } from './line.tsx'
import { refusalsQuery, type Refusal } from './query.ts'
import { TriageDialog } from './triage-dialog.tsx'

const why = {
  stranger: 'nobody of the roster',
  ended: 'somebody whose status ended',
  place: 'not from a place in the United States',
  keeper: 'an act of those who keep the enclave',
  file: 'a file that nothing covers for them',
  burst: 'one of ten or more within an hour',
} as const satisfies Record<Refusal['rules'][number], string>

const states = {
  looking: { text: 'Somebody looks', color: 'informative' },
  harmless: { text: 'Harmless', color: 'subtle' },
  incident: { text: 'Incident', color: 'danger' },
} as const

/** Who says how far they are, by the policies that ship. */
const triages = ['officer', 'analyst'] as const

type Matter = readonly [Refusal, ...Refusal[]]

/** Refusals of one matter are one line. */
function mattersOf(refusals: readonly Refusal[]): readonly Matter[] {
  return [...Map.groupBy(refusals, ({ alike }) => alike).values()].flatMap(([one, ...others]) =>
    one === undefined ? [] : [[one, ...others] as const],
  )
}

export function Refusals({ isAll }: { readonly isAll: boolean }) {
  const query = useInfiniteQuery(refusalsQuery(isAll))
  const { roles } = useSession()
  const { asked, open, close } = useAsking<Matter>()
  return (
    <Section title="Refusals worth a look">
      <Asked what="refusals" query={query}>
        {({ pages }) => {
          const matters = mattersOf(pages.flatMap((one) => one.refusals))
          return (
            <>
              {matters.length === 0 ? (
                <Nothing title={query.hasNextPage ? 'None among the newest' : 'Nothing to look at'}>
                  {isAll ? 'No refusal met a rule yet.' : 'Whatever meets a rule comes here until somebody closes it.'}
                </Nothing>
              ) : (
                <Items
                  items={matters.map((matter) => ({
                    key: matter[0].decisionId,
                    what: <Line decision={matter[0]} />,
                    more: <Why matter={matter} />,
                    end: (
                      <>
                        <TriageState triage={matter[0].triage} />
                        {triages.some((role) => roles.includes(role)) && (
                          <Button
                            size="small"
                            aria-label={`Triage: ${worded(matter[0].action)}, ${matter[0].by?.name ?? 'nobody of the roster'}`}
                            onClick={() => open(matter)}
                          >
                            Triage
                          </Button>
                        )}
                      </>
                    ),
                  }))}
                />
              )}
              {query.hasNextPage && (
                <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  Look further back
                </Button>
              )}
            </>
          )
        }}
      </Asked>
      {asked !== null && <TriageDialog refusals={asked} onClose={close} />}
    </Section>
  )
}

/** Why it is worth a look, how often it was, and what somebody found. */
function Why({ matter }: { readonly matter: Matter }) {
  const [{ rules, triage }] = matter
  return (
    <>
      <Times all={matter} />
      {rules.map((rule) => why[rule]).join('; ')}
      {triage !== null && (
        <>
          {' · '}
          {triage.by.name}, <Moment at={triage.at} />: {triage.note}
        </>
      )}
    </>
  )
}

function TriageState({ triage }: Pick<Refusal, 'triage'>) {
  return (
    <Badge appearance="tint" color={triage === null ? 'warning' : states[triage.state].color}>
      {triage === null ? 'New' : states[triage.state].text}
    </Badge>
  )
}
