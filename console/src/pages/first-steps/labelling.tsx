// Defining a label: a word that decisions know, and on what it stands.

import { Dropdown, Field, Input, Option } from '@fluentui/react-components'
import { useState } from 'react'
import { useAct } from '../../parts/act.tsx'
import { ActDialog } from '../../parts/act-dialog.tsx'

const kinds = {
  jurisdiction: { text: 'Jurisdiction', example: 'itar' },
  item: { text: 'Item: a paragraph or an ECCN', example: 'iv-h-1' },
  program: { text: 'Program', example: 'falcon' },
} as const
type Kind = keyof typeof kinds

export interface LabellingProps {
  /** Numbers of classification records in force. */
  readonly records: readonly string[]
  readonly onClose: () => void
}

export function Labelling({ records, onClose }: LabellingProps) {
  const [kind, setKind] = useState<Kind>('jurisdiction')
  const [value, setValue] = useState('')
  const [title, setTitle] = useState('')
  const [record, setRecord] = useState(records[0] ?? '')
  const [basis, setBasis] = useState('')
  const act = useAct({
    name: 'defineLabel',
    done: ({ label }) => `Defined the label ${label.dimension}/${label.value}`,
    changes: ['first-steps', 'labels'],
    onDone: onClose,
  })
  const standsOnRecord = kind !== 'program'
  const submit = () =>
    act.mutate({
      body: {
        dimension: kind,
        value: value.trim(),
        title: title.trim(),
        record: standsOnRecord ? record : null,
        ...(standsOnRecord ? {} : { basis: basis.trim() }),
      },
    })
  return (
    <ActDialog
      title="Define a label"
      verb="Define"
      isPending={act.isPending}
      error={act.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field label="What it says" required>
        <Dropdown
          value={kinds[kind].text}
          selectedOptions={[kind]}
          onOptionSelect={(_, { optionValue }) => setKind(optionValue as Kind)}
        >
          {Object.entries(kinds).map(([one, { text }]) => (
            <Option key={one} value={one}>
              {text}
            </Option>
          ))}
        </Dropdown>
      </Field>
      <Field label="Value" required hint={`Such as ${kinds[kind].example}`}>
        <Input value={value} onChange={(_, data) => setValue(data.value)} autoComplete="off" spellCheck={false} />
      </Field>
      <Field label="Title" required>
        <Input value={title} onChange={(_, data) => setTitle(data.value)} />
      </Field>
      {standsOnRecord ? (
        <Field label="Classification on which it stands" required>
          <Dropdown
            value={record}
            selectedOptions={[record]}
            onOptionSelect={(_, { optionValue }) => setRecord(optionValue ?? '')}
          >
            {records.map((one) => (
              <Option key={one} value={one}>
                {one}
              </Option>
            ))}
          </Dropdown>
        </Field>
      ) : (
        <Field label="Basis" required hint="Who decided what, and where that is kept">
          <Input value={basis} onChange={(_, data) => setBasis(data.value)} />
        </Field>
      )}
    </ActDialog>
  )
}
