// Somebody new on the roster: unverified, which is treated as foreign and uncovered until two others say otherwise.

import { Field, Input, Select } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ActDialog } from '../../parts/act-dialog.tsx'
import { useAct } from '../../parts/act.tsx'
import type { Person } from './query.ts'

const kinds: readonly { readonly kind: Person['kind']; readonly text: string }[] = [
  { kind: 'employee', text: 'Employee' },
  { kind: 'contractor', text: 'Contractor' },
  { kind: 'visitor', text: 'Visitor' },
  { kind: 'vendor-staff', text: "Vendor's staff" },
  { kind: 'service-owner', text: 'Owner of a service' },
]

export function AddPerson({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [kind, setKind] = useState<Person['kind']>('employee')
  const [externalId, setExternalId] = useState('')
  const [mail, setMail] = useState('')
  const add = useAct({
    name: 'addPerson',
    done: ({ person, similar }) =>
      similar.length === 0
        ? `Added ${person.name}`
        : `Added ${person.name}; alike: ${similar.map((one) => one.name).join(', ')}`,
    changes: ['people'],
    onDone: ({ person }) => void navigate({ to: '/people/$personId', params: { personId: person.id } }),
  })
  return (
    <ActDialog
      title="Add somebody"
      verb="Add"
      isPending={add.isPending}
      error={add.error}
      onClose={onClose}
      onSubmit={() => add.mutate({ body: { name, kind, externalId: externalId || null, mail: mail || null } })}
    >
      <p>They begin unverified and may open nothing. Verifying them takes two others.</p>
      <Field label="Name" required>
        <Input value={name} onChange={(_, { value }) => setName(value)} maxLength={200} />
      </Field>
      <Field label="How they come to be here">
        <Select value={kind} onChange={(_, { value }) => setKind(value as Person['kind'])}>
          {kinds.map((one) => (
            <option key={one.kind} value={one.kind}>
              {one.text}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Number in your other systems">
        <Input value={externalId} onChange={(_, { value }) => setExternalId(value)} maxLength={100} />
      </Field>
      <Field label="Mail for notices">
        <Input type="email" value={mail} onChange={(_, { value }) => setMail(value)} />
      </Field>
    </ActDialog>
  )
}
