import { Field, Input, makeStyles, tokens } from '@fluentui/react-components'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { createLazyRoute, useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { Answers, type Answered } from '../../parts/answers.tsx'
import { Asked } from '../../parts/asked.tsx'
import { FileLink } from '../../parts/file-links.tsx'
import { Page } from '../../parts/page.tsx'
import { UnlessRefused } from '../../parts/unless-refused.tsx'
import { personNameQuery, whatCanQuery } from './query.ts'
import type { WhatCanSearch } from './route.ts'

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

export const page = createLazyRoute('/shell/questions/people/$personId')({ component: WhatCan })

function WhatCan() {
  const styles = useStyles()
  const { personId } = page.useParams()
  const { asOf, shown = 'all' } = page.useSearch()
  const navigate = useNavigate()
  const person = useQuery(personNameQuery(personId))
  const query = useInfiniteQuery(whatCanQuery(personId, asOf))
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query
  const answers = useMemo(
    () =>
      (data?.pages ?? []).flatMap(({ files }) =>
        files.map(({ fileId, vault, ...one }) => ({ ...one, key: fileId, beside: vault })),
      ),
    [data],
  )
  const goOn = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const show = (changed: WhatCanSearch) =>
    void navigate({
      to: '/questions/people/$personId',
      params: { personId },
      search: { asOf, shown, ...changed },
      replace: true,
    })
  const name = person.data?.name ?? 'this person'
  return (
    <Page
      title={`What ${name} ${asOf === undefined ? 'can' : 'could'} open`}
      isTall
      lead="Every file, asked for in the United States with a program that keeps every condition. Nothing is opened by asking. Reasons are worded as whoever is refused would be told them."
    >
      <div className={styles.body}>
        <UnlessRefused error={query.error}>
          <Field label="As it was on" className={styles.day}>
            <Input type="date" value={asOf ?? ''} onChange={(_, { value }) => show({ asOf: value || undefined })} />
          </Field>
          <Asked what="what they can open" query={query}>
            {() => (
              <Answers
                label="What they can open"
                titles={titles}
                answers={answers}
                linkTo={fileLink}
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

const titles = ['File', 'Vault'] as const

function fileLink({ key, name }: Answered) {
  return <FileLink id={key} name={name} />
}
