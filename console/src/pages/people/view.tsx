import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { createLazyRoute } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { ChoiceFilter, DayFilter, Filters, TextFilter, useNarrowing } from '../../parts/filters.tsx'
import { LinkButton } from '../../parts/link-button.tsx'
import { Listing, type Column } from '../../parts/listing.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page } from '../../parts/page.tsx'
import { PersonStatus } from '../../parts/person-status.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { UnlessRefused } from '../../parts/unless-refused.tsx'
import { PersonLink } from '../../parts/person-link.tsx'
import { useSession } from '../../shell/routes.ts'
import { AddPerson } from './add-person.tsx'
import type { Person } from './query.ts'
import { roleNames, statusNames, type PeopleSearch } from './route.ts'
import { useRoster } from './use-roster.ts'

const useStyles = makeStyles({
  body: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gridTemplateRows: 'auto minmax(0, 1fr)',
    rowGap: tokens.spacingVerticalM,
    minHeight: 0,
  },
  roles: { whiteSpace: 'normal' },
})

export const page = createLazyRoute('/shell/people')({ component: People })

const columns: readonly Column<Person>[] = [
  {
    title: 'Name',
    share: 3,
    cell: ({ id, name }) => <PersonLink id={id} name={name} />,
  },
  { title: 'Status', share: 2, cell: ({ status }) => <PersonStatus status={status} /> },
  { title: 'Roles', share: 2, isMinor: true, cell: ({ roles }) => <Roles roles={roles} /> },
  {
    title: 'Programs',
    share: 2,
    isMinor: true,
    cell: ({ assignments }) => [...new Set(assignments.map(({ program }) => program))].join(', '),
  },
  { title: 'Employer', share: 2, isMinor: true, cell: ({ employer }) => employer ?? '' },
  {
    title: 'Verified',
    share: 2,
    isMinor: true,
    cell: ({ verifiedAt }) => verifiedAt !== null && <Moment at={verifiedAt} isDay />,
  },
]

/** All of them, in lines. */
function Roles({ roles }: Pick<Person, 'roles'>) {
  const styles = useStyles()
  return <span className={styles.roles}>{roles.map((role) => roleNames[role]).join(', ')}</span>
}

function People() {
  const styles = useStyles()
  const search = page.useSearch()
  const { roles } = useSession()
  const roster = useRoster(search)
  const isOfficer = roles.includes('officer')
  const [isAdding, add] = useState(false)
  const { fetchMore } = roster
  const onNearEnd = useCallback(() => fetchMore(), [fetchMore])
  return (
    <Page
      title="People"
      isTall
      actions={
        search.asOf === undefined && (
          <>
            {(isOfficer || roles.includes('administrator')) && (
              <Button appearance="primary" onClick={() => add(true)}>
                Add somebody
              </Button>
            )}
            {isOfficer && <LinkButton to="/people/import">From a spreadsheet</LinkButton>}
          </>
        )
      }
    >
      <div className={styles.body}>
        <UnlessRefused error={roster.error}>
          <Narrowing search={search} count={{ shown: roster.people.length, isWhole: roster.isWhole }} />
          {roster.error !== null && <Trouble error={roster.error} />}
          {roster.people.length === 0 && roster.isWhole ? (
            <Nothing title="Nobody fits">Change the filters, or add somebody: they begin unverified.</Nothing>
          ) : (
            <Listing
              label="People"
              columns={columns}
              rows={roster.people}
              keyOf={({ id }) => id}
              hasMore={!roster.isWhole}
              onNearEnd={onNearEnd}
            />
          )}
        </UnlessRefused>
      </div>
      {isAdding && <AddPerson onClose={() => add(false)} />}
    </Page>
  )
}

function Narrowing({
  search,
  count,
}: {
  readonly search: PeopleSearch
  readonly count: { readonly shown: number; readonly isWhole: boolean }
}) {
  const change = useNarrowing(search)
  return (
    <Filters count={count}>
      <TextFilter label="Name" value={search.name} onChange={(name) => change({ name })} />
      <ChoiceFilter
        label="Status"
        value={search.status}
        onChange={(status) => change({ status })}
        options={statusNames}
      />
      <ChoiceFilter label="Role" value={search.role} onChange={(role) => change({ role })} options={roleNames} />
      <DayFilter label="As it was on" value={search.asOf} onChange={(asOf) => change({ asOf })} />
    </Filters>
  )
}
