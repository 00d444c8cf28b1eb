// The claim of an exemption: its section, what shows that each condition is met, and who certified it.

import { makeStyles, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { Asked } from '../../parts/asked.tsx'
import { fieldNames } from '../../parts/authorization-fields.ts'
import { Section } from '../../parts/page.tsx'
import type { PartProps } from './draft.ts'
import { ChoiceField, CountriesField, DateField, FieldGrid, LongField } from './fields.tsx'
import { PeopleField } from './picking.tsx'
import { exemptionsQuery, type Exemptions } from './query.ts'

const useStyles = makeStyles({ note: { color: tokens.colorNeutralForeground2 } })

/** How the gate looks at a condition that is no evidence. */
const checks: Readonly<Record<string, string>> = {
  'not-proscribed': 'looked at from these terms',
  places: 'looked at in each decision, by where it is released',
  employer: 'looked at in each decision, by who employs them then',
  certification: 'the certification below',
}

export function Exemption({ draft, change }: PartProps) {
  const exemptions = useQuery(exemptionsQuery)
  return (
    <Section title="The exemption">
      <Asked what="what exemptions ask for" query={exemptions}>
        {(all) => <Claim all={all} draft={draft} change={change} />}
      </Asked>
    </Section>
  )
}

function Claim({ all, draft, change }: PartProps & { readonly all: Exemptions }) {
  const styles = useStyles()
  const found = all.sections.find(({ section }) => section === draft.section)
  const conditions = found === undefined ? [] : [...all.preconditions, ...found.conditions]
  const choose = (section: string) =>
    change({ section, citation: all.sections.find((one) => one.section === section)?.citation ?? draft.citation })
  return (
    <FieldGrid>
      <ChoiceField
        label={fieldNames.section}
        place="exemption.section"
        value={draft.section}
        onChange={choose}
        options={[
          ['', 'Choose one'],
          ...all.sections.map(({ section, title }) => [section, `${section}: ${title}`] as const),
        ]}
      />
      {found !== undefined && (
        <p className={styles.note}>
          {found.citation}, from {found.source}
          {found.sureness === 'yes' ? '' : `; sure: ${found.sureness}`}.{found.note !== undefined && ` ${found.note}`}
        </p>
      )}
      {conditions.map(({ id, text, check }) =>
        check === 'evidence' ? (
          <LongField
            key={id}
            label={text}
            place={`exemption.evidence.${id}`}
            hint="What shows it, and where that is kept"
            value={draft.evidence[id] ?? ''}
            onChange={(said) => change({ evidence: { ...draft.evidence, [id]: said } })}
            max={1000}
            isNeeded
          />
        ) : check === 'certification' ? null : (
          <p key={id}>
            {text} <span className={styles.note}>({checks[check] ?? 'looked at from these terms'})</span>
          </p>
        ),
      )}
      <PeopleField
        label="Who signed the written certification (22 CFR 120.15(f))"
        value={draft.signer}
        onChange={(signer) => change({ signer })}
        isSingle
      />
      <DateField
        label="Signed on"
        place="exemption.certification.on"
        value={draft.signedOn}
        onChange={(signedOn) => change({ signedOn })}
        isNeeded
      />
      {draft.section === '125.4(b)(9)' && (
        <CountriesField
          label={fieldNames.territory}
          place="exemption.territory"
          value={draft.territory}
          onChange={(territory) => change({ territory })}
        />
      )}
    </FieldGrid>
  )
}
