// A record that is of two human beings: somebody new begins, unverified, and the record itself is unverified at once. One officer does it,
// because nobody gains by it.

import { Field, Input, Select } from '@fluentui/react-components'
import { personKinds, type PersonKind } from '@sallyport/protocol'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ActDialog, ReasonField } from '../../parts/act-dialog.tsx'
import { useAct } from '../../parts/act.tsx'
import { worded } from '../../parts/wording.ts'
import type { Person } from './query.ts'

export function SplitPerson({ person, onClose }: { readonly person: Person; readonly onClose: () => void }) {
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [kind, setKind] = useState<PersonKind>(person.kind)
  const [subjects, setSubjects] = useState('')
  const [reason, setReason] = useState('')
  const split = useAct({
    name: 'splitPerson',
    done: ({ somebodyNew }) => `Split: ${somebodyNew.name} has a record of their own`,
    changes: ['people', 'approvals', 'tasks', 'sign-ins'],
    onDone: ({ somebodyNew: { id } }) => {
      onClose()
      void navigate({ to: '/people/$personId', params: { personId: id } })
    },
  })
  const identities = subjects.split(',').flatMap((text) => (text.trim() === '' ? [] : [{ subject: text.trim() }]))
  return (
    <ActDialog
      title={`Split somebody new from ${person.name}?`}
      verb="Split it now"
      isPending={split.isPending}
      error={split.error}
      onClose={onClose}
      onSubmit={() =>
        split.mutate({
          path: { personId: person.id },
          body: { name, kind, identities, version: person.version, reason },
        })
      }
    >
      <p>
        For a record that is of two human beings. Somebody new begins with nothing
        {person.actsForForeignEmployer && ', but that they act for a foreign employer'}; {person.name} is unverified at
        once, and nothing opens for either until two others verified them. The past stays with this record.
      </p>
      <Field label="Name of somebody new" required>
        <Input value={name} onChange={(_, { value }) => setName(value)} maxLength={200} autoComplete="off" />
      </Field>
      <Field label="Here as">
        <Select value={kind} onChange={(_, { value }) => setKind(value as PersonKind)}>
          {personKinds.map((one) => (
            <option key={one} value={one}>
              {worded(one)}
            </option>
          ))}
        </Select>
      </Field>
      <Field
        label="Subjects to take away"
        hint="What this record signs in with and may be somebody else's, with commas: nobody's until it is bound to whom it belongs"
      >
        <Input value={subjects} onChange={(_, { value }) => setSubjects(value)} autoComplete="off" />
      </Field>
      <ReasonField value={reason} onChange={setReason} />
    </ActDialog>
  )
}
