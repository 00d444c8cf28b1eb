import { Badge, Button, Field, Input, makeStyles } from '@fluentui/react-components'
import { useInfiniteQuery } from '@tanstack/react-query'
import { createLazyRoute, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ActDialog, ReasonField, useAsking } from '../../parts/act-dialog.tsx'
import { Asked } from '../../parts/asked.tsx'
import { countryName } from '../../parts/countries.ts'
import { doorNames } from '../../parts/doors.ts'
import { FileLink } from '../../parts/file-links.tsx'
import { ChoiceFilter, Filters, PeriodFilter, useNarrowing } from '../../parts/filters.tsx'
import { FindAuthorization, FindFile, FindPerson } from '../../parts/finder.tsx'
import { Items } from '../../parts/items.tsx'
import { LabelTitles } from '../../parts/label-titles.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { UnlessRefused } from '../../parts/unless-refused.tsx'
import { recordedStatusText } from '../../parts/person-status.tsx'
import { useSession } from '../../shell/routes.ts'
import { ExportReleases } from './export.tsx'
import { releasesQuery, type Look, type Release } from './query.ts'
import type { ReleasesSearch } from './route.ts'

const useStyles = makeStyles({
  wide: { flexGrow: 1, flexBasis: '11rem', maxWidth: '18rem' },
  country: { width: '6rem' },
})

export const page = createLazyRoute('/shell/releases')({ component: Releases })

function Releases() {
  const search = page.useSearch()
  const { roles } = useSession()
  const [look, setLook] = useState<Look | null>(null)
  const { asked, open, close } = useAsking<'look' | 'export'>()
  const releases = useInfiniteQuery(releasesQuery(search, look))
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = releases
  return (
    <Page
      title="Releases"
      lead="Every key that went to somebody: to whom, of what, when, how, where, and under which authorization as it was cited on that day (22 CFR 120.15(e)). Nobody types it."
      actions={
        <>
          {roles.includes('officer') &&
            (look === null ? (
              <Button onClick={() => open('look')}>Open the countries</Button>
            ) : (
              <Button onClick={() => setLook(null)}>Put them away</Button>
            ))}
          <Button onClick={() => open('export')}>Export</Button>
        </>
      }
    >
      <UnlessRefused error={releases.error}>
        <Narrowing search={search} />
        <Section title={titleOf(search, look)}>
          <Asked what="the record" query={releases}>
            {({ pages }) => {
              const all = pages.flatMap((one) => one.releases)
              return (
                <>
                  {all.length === 0 ? (
                    <Nothing title={hasNextPage ? 'None so far' : 'Nothing was released'}>
                      {hasNextPage
                        ? 'A long record is looked through piece by piece: look further.'
                        : isNarrowed(search)
                          ? 'Take a filter away, or choose other days: what is on record stays there.'
                          : 'Each release comes here by itself within seconds, with whom it went to and what.'}
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
      </UnlessRefused>
      {asked === 'look' && <LookDialog onLook={setLook} onClose={close} />}
      {asked === 'export' && <ExportReleases search={search} onClose={close} />}
    </Page>
  )
}

function titleOf(search: ReleasesSearch, look: Look | null): string {
  if (look?.nationality !== undefined) return `For which ${countryName(look.nationality)} counted`
  return isNarrowed(search) ? 'Of what was chosen' : 'On record'
}

function isNarrowed({ authorization, person, file, place, from, to }: ReleasesSearch): boolean {
  return [authorization, person, file, place, from, to].some((one) => one !== undefined)
}

function LookDialog({ onLook, onClose }: { readonly onLook: (look: Look) => void; readonly onClose: () => void }) {
  const [purpose, setPurpose] = useState('')
  const [country, setCountry] = useState('')
  const isReady = purpose.trim() !== '' && (country === '' || isCountry(country))
  const look = () => {
    if (!isReady) return
    onLook({ purpose: purpose.trim(), ...(country === '' ? {} : { nationality: country }) })
    onClose()
  }
  return (
    <ActDialog
      title="Open the countries that counted?"
      verb="Open them"
      isPending={!isReady}
      error={null}
      onClose={onClose}
      onSubmit={look}
    >
      <p>
        For each foreign person in what is shown it is a look on record, before you see it, and their history tells of
        it. Only for what export control asks. Never for hiring, pay or promotion: 8 U.S.C. 1324b.
      </p>
      <ReasonField label="What for" value={purpose} onChange={setPurpose} />
      <Field
        label="Only those for which this country counted"
        hint={
          isCountry(country)
            ? countryName(country)
            : 'Two letters, or empty for all. Everybody else is looked at as well'
        }
      >
        <Input value={country} maxLength={2} onChange={(_, { value }) => setCountry(value.toUpperCase())} />
      </Field>
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
        <LabelTitles dimension="item" values={items} />, <LabelTitles dimension="program" values={programs} /> ·
        electronically, {doorText(door)} · {recordedStatusText(recipient.status)}
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

/** Through what it went, within a sentence. */
function doorText(door: string): string {
  const name = doorNames[door] ?? door
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`
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

function Narrowing({ search }: { readonly search: ReleasesSearch }) {
  const styles = useStyles()
  const change = useNarrowing(search)
  const [place, setPlace] = useState(search.place ?? '')
  const choosePlace = (typed: string) => {
    const code = typed.toUpperCase()
    setPlace(code)
    if (code === '' || isCountry(code)) change({ place: code })
  }
  return (
    <Filters>
      <FindPerson label="To" className={styles.wide} chosen={search.person} onChoose={(person) => change({ person })} />
      <FindFile label="File" className={styles.wide} chosen={search.file} onChoose={(file) => change({ file })} />
      <FindAuthorization
        label="Authorization"
        className={styles.wide}
        chosen={search.authorization}
        onChoose={(authorization) => change({ authorization })}
      />
      <Field label="Place in" {...(isCountry(place) && { title: countryName(place) })}>
        <Input
          className={styles.country}
          value={place}
          maxLength={2}
          placeholder="GB"
          onChange={(_, { value }) => choosePlace(value)}
        />
      </Field>
      <PeriodFilter from={search.from} to={search.to} onChange={change} />
      <ChoiceFilter
        label="Order"
        value={search.order}
        onChange={(order) => change({ order })}
        any="Newest first"
        options={{ oldest: 'Oldest first' }}
      />
    </Filters>
  )
}

const isCountry = (code: string) => /^[A-Z]{2}$/.test(code)
