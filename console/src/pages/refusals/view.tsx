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

function Refusals({ isAll }: { readonly isAll: boolean }) {
  const query = useInfiniteQuery(refusalsQuery(isAll))
  const { roles } = useSession()
  const { asked, open, close } = useAsking<Refusal>()
  return (
    <Section title="Refusals worth a look">
      <Asked what="refusals" query={query}>
        {({ pages }) => {
          const refusals = pages.flatMap((one) => one.refusals)
          return (
            <>
              {refusals.length === 0 ? (
                <Nothing title={query.hasNextPage ? 'None among the newest' : 'Nothing to look at'}>
                  {isAll ? 'No refusal met a rule yet.' : 'Whatever meets a rule comes here until somebody closes it.'}
                </Nothing>
              ) : (
                <Items
                  items={refusals.map((one) => ({
                    key: one.decisionId,
                    what: <Line decision={one} />,
                    more: (
                      <>
                        {one.rules.map((rule) => why[rule]).join('; ')}
                        {one.triage !== null && (
                          <>
                            {' · '}
                            {one.triage.by.name}, <Moment at={one.triage.at} />: {one.triage.note}
                          </>
                        )}
                      </>
                    ),
                    end: (
                      <>
                        <Badge
                          appearance="tint"
                          color={one.triage === null ? 'warning' : states[one.triage.state].color}
                        >
                          {one.triage === null ? 'New' : states[one.triage.state].text}
                        </Badge>
                        {roles.includes('officer') && (
                          <Button
                            size="small"
                            aria-label={`Triage: ${one.action}, ${one.by?.name ?? 'nobody of the roster'}`}
                            onClick={() => open(one)}
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
      {asked !== null && <TriageDialog refusal={asked} onClose={close} />}
    </Section>
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
        {by === null ? 'Nobody of the roster' : by.name || by.id}: {action}
      </Link>
      {about.name !== '' && `, ${about.name}`}
      {`, ${place.name || 'unknown place'}`}
      {place.country !== null && ` (${place.country})`}, <Moment at={at} />
    </>
  )
}
