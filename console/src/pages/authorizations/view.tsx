import { makeStyles, tokens } from '@fluentui/react-components'
import { createLazyRoute, Link } from '@tanstack/react-router'
import { useCallback } from 'react'
import { AuthorizationState } from '../../parts/authorization-state.tsx'
import { kindNames, standingNames } from '../../parts/authorization-standing.ts'
import { ChoiceFilter, Filters, TextFilter, useNarrowing } from '../../parts/filters.tsx'
import { LinkButton } from '../../parts/link-button.tsx'
import { Listing, type Column } from '../../parts/listing.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page } from '../../parts/page.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { UnlessRefused } from '../../parts/unless-refused.tsx'
import { useSession } from '../../shell/routes.ts'
import { ExportRegister } from './export.tsx'
import type { Authorization } from './query.ts'
import type { RegisterSearch } from './route.ts'
import { useRegister } from './use-register.ts'

const useStyles = makeStyles({
  body: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gridTemplateRows: 'auto minmax(0, 1fr)',
    rowGap: tokens.spacingVerticalM,
    minHeight: 0,
  },
})

export const page = createLazyRoute('/shell/authorizations')({ component: Register })

const columns: readonly Column<Authorization>[] = [
  {
    title: 'Number',
    share: 2,
    cell: ({ id, terms }) => (
      <Link to="/authorizations/$authorizationId" params={{ authorizationId: id }}>
        {terms.number}
      </Link>
    ),
  },
  { title: 'Title', share: 4, isMinor: true, cell: ({ terms }) => <span title={terms.title}>{terms.title}</span> },
  { title: 'Kind', share: 1, isMinor: true, cell: ({ terms }) => terms.kind },
  { title: 'State', share: 3, cell: (one) => <AuthorizationState authorization={one} /> },
  { title: 'Countries', share: 1, isMinor: true, cell: ({ terms }) => terms.countries.join(', ') },
  { title: 'Until', share: 2, isMinor: true, cell: ({ terms }) => <Moment at={terms.validUntil} isDay /> },
]

function Register() {
  const styles = useStyles()
  const search = page.useSearch()
  const register = useRegister(search)
  const { roles } = useSession()
  const { fetchMore } = register
  const onNearEnd = useCallback(() => fetchMore(), [fetchMore])
  const isNarrowed = Object.values(search).some((value) => value !== undefined)
  return (
    <Page
      title="Register"
      lead="Licenses, agreements and exemptions. What is in effect here decides who may open what, from the second approval on until the moment it ends."
      isTall
      actions={
        <>
          {roles.includes('officer') && (
            <>
              <LinkButton to="/authorizations/register" appearance="primary">
                Register one
              </LinkButton>
              <LinkButton to="/authorizations/import">From a spreadsheet</LinkButton>
            </>
          )}
          <ExportRegister />
        </>
      }
    >
      <div className={styles.body}>
        <UnlessRefused error={register.error}>
          <Narrowing search={search} count={{ shown: register.authorizations.length, isWhole: register.isWhole }} />
          {register.error !== null && <Trouble error={register.error} />}
          {register.authorizations.length === 0 && register.isWhole ? (
            <Nothing title={isNarrowed ? 'None fits' : 'None is registered'}>
              {isNarrowed
                ? 'Change the filters: what ended or expired is here as well.'
                : 'Until one is in effect, no foreign person opens anything.'}
            </Nothing>
          ) : (
            <Listing
              label="Authorizations"
              columns={columns}
              rows={register.authorizations}
              keyOf={({ id }) => id}
              hasMore={!register.isWhole}
              onNearEnd={onNearEnd}
            />
          )}
        </UnlessRefused>
      </div>
    </Page>
  )
}

function Narrowing({
  search,
  count,
}: {
  readonly search: RegisterSearch
  readonly count: { readonly shown: number; readonly isWhole: boolean }
}) {
  const change = useNarrowing(search)
  return (
    <Filters count={count}>
      <TextFilter
        label="Number, title, party, program or item"
        value={search.text}
        onChange={(text) => change({ text })}
      />
      <ChoiceFilter label="Kind" value={search.kind} onChange={(kind) => change({ kind })} options={kindNames} />
      <ChoiceFilter
        label="State"
        value={search.standing}
        onChange={(standing) => change({ standing })}
        options={standingNames}
      />
    </Filters>
  )
}
