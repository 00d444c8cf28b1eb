// Answering a request: what was done about it, or why not. It gives nothing by itself.

import { Field, Radio, RadioGroup } from '@fluentui/react-components'
import { useState } from 'react'
import { ActDialog, ReasonField } from '../../parts/act-dialog.tsx'
import { useAct } from '../../parts/act.tsx'
import type { Request } from './query.ts'

export function AnswerRequest({
  request: { id, by, text },
  onClose,
}: {
  readonly request: Request
  readonly onClose: () => void
}) {
  const [outcome, setOutcome] = useState<'done' | 'declined'>('done')
  const [said, say] = useState('')
  const answer = useAct({
    name: 'answerRequest',
    done: `Answered what ${by.name} asked for`,
    changes: ['requests'],
    onDone: onClose,
  })
  return (
    <ActDialog
      title={`Answer ${by.name}?`}
      verb="Answer"
      isPending={answer.isPending}
      error={answer.error}
      onClose={onClose}
      onSubmit={() => answer.mutate({ path: { requestId: id }, body: { outcome, text: said } })}
    >
      <p>{text}</p>
      <p>Do what there is to do first, where it is done: an answer gives nothing by itself.</p>
      <Field label="What became of it">
        <RadioGroup value={outcome} onChange={(_, { value }) => setOutcome(value as typeof outcome)}>
          <Radio value="done" label="It was done" />
          <Radio value="declined" label="It is declined" />
        </RadioGroup>
      </Field>
      <ReasonField label={outcome === 'done' ? 'What was done' : 'Why not'} value={said} onChange={say} />
      <p>They read your words. Say nothing in them of anybody&apos;s nationality.</p>
    </ActDialog>
  )
}
