// What the paper says besides what decides, the paper itself, and what may be drawn.

import { useId } from 'react'
import { fieldNames } from '../../parts/authorization-fields.ts'
import { Section } from '../../parts/page.tsx'
import { Cards } from './cards.tsx'
import { freeName, newKey, type LineDraft, type PartProps } from './draft.ts'
import { ChoiceField, FieldGrid, LongField, TextField } from './fields.tsx'
import { FilesField } from './picking.tsx'

export function Paper({ draft, change }: PartProps) {
  return (
    <Section title="What the paper says besides">
      <FieldGrid>
        <TextField
          label={fieldNames.registrant}
          place="registrant"
          value={draft.registrant}
          onChange={(registrant) => change({ registrant })}
          max={40}
        />
        <TextField
          label={fieldNames.certificate}
          place="certificate"
          hint="Where one is asked for (22 CFR 123.10)"
          value={draft.certificate}
          onChange={(certificate) => change({ certificate })}
          max={120}
        />
        <TextField
          label={fieldNames.replaces}
          place="replaces"
          value={draft.replaces}
          onChange={(replaces) => change({ replaces })}
          max={60}
        />
        <LongField
          label={fieldNames.endUse}
          place="endUse"
          value={draft.endUse}
          onChange={(endUse) => change({ endUse })}
          max={1000}
        />
        <LongField
          label={fieldNames.scope}
          place="scope"
          value={draft.scope}
          onChange={(scope) => change({ scope })}
          max={4000}
        />
        <FilesField
          label={fieldNames.documents}
          hint="Protect it in a vault of export control first; then its name finds it here"
          value={draft.documents}
          onChange={(documents) => change({ documents })}
        />
      </FieldGrid>
    </Section>
  )
}

export function Lines({ draft, change }: PartProps) {
  const id = useId()
  return (
    <Section title="Quantity and value">
      <p id={id}>
        What is allowed of each commodity, service or kind of data, if anything is counted here. Draws are made against
        these lines, and never beyond them.
      </p>
      <Cards
        all={draft.lines}
        onChange={(lines) => change({ lines })}
        nameOf={({ id: name }) => `Line ${name}`}
        add="Add a line"
        make={(): LineDraft => ({
          key: newKey(),
          id: freeName('line', draft.lines),
          description: '',
          item: draft.items[0] ?? '',
          quantity: '',
          unit: 'each',
          value: '',
        })}
      >
        {(one, changeOne, at) => (
          <FieldGrid>
            <TextField
              label="Short name"
              place={`lines.${at}.id`}
              value={one.id}
              onChange={(name) => changeOne({ id: name })}
              max={63}
              isNeeded
            />
            <TextField
              label="Description"
              place={`lines.${at}.description`}
              value={one.description}
              onChange={(description) => changeOne({ description })}
              max={500}
              isNeeded
            />
            <ChoiceField
              label="Item"
              place={`lines.${at}.item`}
              value={one.item}
              onChange={(item) => changeOne({ item })}
              options={[
                ...(draft.items.includes(one.item) ? [] : [[one.item, one.item || 'Choose one'] as const]),
                ...draft.items.map((item) => [item, item] as const),
              ]}
            />
            <TextField
              label="Quantity"
              place={`lines.${at}.quantity`}
              hint="Whole: choose the unit so that it is"
              value={one.quantity}
              onChange={(quantity) => changeOne({ quantity })}
              max={13}
              isNeeded
            />
            <TextField
              label="Unit"
              place={`lines.${at}.unit`}
              value={one.unit}
              onChange={(unit) => changeOne({ unit })}
              max={40}
              isNeeded
            />
            <TextField
              label="Value in USD"
              place={`lines.${at}.valueCents`}
              hint="As 12500.00; empty where no value is counted"
              value={one.value}
              onChange={(value) => changeOne({ value })}
              max={16}
            />
          </FieldGrid>
        )}
      </Cards>
    </Section>
  )
}
