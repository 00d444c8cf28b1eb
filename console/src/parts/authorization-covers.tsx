// Whom it covers, and who is what to it: parties, people by name, and what was determined about some of them.

import { Badge } from '@fluentui/react-components'
import { countryName } from './countries.ts'
import { Items, type Item } from './items.tsx'
import { Moment } from './moment.tsx'
import { Section } from './page.tsx'
import { PersonLink } from './person-link.tsx'
import type { Terms } from './authorization-terms.tsx'

export interface CoveredProps {
  readonly terms: Terms
  readonly nameOf: (id: string) => string
}

export function Covered({ terms, nameOf }: CoveredProps) {
  const { parties, persons, employees = [], determinations } = terms
  return (
    <Section title="Whom it covers">
      <Items
        items={[
          ...parties.map((one): Item => ({
            key: `party ${one.id}`,
            what: one.name,
            more: [
              one.id,
              countryName(one.country),
              ...(one.role === undefined ? [] : [one.role.replaceAll('-', ' ')]),
              ...(one.under === undefined ? [] : [`under ${one.under}`]),
              one.side === 'foreign' ? 'its regular employees with an NDA' : 'none of its foreign employees',
            ].join(' · '),
            end: (
              <Badge appearance="tint" color="informative">
                {one.side === 'us' ? 'U.S. party' : 'Foreign party'}
              </Badge>
            ),
          })),
          ...persons.map((id): Item => ({
            key: `person ${id}`,
            what: <PersonLink id={id} name={nameOf(id)} />,
            more: 'named in it',
          })),
          ...employees.map(({ person, option, outcome, text, by, at }): Item => ({
            key: `employee ${person}`,
            what: <PersonLink id={person} name={nameOf(person)} />,
            more: (
              <>
                {text} · {nameOf(by)}, <Moment at={at} isDay /> · 22 CFR {option}
              </>
            ),
            end: (
              <Badge appearance="tint" color={outcome === 'covered' ? 'success' : 'danger'}>
                {outcome === 'covered' ? 'Determined: covered' : 'Determined: refused'}
              </Badge>
            ),
          })),
          ...determinations.map(({ country, text, by, at }): Item => ({
            key: `determination ${country}`,
            what: `${countryName(country)}, in spite of 22 CFR 126.1`,
            more: (
              <>
                {text} · {nameOf(by)}, <Moment at={at} isDay />
              </>
            ),
          })),
        ]}
      />
    </Section>
  )
}

/** What shows that the conditions of an exemption are met, and who certified it. */
export function Claim({ terms: { exemption }, nameOf }: CoveredProps) {
  if (exemption === undefined) return null
  const { certification, evidence } = exemption
  return (
    <Section title="How its conditions are met">
      <Items
        items={[
          {
            key: 'certification',
            what: 'Written certification (22 CFR 120.15(f))',
            more: (
              <>
                {nameOf(certification.signer)}, <Moment at={certification.on} isDay />
              </>
            ),
          },
          ...Object.entries(evidence).map(([name, text]) => ({
            key: name,
            what: name.replaceAll('-', ' '),
            more: text,
          })),
        ]}
      />
    </Section>
  )
}
