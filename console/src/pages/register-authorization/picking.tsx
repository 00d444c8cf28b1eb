// Picking people or files by their name: what is typed is looked for at the gate, what is found is added.

import { Button, Field, makeStyles, SearchBox, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Items } from '../../parts/items.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useSettled } from '../../parts/use-settled.ts'
import type { Picked } from './draft.ts'
import { filesNamedQuery, peopleNamedQuery } from './query.ts'

const useStyles = makeStyles({
  picking: {
    gridColumn: '1 / -1',
    marginBlockStart: tokens.spacingVerticalM,
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    rowGap: tokens.spacingVerticalXS,
  },
  search: { maxWidth: '30rem' },
})

export interface PickingProps {
  readonly label: string
  readonly hint?: string
  readonly value: readonly Picked[]
  readonly onChange: (value: readonly Picked[]) => void
  /** One alone: whoever is picked comes in the place of whoever was. */
  readonly isSingle?: boolean
}

export function PeopleField(props: PickingProps) {
  const [text, setText] = useState('')
  const words = useSettled(text.trim(), 250)
  const { data = [], error } = useQuery({ ...peopleNamedQuery(words), enabled: words.length > 1 })
  return <Picking {...props} text={text} onText={setText} found={words.length > 1 ? data : []} error={error} />
}

export function FilesField(props: PickingProps) {
  const [text, setText] = useState('')
  const words = useSettled(text.trim(), 250)
  const { data = [], error } = useQuery({ ...filesNamedQuery(words), enabled: words.length > 1 })
  return <Picking {...props} text={text} onText={setText} found={words.length > 1 ? data : []} error={error} />
}

interface Found extends Picked {
  readonly more: string
}

function Picking({
  label,
  hint = 'The beginnings of the words of a name',
  value,
  onChange,
  isSingle = false,
  text,
  onText,
  found,
  error,
}: PickingProps & {
  readonly text: string
  readonly onText: (text: string) => void
  readonly found: readonly Found[]
  readonly error: unknown
}) {
  const styles = useStyles()
  const isPicked = (id: string) => value.some((one) => one.id === id)
  const pick = ({ id, name }: Picked) => {
    onChange(isSingle ? [{ id, name }] : [...value, { id, name }])
    onText('')
  }
  return (
    <div className={styles.picking}>
      {(!isSingle || value.length === 0) && (
        <Field label={label} hint={hint} className={styles.search}>
          <SearchBox value={text} onChange={(_, data) => onText(data.value)} />
        </Field>
      )}
      {error !== null && <Trouble error={error} />}
      {isSingle && value.length > 0 && <span>{label}</span>}
      <Items
        items={[
          ...value.map((one) => ({
            key: `picked ${one.id}`,
            what: one.name,
            end: (
              <Button
                size="small"
                aria-label={`Take off ${one.name}`}
                onClick={() => onChange(value.filter(({ id }) => id !== one.id))}
              >
                Take off
              </Button>
            ),
          })),
          ...found
            .filter(({ id }) => !isPicked(id))
            .map((one) => ({
              key: one.id,
              what: one.name,
              more: one.more,
              end: (
                <Button size="small" appearance="primary" aria-label={`Add ${one.name}`} onClick={() => pick(one)}>
                  Add
                </Button>
              ),
            })),
        ]}
      />
    </div>
  )
}
