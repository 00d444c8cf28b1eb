import { Badge, Button, Field, Input, makeStyles, tokens } from '@fluentui/react-components'
import { useInfiniteQuery } from '@tanstack/react-query'
import { createLazyRoute, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ActDialog, ReasonField, useAsking } from '../../parts/act-dialog.tsx'
import { Asked } from '../../parts/asked.tsx'
import { countryName } from '../../parts/countries.ts'
import { FileLink } from '../../parts/file-links.tsx'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { useSession } from '../../shell/routes.ts'
import { ExportReleases } from './export.tsx'
import { releasesQuery, type Release } from './query.ts'
import type { ReleasesSearch } from './route.ts'

const useStyles = makeStyles({
  filters: { display: 'flex', flexWrap: 'wrap', alignItems: 'end', gap: tokens.spacingHorizontalM },
})

export const page = createLazyRoute('/shell/releases')({ component: Releases })

function Releases() {
  const search = page.useSearch()
  const { roles } = useSession()
  const [purpose, setPurpose] = useState<string | null>(null)
  const { asked, open, close } = useAsking<'look' | 'export'>()
  const releases = useInfiniteQuery(releasesQuery(search, purpose))
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = releases
  return (
    <Page
      title="Releases"
      lead="Every key that went to somebody: to whom, of what, when, how, where, and under which authorization as it was cited on that day (22 CFR 120.15(e)). Nobody types it."
      actions={
        <>
          {roles.includes('officer') &&
            (purpose === null ? (
              <Button onClick={() => open('look')}>Open the countries</Button>
            ) : (
              <Button onClick={() => setPurpose(null)}>Put them away</Button>
            ))}
          <Button onClick={() => open('export')}>Export</Button>
        </>
      }
    >
      <Filters search={search} />
      <Section
        title={search.authorization === undefined && search.person === undefined ? 'On record' : 'Of what was chosen'}
      >
        <Asked what="the record" query={releases}>
          {({ pages }) => {
            const all = pages.flatMap((one) => one.releases)
            return (
              <>
                {all.length === 0 ? (
                  <Nothing title={hasNextPage ? 'None so far' : 'Nothing was released'}>
                    {hasNextPage
                      ? 'A long record is looked through piece by piece: look further.'
                      : 'Each release comes here by itself within seconds; other days may have some.'}
                  </Nothing>
                ) : (
                  <Items items={all.map(itemOf)} />
                )}
                {hasNextPage && (
                  <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                    Look further
                  </Button>
                )}
                <p>From the {(pages.at(-1)?.ledgerSize ?? 0).toLocaleString()} entries of the last checkpoint.</p>
              </>
            )
          }}
        </Asked>
      </Section>
      {asked === 'look' && <LookDialog onLook={setPurpose} onClose={close} />}
      {asked === 'export' && <ExportReleases search={search} onClose={close} />}
    </Page>
  )
}

function LookDialog({ onLook, onClose }: { readonly onLook: (purpose: string) => void; readonly onClose: () => void }) {
  const [purpose, setPurpose] = useState('')
  const look = () => {
    if (purpose.trim() === '') return
    onLook(purpose.trim())
    onClose()
  }
  return (
    <ActDialog
      title="Open the countries that counted?"
      verb="Open them"
      isPending={purpose.trim() === ''}
      error={null}
      onClose={onClose}
      onSubmit={look}
    >
      <p>
        For each foreign person in what is shown it is a look on record, before you see it, and their history tells of
        it. Only for what export control asks. Never for hiring, pay or promotion: 8 U.S.C. 1324b.
      </p>
      <ReasonField label="What for" value={purpose} onChange={setPurpose} />
    </ActDialog>
  )
}

function itemOf(one: Release) {
  const { decisionId, at, recipient, file, items, programs, door, place, authorization, isFailed } = one
  return {
    key: `${decisionId} ${file.id}`,
    what: (
      <>
        <FileLink id={file.id} name={file.name || file.id} /> to{' '}
        <Link to="/people/$personId" params={{ personId: recipient.id }}>
          {recipient.name || recipient.id}
        </Link>
      </>
    ),
    more: (
      <>
        <Moment at={at} /> · {place.country === null ? place.name : `${place.name} (${place.country})`} ·{' '}
        {[...items, ...programs].join(', ')} · electronically, {door} · {recipient.status.replaceAll('-', ' ')}
        {countriesOf(one)}
        {authorization !== null && (
          <>
            {' '}
            ·{' '}
            <Link to="/authorizations/$authorizationId" params={{ authorizationId: authorization.id }}>
              {authorization.number}
            </Link>
            , {authorization.citation}
          </>
        )}
      </>
    ),
    end: isFailed && (
      <Badge appearance="tint" color="warning">
        Not handed out whole
      </Badge>
    ),
  }
}

function countriesOf({ countries }: Release): string {
  if (countries === 'none') return ''
  if (typeof countries === 'string') return ` · countries ${countries}`
  const all = [
    ...countries.citizenships.map(countryName),
    ...countries.formerCitizenships.map((one) => `${countryName(one)}, formerly`),
    ...countries.permanentResidencies.map((one) => `${countryName(one)}, resident`),
  ]
  return ` · ${all.join('; ')}`
}

function Filters({ search }: { readonly search: ReleasesSearch }) {
  const styles = useStyles()
  const navigate = useNavigate()
  const change = (changed: { readonly [K in keyof ReleasesSearch]?: string | undefined }) => {
    const kept = Object.entries({ ...search, ...changed }).filter(([, value]) => value !== undefined && value !== '')
    void navigate({ to: '/releases', search: Object.fromEntries(kept) as ReleasesSearch, replace: true })
  }
  return (
    <search className={styles.filters}>
      <Field label="From">
        <Input type="date" value={search.from ?? ''} onChange={(_, { value }) => change({ from: value })} />
      </Field>
      <Field label="Up to and without">
        <Input type="date" value={search.to ?? ''} onChange={(_, { value }) => change({ to: value })} />
      </Field>
      {(search.authorization !== undefined || search.person !== undefined) && (
        <Button onClick={() => change({ authorization: undefined, person: undefined })}>
          Everybody and everything
        </Button>
      )}
    </search>
  )
}
