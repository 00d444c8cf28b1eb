// Whom it covers: parties with what they are to it, people by name, and what the official determined about some.

import { Section } from '../../parts/page.tsx'
import { Cards } from './cards.tsx'
import { newKey, type DeterminationDraft, type EmployeeDraft, type PartProps, type PartyDraft } from './draft.ts'
import { ChoiceField, CountriesField, DateField, FieldGrid, LongField, TextField } from './fields.tsx'
import { guideOf } from './kinds.ts'
import { PeopleField } from './picking.tsx'

const roles = {
  foreign: ['signatory', 'end-user', 'foreign-consignee', 'intermediate-consignee', 'sub-licensee'],
  us: ['signatory', 'consignor', 'freight-forwarder', 'source'],
} as const

/** A short name out of a name: `Calder Aero Ltd` becomes `calder-aero-ltd`. */
function shortOf(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60)
}

export function Parties({ draft, change }: PartProps) {
  const { foreignRole } = guideOf(draft.kind)
  return (
    <Section title="Whom it covers">
      <Cards
        all={draft.parties}
        onChange={(parties) => change({ parties })}
        nameOf={({ name }, at) => name || `Party ${at + 1}`}
        add="Add a party"
        make={(): PartyDraft => ({
          key: newKey(),
          id: '',
          name: '',
          country: '',
          side: 'foreign',
          role: foreignRole ?? '',
          under: '',
        })}
      >
        {(one, changeOne, at) => <Party party={one} change={changeOne} at={at} />}
      </Cards>
      <PeopleField
        label="People by name"
        hint="Foreign persons whom the authorization itself names: the beginnings of the words of a name"
        value={draft.persons}
        onChange={(persons) => change({ persons })}
      />
    </Section>
  )
}

function Party({
  party,
  change,
  at,
}: {
  readonly party: PartyDraft
  readonly change: (part: Partial<PartyDraft>) => void
  readonly at: number
}) {
  const place = (member: string) => `parties.${at}.${member}`
  return (
    <FieldGrid>
      <TextField
        label="Name of the party"
        place={place('name')}
        value={party.name}
        // The short name follows until somebody types another one.
        onChange={(name) => change({ name, ...(party.id === shortOf(party.name) ? { id: shortOf(name) } : {}) })}
        isNeeded
      />
      <TextField
        label="Short name"
        place={place('id')}
        hint="As the roster names the employer of its people"
        value={party.id}
        onChange={(id) => change({ id })}
        max={63}
        isNeeded
      />
      <ChoiceField
        label="Side"
        value={party.side}
        onChange={(side) => change({ side: side as PartyDraft['side'], role: '', under: '' })}
        hint={party.side === 'us' ? 'Covers none of its foreign employees' : 'Covers its regular employees with an NDA'}
        options={[
          ['foreign', 'Foreign party'],
          ['us', 'U.S. party'],
        ]}
      />
      <CountriesField
        label="Country"
        place={place('country')}
        hint="Two letters (ISO 3166-1)"
        value={party.country === '' ? [] : [party.country]}
        onChange={([country = '']) => change({ country })}
        isNeeded
      />
      <ChoiceField
        label="What it is to the authorization"
        place={place('role')}
        value={party.role}
        onChange={(role) => change({ role, ...(role === 'sub-licensee' ? {} : { under: '' }) })}
        options={[['', 'Not said'], ...roles[party.side].map((one) => [one, one.replaceAll('-', ' ')] as const)]}
      />
      {party.role === 'sub-licensee' && (
        <TextField
          label="Under which party"
          place={place('under')}
          hint="The short name of the foreign party"
          value={party.under}
          onChange={(under) => change({ under })}
          isNeeded
        />
      )}
    </FieldGrid>
  )
}

/** 22 CFR 126.1: a license may name such a country, with the recorded determination of the empowered official. */
export function Determinations({ draft, change }: PartProps) {
  return (
    <Section title="Countries of 22 CFR 126.1">
      <p>
        Nothing covers a country of 22 CFR 126.1, unless a license names it and the empowered official determined that
        it may be used. One must be among those who ask and approve.
      </p>
      <Cards
        all={draft.determinations}
        onChange={(determinations) => change({ determinations })}
        nameOf={({ country }, at) => `Determination ${country || at + 1}`}
        add="Add a determination for a country"
        make={(): DeterminationDraft => ({ key: newKey(), country: '', text: '', by: [], at: '' })}
      >
        {(one, changeOne, at) => (
          <FieldGrid>
            <CountriesField
              label="Country"
              place={`determinations.${at}.country`}
              value={one.country === '' ? [] : [one.country]}
              onChange={([country = '']) => changeOne({ country })}
              isNeeded
            />
            <Determined one={one} change={changeOne} place={`determinations.${at}`} />
          </FieldGrid>
        )}
      </Cards>
    </Section>
  )
}

/** 22 CFR 126.18: employees of a foreign party who are nationals of a country that it does not name. */
export function Employees({ draft, change }: PartProps) {
  return (
    <Section title="Dual and third-country nationals">
      <p>
        An employee of a foreign party who is a national of a country that the authorization does not name is covered by
        a determination of the empowered official alone. A refusal counts like the other answer, and wins.
      </p>
      <Cards
        all={draft.employees}
        onChange={(employees) => change({ employees })}
        nameOf={({ person }, at) => person[0]?.name ?? `Employee ${at + 1}`}
        add="Add a determination on an employee"
        make={(): EmployeeDraft => ({
          key: newKey(),
          person: [],
          option: '126.18(c)(2)',
          outcome: 'covered',
          text: '',
          by: [],
          at: '',
        })}
      >
        {(one, changeOne, at) => (
          <FieldGrid>
            <PeopleField label="Employee" value={one.person} onChange={(person) => changeOne({ person })} isSingle />
            <ChoiceField
              label="Way"
              place={`employees.${at}.option`}
              value={one.option}
              onChange={(option) => changeOne({ option: option as EmployeeDraft['option'] })}
              options={[
                ['126.18(c)(1)', '22 CFR 126.18(c)(1): cleared by their government'],
                ['126.18(c)(2)', '22 CFR 126.18(c)(2): screened by their employer'],
                ['126.18(d)', '22 CFR 126.18(d): countries of NATO, the EU and others'],
              ]}
            />
            <ChoiceField
              label="Determined"
              value={one.outcome}
              onChange={(outcome) => changeOne({ outcome: outcome as EmployeeDraft['outcome'] })}
              options={[
                ['covered', 'Covered'],
                ['refused', 'Refused'],
              ]}
            />
            <Determined one={one} change={changeOne} place={`employees.${at}`} />
          </FieldGrid>
        )}
      </Cards>
    </Section>
  )
}

function Determined({
  one,
  change,
  place,
}: {
  readonly one: Pick<DeterminationDraft, 'text' | 'by' | 'at'>
  readonly change: (part: Partial<Pick<DeterminationDraft, 'text' | 'by' | 'at'>>) => void
  readonly place: string
}) {
  return (
    <>
      <LongField
        label="On what ground"
        place={`${place}.text`}
        value={one.text}
        onChange={(text) => change({ text })}
        isNeeded
      />
      <PeopleField
        label="Empowered official who determined it"
        value={one.by}
        onChange={(by) => change({ by })}
        isSingle
      />
      <DateField
        label="Determined on"
        place={`${place}.at`}
        value={one.at.slice(0, 10)}
        onChange={(day) => change({ at: day === '' ? '' : `${day}T00:00:00Z` })}
        isNeeded
      />
    </>
  )
}
