import { Button, Field, makeStyles, SearchBox, Select, Spinner, tokens } from '@fluentui/react-components'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { createLazyRoute, Link, useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect, useState } from 'react'
import { dayAfter, PeriodFilter } from '../../parts/filters.tsx'
import { Listing, type Column } from '../../parts/listing.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page } from '../../parts/page.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { UnlessRefused } from '../../parts/unless-refused.tsx'
import { aboutText, allButDecisions, kindText, offeredKinds } from './kinds.ts'
import { checkpointQuery, entriesQuery, type Asked, type Entry } from './query.ts'
import type { RecordSearch } from './route.ts'
import { SeenLedger } from './seen-ledger.tsx'

const useStyles = makeStyles({
  body: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gridTemplateRows: 'auto auto minmax(0, 1fr)',
    rowGap: tokens.spacingVerticalM,
    minHeight: 0,
  },
  filters: { display: 'flex', flexWrap: 'wrap', alignItems: 'end', gap: tokens.spacingHorizontalM },
  text: { flexGrow: 1, flexBasis: '14rem', maxWidth: '26rem' },
})

export const page = createLazyRoute('/shell/record')({ component: Ledger })

const columns: readonly Column<Entry>[] = [
  {
    title: 'What',
    share: 4,
    cell: ({ id, kind, action }) => (
      <Link to="/record/$entryId" params={{ entryId: id }}>
        {action === null ? kindText(kind) : `${kindText(kind)}: ${action}`}
      </Link>
    ),
  },
  { title: 'When', share: 4, cell: ({ at }) => <Moment at={at} /> },
  { title: 'Who', share: 3, cell: ({ by }) => (by === null ? 'the gate' : by.name || by.id) },
  {
    title: 'About',
    share: 4,
    cell: ({ about }) => aboutText(about),
  },
  { title: 'Number', share: 1, isMinor: true, cell: ({ index }) => index.toLocaleString() },
]

function Ledger() {
  const styles = useStyles()
  const search = page.useSearch()
  // What was typed stays out of the address.
  const [text, find] = useState('')
  const asked = askedOf(search, text)
  const entries = useInfiniteQuery(entriesQuery(asked))
  const seen = useQuery(checkpointQuery)
  const queries = useQueryClient()
  const { hasNextPage, isFetchingNextPage, fetchNextPage, data, error } = entries
  const found = data?.pages.flatMap((one) => one.entries) ?? []
  const fetchMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  // Nothing of the newest stretch may fit, and something further down.
  const isEmptySoFar = data !== undefined && found.length === 0
  useEffect(() => {
    if (isEmptySoFar) fetchMore()
  }, [isEmptySoFar, fetchMore])
  const read = data?.pages[0]?.ledgerSize
  const news = read === undefined || seen.data === undefined ? 0 : Math.max(0, seen.data.size - read)
  return (
    <Page
      title="Ledger"
      lead="Every decision and every change, the newest first. Reading it is on record itself."
      isTall
      actions={
        news > 0 && (
          <Button onClick={() => void queries.resetQueries({ queryKey: ['ledger', 'entries'] })}>
            Show {news.toLocaleString()} new
          </Button>
        )
      }
    >
      <div className={styles.body}>
        <UnlessRefused error={error}>
          <SeenLedger query={seen} />
          <Filters search={search} text={text} onText={find} />
          {error !== null && <Trouble error={error} onRetry={() => void entries.refetch()} />}
          {error === null && data === undefined && <Spinner size="small" label="Reading the newest entries" />}
          {isEmptySoFar && !hasNextPage && (
            <Nothing title="No entry fits">
              Change the filters; what is personal is sealed, and not found by text.
            </Nothing>
          )}
          {data !== undefined && (found.length > 0 || hasNextPage) && (
            <Listing
              label="Entries"
              columns={columns}
              rows={found}
              keyOf={({ index }) => String(index)}
              hasMore={hasNextPage}
              onNearEnd={fetchMore}
            />
          )}
        </UnlessRefused>
      </div>
    </Page>
  )
}

function askedOf({ kind, of, from, to }: RecordSearch, text: string): Asked {
  const wanted = text === '' ? of : text
  const ofKind = kind === allButDecisions ? { without: 'decisions' } : { kind }
  return Object.fromEntries(
    Object.entries({ ...ofKind, text: wanted, from, to: dayAfter(to) }).filter(([, value]) => value !== undefined),
  )
}

interface FiltersProps {
  readonly search: RecordSearch
  readonly text: string
  readonly onText: (text: string) => void
}

function Filters({ search, text, onText }: FiltersProps) {
  const styles = useStyles()
  const navigate = useNavigate()
  const [typed, type] = useState(text === '' ? (search.of ?? '') : text)
  const change = (changed: { readonly [K in keyof RecordSearch]?: string | undefined }) => {
    const kept = Object.entries({ ...search, ...changed }).filter(([, value]) => value !== undefined && value !== '')
    void navigate({ to: '/record', search: Object.fromEntries(kept), replace: true })
  }
  const isSearchable = typed === '' || /^[A-Za-z0-9@:/._-]{3,100}$/.test(typed)
  const look = () => {
    if (!isSearchable) return
    onText(typed)
    if (typed === '') change({ of: undefined })
  }
  return (
    <search>
      <form
        className={styles.filters}
        onSubmit={(event) => {
          event.preventDefault()
          look()
        }}
      >
        <Field
          label="An id or a code that stands in it"
          className={styles.text}
          validationState={isSearchable ? 'none' : 'error'}
          validationMessage={isSearchable ? null : 'Three letters, digits or signs of ids at least, no spaces'}
        >
          <SearchBox value={typed} onChange={(_, { value }) => type(value)} />
        </Field>
        <Button type="submit">Search</Button>
        <Field label="Kind">
          <Select value={search.kind ?? ''} onChange={(_, { value }) => change({ kind: value })}>
            <option value="">Any</option>
            {search.kind !== undefined && !offeredKinds.some(([kind]) => kind === search.kind) && (
              <option value={search.kind}>{kindText(search.kind)}</option>
            )}
            {offeredKinds.map(([kind, words]) => (
              <option key={kind} value={kind}>
                {words}
              </option>
            ))}
          </Select>
        </Field>
        <PeriodFilter from={search.from} to={search.to} onChange={change} />
      </form>
    </search>
  )
}
