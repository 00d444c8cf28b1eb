// Making a vault: whatever is protected into it is sealed under its labels.

import { Checkbox, Field, Input, makeStyles } from '@fluentui/react-components'
import { useState } from 'react'
import { useAct } from './act.tsx'
import { ActDialog } from './act-dialog.tsx'

const useStyles = makeStyles({
  labels: { border: 'none', margin: 0, padding: 0, display: 'grid' },
})

export interface MakingVaultProps {
  readonly labels: readonly { readonly fqn: string; readonly title: string }[]
  /** Where there are few labels yet, all of them are chosen at first. */
  readonly isFirst?: boolean
  readonly onClose: () => void
}

export function MakingVault({ labels, isFirst = false, onClose }: MakingVaultProps) {
  const styles = useStyles()
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const [chosen, choose] = useState<readonly string[]>(isFirst ? labels.map(({ fqn }) => fqn) : [])
  const act = useAct({
    name: 'createVault',
    done: ({ vault }) => `Made the vault ${vault.name}`,
    changes: ['first-steps', 'vaults'],
    onDone: onClose,
  })
  return (
    <ActDialog
      title="Make a vault"
      verb="Make it"
      isPending={act.isPending || chosen.length === 0}
      error={act.error}
      onSubmit={() => act.mutate({ body: { name: name.trim(), description: description.trim(), labels: [...chosen] } })}
      onClose={onClose}
    >
      <Field label="Name" required hint="Lower-case letters, digits and hyphens">
        <Input value={name} onChange={(_, data) => setName(data.value)} autoComplete="off" spellCheck={false} />
      </Field>
      <Field label="What it is for">
        <Input value={description} onChange={(_, data) => setDescription(data.value)} maxLength={500} />
      </Field>
      <fieldset className={styles.labels}>
        <legend>Labels of every file in it</legend>
        {labels.map(({ fqn, title }) => (
          <Checkbox
            key={fqn}
            label={title}
            checked={chosen.includes(fqn)}
            onChange={(_, { checked }) =>
              choose(checked === true ? [...chosen, fqn] : chosen.filter((one) => one !== fqn))
            }
          />
        ))}
      </fieldset>
    </ActDialog>
  )
}
