// Withdrawing a record at once: nothing is in its place until another is.

import { useState } from 'react'
import type { AnswerOf } from '../../api/index.ts'
import { useAct } from '../../parts/act.tsx'
import { ActDialog, ReasonField } from '../../parts/act-dialog.tsx'

export interface WithdrawingProps {
  readonly classification: AnswerOf<'classification'>
  readonly onClose: () => void
}

export function Withdrawing({ classification: { id, terms, state }, onClose }: WithdrawingProps) {
  const [reason, setReason] = useState('')
  const act = useAct({
    name: 'withdrawClassification',
    done: `Withdrew ${terms.number}`,
    changes: ['classifications', 'approvals', 'first-steps'],
    onDone: onClose,
  })
  return (
    <ActDialog
      title={`Withdraw ${terms.number}?`}
      verb="Withdraw it"
      isPending={act.isPending}
      error={act.error}
      onSubmit={() => act.mutate({ path: { classificationId: id }, body: { reason } })}
      onClose={onClose}
    >
      <p>
        {state === 'registered'
          ? 'The request that waits ends with it.'
          : 'At once, in every process. What stands on it is opened by nobody until another record is in its place.'}
      </p>
      <ReasonField value={reason} onChange={setReason} />
    </ActDialog>
  )
}
