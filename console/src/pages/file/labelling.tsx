// Labels that a file carries besides what it was sealed under: adding is done at once, taking off waits for another officer.

import { Checkbox, Field, Input, makeStyles } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useAct } from '../../parts/act.tsx'
import { ActDialog, ReasonField } from '../../parts/act-dialog.tsx'
import { Asked } from '../../parts/asked.tsx'
import { labelsQuery, type FileFacts } from './query.ts'

const useStyles = makeStyles({
  labels: { border: 'none', margin: 0, padding: 0, display: 'grid' },
})

export interface LabellingProps {
  readonly file: FileFacts
  readonly onClose: () => void
}

export function Labelling({ file, onClose }: LabellingProps) {
  const styles = useStyles()
  const labels = useQuery(labelsQuery)
  const before = file.addedLabels.map(({ fqn }) => fqn)
  const [chosen, choose] = useState<readonly string[]>(before)
  const [designation, designate] = useState('')
  const [reason, setReason] = useState('')
  const act = useAct({
    name: 'reclassifyFile',
    done: ({ approvalId }) =>
      approvalId === null ? 'Added the labels' : 'Asked another officer to approve the change of labels',
    changes: ['files', 'approvals'],
    onDone: onClose,
  })
  const add = chosen.filter((fqn) => !before.includes(fqn))
  const takeOff = before.filter((fqn) => !chosen.includes(fqn))
  const submit = () =>
    act.mutate({
      path: { fileId: file.id },
      body: { add, takeOff, designation: designation.trim() === '' ? null : designation.trim(), reason },
    })
  return (
    <ActDialog
      title="Labels besides"
      verb={takeOff.length === 0 ? 'Add' : 'Ask another officer'}
      isPending={act.isPending || add.length + takeOff.length === 0}
      error={act.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <Asked what="the labels" query={labels}>
        {({ labels }) => (
          <fieldset className={styles.labels}>
            <legend>Beside those that it was sealed under; the stricter decides</legend>
            {labels
              .filter(({ fqn }) => !file.labels.some((one) => one.fqn === fqn))
              .map(({ fqn, title }) => (
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
        )}
      </Asked>
      <Field label="Designated by" hint="For a dissemination control: who of the agency, and where it is written">
        <Input value={designation} onChange={(_, data) => designate(data.value)} maxLength={500} />
      </Field>
      <ReasonField value={reason} onChange={setReason} />
    </ActDialog>
  )
}
