import { Field, Input, makeStyles, tokens } from '@fluentui/react-components'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { createLazyRoute, useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { Answers, type Answered } from '../../parts/answers.tsx'
import { Asked } from '../../parts/asked.tsx'
import { Page } from '../../parts/page.tsx'
import { statusText, type Status } from '../../parts/person-status.tsx'
import { UnlessRefused } from '../../parts/unless-refused.tsx'
import { PersonLink } from '../../parts/person-link.tsx'
import { useSession } from '../../shell/routes.ts'
import { fileNameQuery, whoCanQuery } from './query.ts'
import type { WhoCanSearch } from './route.ts'

const useStyles = makeStyles({
  body: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gridTemplateRows: 'auto auto minmax(0, 1fr)',
    rowGap: tokens.spacingVerticalM,
    minHeight: 0,
  },
  day: { maxWidth: '14rem' },
})

export const page = createLazyRoute('/shell/questions/files/$fileId')({ component: WhoCan })

/** By the policies that ship. */
const seesFiles = ['officer', 'auditor', 'engineer'] as const

function WhoCan() {
  const styles = useStyles()
  const { fileId } = page.useParams()
  const { asOf, shown = 'all' } = page.useSearch()
  const navigate = useNavigate()
  const { roles } = useSession()
  // Whoever may ask this and sees no files is not refused for a name.
  const file = useQuery({ ...fileNameQuery(fileId), enabled: seesFiles.some((role) => roles.includes(role)) })
  const query = useInfiniteQuery(whoCanQuery(fileId, asOf))
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query
  const answers = useMemo(
    () =>
      (data?.pages ?? []).flatMap(({ people }) =>
        people.map(({ personId, status, ...one }) => ({ ...one, key: personId, beside: statusText(status as Status) })),
      ),
    [data],
  )
  const goOn = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const show = (changed: WhoCanSearch) =>
    void navigate({
      to: '/questions/files/$fileId',
      params: { fileId },
      search: { asOf, shown, ...changed },
      replace: true,
    })
  const name = file.data?.name.split('/').at(-1) ?? 'this file'
  return (
    <Page
      title={`Who ${asOf === undefined ? 'can' : 'could'} open ${name}`}
      isTall
      lead="Everybody on the roster, asked in the United States with a program that keeps every condition. Nothing is opened by asking. Reasons are worded as whoever is refused would be told them."
    >
      <div className={styles.body}>
        <UnlessRefused error={query.error}>
          <Field label="As it was on" className={styles.day}>
            <Input type="date" value={asOf ?? ''} onChange={(_, { value }) => show({ asOf: value || undefined })} />
          </Field>
          <Asked what="who can open it" query={query}>
            {() => (
              <Answers
                label="Who can open it"
                titles={titles}
                answers={answers}
                linkTo={personLink}
                isPast={asOf !== undefined}
                shown={shown}
                onShow={(next) => show({ shown: next })}
                hasMore={hasNextPage}
                onNearEnd={goOn}
              />
            )}
          </Asked>
        </UnlessRefused>
      </div>
    </Page>
  )
}

const titles = ['Person', 'Status'] as const

function personLink({ key, name }: Answered) {
  return <PersonLink id={key} name={name} />
}
