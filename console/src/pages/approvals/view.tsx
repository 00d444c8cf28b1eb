import { Button } from '@fluentui/react-components'
import { useInfiniteQuery } from '@tanstack/react-query'
import { createLazyRoute, Link, useNavigate } from '@tanstack/react-router'
import { ApprovalState } from '../../parts/approval-state.tsx'
import { Asked } from '../../parts/asked.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { wordedRequest } from '../../parts/wording.ts'
import { approvalsQuery } from './query.ts'

export const page = createLazyRoute('/shell/approvals')({ component: Approvals })

function Approvals() {
  const { all = false } = page.useSearch()
  const navigate = useNavigate()
  const query = useInfiniteQuery(approvalsQuery(all))
  return (
    <Page
      title="Approvals"
      lead="Whatever widens access waits here for people who did not ask for it and are not who it is about. The last approval does it."
    >
      <Choice
        label="Which approvals"
        options={[
          { value: 'waiting', text: 'Waiting' },
          { value: 'all', text: 'All' },
        ]}
        value={all ? 'all' : 'waiting'}
        onChoose={(value) =>
          void navigate({ to: '/approvals', search: value === 'all' ? { all: true } : {}, replace: true })
        }
      />
      <Section title={all ? 'All requests' : 'Waiting'}>
        <Asked what="approvals" query={query}>
          {({ pages }) => {
            const approvals = pages.flatMap((one) => one.approvals)
            if (approvals.length === 0) {
              return (
                <Nothing title={all ? 'Nothing was asked for yet' : 'Nothing waits for approval'}>
                  A change that widens access comes here when somebody asks for it.
                </Nothing>
              )
            }
            return (
              <>
                <Items
                  items={approvals.map((one) => ({
                    key: one.id,
                    what: (
                      <Link to="/approvals/$approvalId" params={{ approvalId: one.id }}>
                        {wordedRequest(one)}
                      </Link>
                    ),
                    more: (
                      <>
                        {one.requestedBy.name} asked, <Moment at={one.requestedAt} />
                      </>
                    ),
                    end: <ApprovalState approval={one} />,
                  }))}
                />
                {query.hasNextPage && (
                  <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    Show more
                  </Button>
                )}
              </>
            )
          }}
        </Asked>
      </Section>
    </Page>
  )
}
