// Deciding a candidate, and closing a case: by a filing reference, or as empowered official by a written reason.

import { Field, Input } from '@fluentui/react-components'
import { useState } from 'react'
import { ActDialog, ReasonField } from '../../parts/act-dialog.tsx'
import { useAct } from '../../parts/act.tsx'
import type { Candidate } from './query.ts'

export type CandidateActName = 'decideCandidate' | 'dismissCandidate' | 'closeCandidate' | 'closeUnfiled'

const acts = {
  decideCandidate: {
    title: 'Was it a proposal?',
    verb: 'It was: open a case',
    done: 'Decided that it was a proposal',
    says: 'Then it is a case, which a filing reference closes, or a written reason of the empowered official, and nothing else. Immediately means now.',
    label: 'Why it was one',
  },
  dismissCandidate: {
    title: 'Was it no proposal?',
    verb: 'It was none',
    done: 'Decided that it was no proposal',
    says: 'You decide it as empowered official. It is kept with your reason.',
    label: 'Why it was none',
  },
  closeCandidate: {
    title: 'Close the case by a filing reference?',
    verb: 'Close it',
    done: 'Closed a case by a filing reference',
    says: 'The notice was filed with the Directorate of Defense Trade Controls: the gate files nothing.',
    label: '',
  },
  closeUnfiled: {
    title: 'Close the case without a notice?',
    verb: 'Close it unfiled',
    done: 'Closed a case without a notice',
    says: 'You decide it as empowered official. It is kept with your reason.',
    label: 'Why no notice is filed',
  },
} as const satisfies Record<CandidateActName, object>

export function CandidateAct({
  candidate: { id, person },
  name,
  onClose,
}: {
  readonly candidate: Candidate
  readonly name: CandidateActName
  readonly onClose: () => void
}) {
  const [reason, setReason] = useState('')
  const [filing, setFiling] = useState('')
  const [filedOn, setFiledOn] = useState('')
  const { title, verb, done, says, label } = acts[name]
  const common = { done, changes: ['candidates', 'tasks'], onDone: onClose }
  const decide = useAct({ name: 'decideCandidate', ...common })
  const dismiss = useAct({ name: 'dismissCandidate', ...common })
  const close = useAct({ name: 'closeCandidate', ...common })
  const unfiled = useAct({ name: 'closeUnfiled', ...common })
  const act = { decideCandidate: decide, dismissCandidate: dismiss, closeCandidate: close, closeUnfiled: unfiled }[name]
  const path = { candidateId: id }
  const submit = () => {
    if (name === 'decideCandidate') decide.mutate({ path, body: { reason } })
    else if (name === 'dismissCandidate') dismiss.mutate({ path, body: { reason } })
    else if (name === 'closeCandidate') close.mutate({ path, body: { filing, filedOn } })
    else unfiled.mutate({ path, body: { reason } })
  }
  return (
    <ActDialog
      title={title}
      verb={verb}
      isPending={act.isPending}
      error={act.error}
      onClose={onClose}
      onSubmit={submit}
    >
      <p>
        {person.name}. {says}
      </p>
      {name === 'closeCandidate' ? (
        <>
          <Field label="Reference under which it was filed" required>
            <Input value={filing} onChange={(_, { value }) => setFiling(value)} maxLength={200} />
          </Field>
          <Field label="Filed on" required>
            <Input type="date" value={filedOn} onChange={(_, { value }) => setFiledOn(value)} />
          </Field>
        </>
      ) : (
        <ReasonField label={label} value={reason} onChange={setReason} />
      )}
    </ActDialog>
  )
}
