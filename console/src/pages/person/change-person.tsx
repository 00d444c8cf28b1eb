// Changing a person: what narrows or corrects is done at once, what widens is asked of two others. Which of both it is stands there
// before it is done.

import { Field, Input, Select } from '@fluentui/react-components'
import { widens } from '@sallyport/protocol'
import { useState } from 'react'
import { ActDialog, ReasonField } from '../../parts/act-dialog.tsx'
import { useAct } from '../../parts/act.tsx'
import { Offered } from '../../parts/offered.tsx'
import { changeKinds, changeOf, changeTitle, type ChangeField, type ChangeName } from '../../parts/person-changes.ts'
import { useWork, type Work } from '../../parts/work.ts'
import { askedFor } from '../../parts/wording.ts'
import { useSession } from '../../shell/routes.ts'
import type { Person } from './query.ts'

export interface ChangePersonProps {
  readonly person: Person
  /** What the dialog is called, where several changes are offered. */
  readonly title?: string
  /** Which changes are offered; null for all that fit the person. */
  readonly kinds: readonly ChangeName[] | null
  readonly onClose: () => void
}

export function ChangePerson({ person, title: called, kinds, onClose }: ChangePersonProps) {
  const { id: personId, name, version, status } = person
  const { roles } = useSession()
  const mayApply = roles.includes('officer')
  const offered = (kinds ?? (Object.keys(changeKinds) as ChangeName[])).filter(
    (kind) => changeKinds[kind].fits(person) && (mayApply || widens({ change: kind }, status)),
  )
  // Of all that fit none is chosen beforehand: the first could be what is so already.
  const [kind, choose] = useState<ChangeName | null>(kinds === null ? null : (offered[0] ?? 'review'))
  const [values, setValues] = useState<Readonly<Record<string, string>>>({})
  const [reason, setReason] = useState('')
  const title = kind === null ? '' : changeTitle(kind)
  const fields = kind === null ? [] : changeKinds[kind].fields
  const work = useWork(fields.some(({ offers }) => offers === 'work'))
  const takesOthers = kind !== null && widens({ change: kind }, status)
  const changes = ['people', 'approvals', 'tasks']
  const apply = useAct({ name: 'changePerson', done: `${title}: ${name}`, changes, onDone: onClose })
  const propose = useAct({
    name: 'proposePersonChange',
    done: ({ needed }) => askedFor(`${title}, ${name}`, needed),
    changes,
    onDone: onClose,
  })
  const act = takesOthers ? propose : apply
  return (
    <ActDialog
      title={offered.length === 1 ? `${title}?` : (called ?? `Change ${name}`)}
      verb={takesOthers ? 'Ask two others' : 'Do it now'}
      isPending={act.isPending || kind === null}
      error={act.error}
      onClose={onClose}
      // The version that is shown: whatever changed meanwhile makes it a conflict.
      onSubmit={() =>
        kind !== null && act.mutate({ path: { personId }, body: { change: changeOf(kind, values), reason, version } })
      }
    >
      {offered.length > 1 && (
        <Field label="What changes">
          <Select value={kind ?? ''} onChange={(_, { value }) => choose(offered.find((one) => one === value) ?? null)}>
            {kind === null && <option value="">Choose one</option>}
            {offered.map((one) => (
              <option key={one} value={one}>
                {changeTitle(one)}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {fields.map((field) => (
        <ChangeInput
          key={`${kind} ${field.name}`}
          field={field}
          options={field.offers === undefined ? null : offeredBy(field, person, work, values)}
          value={values[field.name] ?? ''}
          onChange={(value) => setValues({ ...values, [field.name]: value })}
        />
      ))}
      <ReasonField value={reason} onChange={setReason} />
      {kind !== null && (
        <p>
          {takesOthers
            ? 'It widens access: it takes effect when two others, neither you nor they, approve it.'
            : 'It narrows or corrects: it takes effect at once.'}
        </p>
      )}
    </ActDialog>
  )
}

/** What exists of programs or purposes; of a program that is chosen, its own purposes. */
function offeredBy(
  { name, offers }: ChangeField,
  { assignments }: Person,
  { programs, purposes }: Work,
  { program = '' }: Readonly<Record<string, string>>,
): readonly string[] {
  if (offers === 'work') return name === 'program' ? programs : purposes
  if (name === 'program') return [...new Set(assignments.map((one) => one.program))]
  return assignments.filter((one) => program === '' || one.program === program).map(({ purpose }) => purpose)
}

function ChangeInput({
  field: { label, hint, kind, options: choices = [], isOptional },
  options,
  value,
  onChange,
}: {
  readonly field: ChangeField
  /** What exists and is offered; null where anything is typed. */
  readonly options: readonly string[] | null
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  if (options !== null) return <Offered {...{ label, hint, options, value, onChange }} isNeeded={isOptional !== true} />
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })} required={isOptional !== true}>
      {kind === 'choice' ? (
        <Select value={value} onChange={(_, data) => onChange(data.value)}>
          <option value="">Choose one</option>
          {choices.map(([one, words]) => (
            <option key={one} value={one}>
              {words}
            </option>
          ))}
        </Select>
      ) : (
        <Input type={kind} value={value} onChange={(_, data) => onChange(data.value)} />
      )}
    </Field>
  )
}
