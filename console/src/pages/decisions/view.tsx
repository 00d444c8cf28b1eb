import { Badge, makeStyles, tokens } from '@fluentui/react-components'
import { actions } from '@sallyport/protocol'
import { useInfiniteQuery } from '@tanstack/react-query'
import { createLazyRoute, Link } from '@tanstack/react-router'
import { useCallback, useEffect } from 'react'
import { Asked } from '../../parts/asked.tsx'
import { FileLink } from '../../parts/file-links.tsx'
import { ChoiceFilter, Filters, PeriodFilter, useNarrowing } from '../../parts/filters.tsx'
import { FindFile, FindPerson } from '../../parts/finder.tsx'
import { Listing, type Column } from '../../parts/listing.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page } from '../../parts/page.tsx'
import { UnlessRefused } from '../../parts/unless-refused.tsx'
import { worded } from '../../parts/wording.ts'
import { PersonLink } from '../../parts/person-link.tsx'
import { decisionsQuery, type Decision } from './query.ts'
import type { DecisionsSearch } from './route.ts'

const useStyles = makeStyles({
  body: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gridTemplateRows: 'auto minmax(0, 1fr)',
    rowGap: tokens.spacingVerticalM,
    minHeight: 0,
  },
  wide: { flexGrow: 1, flexBasis: '11rem', maxWidth: '18rem' },
})

export const page = createLazyRoute('/shell/decisions')({ component: Decisions })

const columns: readonly Column<Decision>[] = [
  {
    title: 'When',
    share: 3,
    cell: ({ id, at }) => (
      <Link to="/decisions/$decisionId" params={{ decisionId: id }}>
        <Moment at={at} />
      </Link>
    ),
  },
  {
    title: 'Who',
    share: 3,
    cell: ({ person }) => (person === null ? 'Nobody on the roster' : <PersonLink id={person.id} name={person.name} />),
  },
  {
    title: 'Outcome',
    share: 2,
    cell: ({ effect }) => (
      <Badge appearance="tint" color={effect === 'permit' ? 'success' : 'danger'}>
        {effect === 'permit' ? 'Permitted' : 'Refused'}
      </Badge>
    ),
  },
  { title: 'Action', share: 3, isFirst: true, cell: ({ action }) => worded(action) },
  { title: 'Of', share: 3, cell: ({ resource }) => <Thing resource={resource} /> },
  {
    title: 'Why',
    share: 5,
    isMinor: true,
    cell: ({ authorization, reasons }) => authorization ?? reasons.map(({ text }) => text).join(' '),
  },
]

function Thing({ resource: { kind, id, name } }: { readonly resource: Decision['resource'] }) {
  if (kind === id) return <>{worded(kind)}</>
  const shown = name?.split('/').at(-1) ?? `${worded(kind)} ${id}`
  return kind === 'file' ? <FileLink id={id} name={shown} /> : <>{shown}</>
}

/** What is looked through without a word: a page can be empty and not the last. */
const enough = 40

function Decisions() {
  const styles = useStyles()
  const search = page.useSearch()
  const query = useInfiniteQuery(decisionsQuery(search))
  const { data, hasNextPage, isFetchingNextPage, isError, fetchNextPage } = query
  const count = data?.pages.reduce((sum, { decisions }) => sum + decisions.length, 0) ?? 0
  const goOn = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  useEffect(() => {
    if (count < enough && !isError) goOn()
  }, [count, isError, goOn])
  return (
    <Page
      title="Decisions"
      isTall
      lead="Every time that somebody asked, and how it fell, from the ledger. Looking here is on record as well."
    >
      <div className={styles.body}>
        <UnlessRefused error={query.error}>
          <Narrowing search={search} />
          <Asked what="decisions" query={query}>
            {({ pages }) => {
              const rows = pages.flatMap(({ decisions }) => decisions)
              return rows.length === 0 && !hasNextPage ? (
                <Nothing title="No decision fits">
                  Change the filters. What was decided in the last seconds comes here with the next checkpoint.
                </Nothing>
              ) : (
                <Listing
                  label="Decisions"
                  columns={columns}
                  rows={rows}
                  keyOf={({ id }) => id}
                  hasMore={hasNextPage}
                  onNearEnd={goOn}
                />
              )
            }}
          </Asked>
        </UnlessRefused>
      </div>
    </Page>
  )
}

function Narrowing({ search }: { readonly search: DecisionsSearch }) {
  const styles = useStyles()
  const change = useNarrowing(search)
  return (
    <Filters>
      <FindPerson
        label="Who"
        className={styles.wide}
        chosen={search.person}
        onChoose={(person) => change({ person })}
      />
      <FindFile label="File" className={styles.wide} chosen={search.file} onChoose={(file) => change({ file })} />
      <ChoiceFilter
        label="Outcome"
        value={search.effect}
        onChange={(effect) => change({ effect })}
        options={{ deny: 'Refused', permit: 'Permitted' }}
      />
      <ChoiceFilter
        label="Action"
        value={search.action}
        onChange={(action) => change({ action })}
        options={actionNames}
      />
      <PeriodFilter from={search.from} to={search.to} onChange={change} />
    </Filters>
  )
}

const actionNames = Object.fromEntries(Object.keys(actions).map((name) => [name, worded(name)]))
