import { Button } from '@fluentui/react-components'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { createLazyRoute, Link } from '@tanstack/react-router'
import { useAsking } from '../../parts/act-dialog.tsx'
import { Asked } from '../../parts/asked.tsx'
import { ClassificationState } from '../../parts/classification-state.tsx'
import { Classifying } from '../../parts/classifying.tsx'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { useSession } from '../../shell/routes.ts'
import { classificationsQuery, dueQuery, type Classification } from './query.ts'

export const page = createLazyRoute('/shell/classifications')({ component: Classifications })

function Classifications() {
  const due = useQuery(dueQuery)
  const all = useInfiniteQuery(classificationsQuery)
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = all
  const { roles } = useSession()
  const { asked, open, close } = useAsking<true>()
  return (
    <Page
      title="Classifications"
      lead="What was decided about each article or its data, and on which basis. Labels stand on these records and follow them."
      actions={
        roles.includes('officer') && (
          <Button appearance="primary" onClick={() => open(true)}>
            Register one
          </Button>
        )
      }
    >
      <Section title="Open questions, and reviews within 60 days">
        <Asked what="what is due" query={due}>
          {({ inDoubt, reviews }) =>
            inDoubt.length + reviews.length === 0 ? (
              <Nothing title="Nothing is due" />
            ) : (
              <Items
                items={[
                  ...inDoubt.map((one) => ({
                    key: `doubt ${one.id}`,
                    what: <Named classification={one} />,
                    more: one.terms.doubt?.question,
                  })),
                  ...reviews.map((one) => ({
                    key: `review ${one.id}`,
                    what: <Named classification={one} />,
                    more:
                      one.terms.nextReview === undefined ? (
                        'to be looked at again'
                      ) : (
                        <>
                          to be looked at again by <Moment at={one.terms.nextReview} isDay />
                        </>
                      ),
                  })),
                ]}
              />
            )
          }
        </Asked>
      </Section>
      <Section title="All records">
        <Asked what="the records" query={all}>
          {({ pages }) => {
            const records = pages.flatMap((one) => one.classifications)
            return (
              <>
                {records.length === 0 ? (
                  <Nothing title="There is none">
                    Without a record no label of a jurisdiction or an item is defined.
                  </Nothing>
                ) : (
                  <Items
                    items={records.map((one) => ({
                      key: one.id,
                      what: <Named classification={one} />,
                      more: one.says,
                      end: <ClassificationState classification={one} />,
                    }))}
                  />
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
      {asked !== null && <Classifying onClose={close} />}
    </Page>
  )
}

function Named({ classification: { id, terms } }: { readonly classification: Classification }) {
  return (
    <Link to="/classifications/$classificationId" params={{ classificationId: id }}>
      {`${terms.number}: ${terms.title}`}
    </Link>
  )
}
