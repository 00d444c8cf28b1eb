// Saying how far one is with a refusal.

import { Field, Select } from '@fluentui/react-components'
import { useState } from 'react'
import { ActDialog, ReasonField } from '../../parts/act-dialog.tsx'
import { useAct } from '../../parts/act.tsx'
import type { Refusal, State } from './query.ts'

const offered = {
  looking: 'I look into it',
  harmless: 'It is harmless',
  incident: 'It is an incident, and handed on',
} as const satisfies Record<State, string>

export interface TriageDialogProps {
  /** One, and those that are alike. */
  readonly refusals: readonly [Refusal, ...Refusal[]]
  readonly onClose: () => void
}

export function TriageDialog({ refusals: [refusal, ...alike], onClose }: TriageDialogProps) {
  const also = alike.length === 0 ? {} : { also: alike.map(({ decisionId }) => decisionId) }
  const from = refusal.triage?.state ?? null
  const [state, choose] = useState<State>(from === null ? 'looking' : 'harmless')
  const [note, write] = useState('')
  const triage = useAct({
    name: 'triageRefusal',
    done: `Triaged: ${offered[state]}`,
    changes: ['refusals'],
    onDone: onClose,
  })
  return (
    <ActDialog
      title="How far are you with it?"
      verb="Put on record"
      isPending={triage.isPending}
      error={triage.error}
      onClose={onClose}
      onSubmit={() => triage.mutate({ path: { decisionId: refusal.decisionId }, body: { from, state, note, ...also } })}
    >
      <Field label="State">
        <Select value={state} onChange={(_, { value }) => choose(value as State)}>
          {Object.entries(offered).map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </Select>
      </Field>
      <ReasonField label="What you found" value={note} onChange={write} />
      {alike.length > 0 && <p>It is said of all {alike.length + 1} times.</p>}
      <p>It stands in the ledger: write no names and no countries.</p>
    </ActDialog>
  )
}
