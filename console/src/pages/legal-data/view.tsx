import { Badge } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute } from '@tanstack/react-router'
import { Asked } from '../../parts/asked.tsx'
import { countryName } from '../../parts/countries.ts'
import { Facts } from '../../parts/facts.tsx'
import { Items } from '../../parts/items.tsx'
import { LegalDataAge } from '../../parts/legal-data-age.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { useSession } from '../../shell/routes.ts'
import { Proposing } from './proposing.tsx'
import { exemptionsQuery, legalDataQuery, type LegalData } from './query.ts'

export const page = createLazyRoute('/shell/legal-data')({ component: LegalDataPage })

type InForce = NonNullable<LegalData['inForce']>
type Row = InForce['rows'][number]

function LegalDataPage() {
  const legal = useQuery(legalDataQuery)
  const exemptions = useQuery(exemptionsQuery)
  const { roles } = useSession()
  return (
    <Page
      title="Legal data"
      lead="What the law lists, as dated data with its source and how sure it is. Where the law after a day is unknown, the gate refuses and says so. It is replaced as a whole, once two others approve."
    >
      <Asked what="the legal data" query={legal}>
        {({ inForce, versions }) =>
          inForce === null ? (
            <Section title="In force">
              <Nothing title="None was ever loaded">Until there is some, nobody is covered.</Nothing>
            </Section>
          ) : (
            <>
              <LegalDataAge inForce={inForce} isHere />
              <Section title="In force">
                <Facts
                  facts={[
                    ['Knows the law up to', <Moment key="as of" at={inForce.asOf} />],
                    ['Today in Washington', <Moment key="today" at={inForce.today} />],
                    ['Digest', <code key="digest">{inForce.digest}</code>],
                    ['Versions that were in force', versions.length],
                  ]}
                />
              </Section>
              <Section title="Countries of 22 CFR 126.1">
                <Rows rows={inForce.rows.filter(({ paragraph }) => paragraph !== null)} />
              </Section>
              <Section title="Countries of 22 CFR 126.18(d)">
                <Rows rows={inForce.rows.filter(({ paragraph }) => paragraph === null)} />
              </Section>
            </>
          )
        }
      </Asked>
      {roles.includes('officer') && <Proposing />}
      <Section title="Exemptions">
        <Asked what="exemptions" query={exemptions}>
          {({ sections }) => (
            <Items
              items={sections.map(({ section, title, citation, source, sureness, note, conditions }) => ({
                key: section,
                what: `${citation}: ${title}`,
                more: [source, ...(note === undefined ? [] : [note]), ...conditions.map(({ text }) => text)].join(
                  ' · ',
                ),
                end: <Sureness sureness={sureness} />,
              }))}
            />
          )}
        </Asked>
      </Section>
    </Page>
  )
}

function Rows({ rows }: { readonly rows: readonly Row[] }) {
  if (rows.length === 0) return <Nothing title="None is listed" />
  return (
    <Items
      items={rows.map(({ country, list, paragraph, validFrom, validUntil, source, sureness, holds }) => ({
        key: `${country} ${list} ${validFrom ?? ''}`,
        what: countryName(country),
        more: [
          paragraph === null ? list : `${paragraph}, ${list}`,
          `from ${validFrom ?? 'before what is known'} until ${validUntil ?? 'further notice'}`,
          source,
        ].join(' · '),
        end: (
          <>
            {holds !== 'today' && (
              <Badge appearance="tint" color="subtle">
                Holds {holds}
              </Badge>
            )}
            <Sureness sureness={sureness} />
          </>
        ),
      }))}
    />
  )
}

function Sureness({ sureness }: { readonly sureness: string }) {
  const color = sureness === 'yes' ? 'success' : sureness === 'partly' ? 'warning' : 'danger'
  return (
    <Badge appearance="tint" color={color}>
      Sure: {sureness}
    </Badge>
  )
}
