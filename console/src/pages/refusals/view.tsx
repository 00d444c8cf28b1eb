import { Badge, Button } from '@fluentui/react-components'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { createLazyRoute, Link, useNavigate } from '@tanstack/react-router'
import { useAsking } from '../../parts/act-dialog.tsx'
import { Asked } from '../../parts/asked.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { Times } from '../../parts/times.tsx'
import { worded } from '../../parts/wording.ts'
import { useSession } from '../../shell/routes.ts'
import { refusalsQuery, unusualQuery, type Refusal, type UnusualRelease } from './query.ts'
import { TriageDialog } from './triage-dialog.tsx'

export const page = createLazyRoute('/shell/refusals')({ component: Watch })

const why = {
  stranger: 'nobody of the roster',
  ended: 'somebody whose status ended',
  place: 'not from a place in the United States',
  keeper: 'an act of those who keep the enclave',
  file: 'a file that nothing covers for them',
  burst: 'one of ten or more within an hour',
} as const satisfies Record<Refusal['rules'][number], string>

const unusual = {
  many: 'one of twenty or more within an hour',
  'new-place': 'a place where they opened nothing before',
} as const satisfies Record<UnusualRelease['rules'][number], string>

const states = {
  looking: { text: 'Somebody looks', color: 'informative' },
  harmless: { text: 'Harmless', color: 'subtle' },
  incident: { text: 'Incident', color: 'danger' },
} as const

function Watch() {
  const { all = false } = page.useSearch()
  const navigate = useNavigate()
  return (
    <Page
      title="Watch"
      lead="Refusals by rules that anybody can read, and what became of each. Refusals for need to know alone, in the country, are everyday work and not here."
    >
      <Choice
        label="Which refusals"
        options={[
          { value: 'open', text: 'Open' },
          { value: 'all', text: 'All' },
        ]}
        value={all ? 'all' : 'open'}
        onChoose={(value) =>
          void navigate({ to: '/refusals', search: value === 'all' ? { all: true } : {}, replace: true })
        }
      />
      <Refusals isAll={all} />
      <Unusual />
    </Page>
  )
}

type Matter = readonly [Refusal, ...Refusal[]]

/** Refusals of one matter are one line. */
function mattersOf(refusals: readonly Refusal[]): readonly Matter[] {
  return [...Map.groupBy(refusals, ({ alike }) => alike).values()].flatMap(([one, ...others]) =>
    one === undefined ? [] : [[one, ...others] as const],
  )
}

function Refusals({ isAll }: { readonly isAll: boolean }) {
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
                        {roles.includes('officer') && (
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

function Unusual() {
  const query = useQuery(unusualQuery)
  return (
    <Section title="Unusual releases">
      <Asked what="releases" query={query}>
        {({ releases, compared, since }) => (
          <>
            {releases.length === 0 ? (
              <Nothing title="None is unusual" />
            ) : (
              <Items
                items={releases.map((one) => ({
                  key: one.decisionId,
                  what: <Line decision={one} />,
                  more: one.rules.map((rule) => unusual[rule]).join('; '),
                }))}
              />
            )}
            <p>
              Compared: the newest {compared.toLocaleString()} releases
              {since !== null && (
                <>
                  , since <Moment at={since} />
                </>
              )}
              .
            </p>
          </>
        )}
      </Asked>
    </Section>
  )
}

function Line({
  decision: { decisionId, by, action, about, place, at },
}: {
  readonly decision: UnusualRelease | Refusal
}) {
  return (
    <>
      <Link to="/record/$entryId" params={{ entryId: decisionId }}>
        {by === null ? 'Nobody of the roster' : by.name || by.id}: {worded(action)}
      </Link>
      {about.name !== '' && `, ${about.name}`}
      {`, ${place.name || 'unknown place'}`}
      {place.country !== null && ` (${place.country})`}, <Moment at={at} />
    </>
  )
}
