// Ending a person's status: one officer, at once.

import { Radio, RadioGroup, Field } from '@fluentui/react-components'
import { useState } from 'react'
import { ActDialog, ReasonField } from '../../parts/act-dialog.tsx'
import { useAct } from '../../parts/act.tsx'
import type { Person } from './query.ts'

export function EndPerson({
  person: { id, name },
  onClose,
}: {
  readonly person: Person
  readonly onClose: () => void
}) {
  const [kind, setKind] = useState<'left' | 'status-ended'>('left')
  const [reason, setReason] = useState('')
  const end = useAct({
    name: 'endPerson',
    done: `Ended the status of ${name}`,
    changes: ['people', 'approvals', 'tasks'],
    onDone: onClose,
  })
  return (
    <ActDialog
      title={`End the status of ${name}?`}
      verb="End it now"
      isPending={end.isPending}
      error={end.error}
      onClose={onClose}
      onSubmit={() => end.mutate({ path: { personId: id }, body: { kind, reason } })}
    >
      <p>It takes effect before the answer is here: nothing opens for them any more. Two others can restore it.</p>
      <Field label="What happened">
        <RadioGroup value={kind} onChange={(_, { value }) => setKind(value as typeof kind)}>
          <Radio value="left" label="They left" />
          <Radio value="status-ended" label="The status itself ended" />
        </RadioGroup>
      </Field>
      <ReasonField value={reason} onChange={setReason} />
    </ActDialog>
  )
}
