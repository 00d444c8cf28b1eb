// Ending an authorization: one officer, at once, and for good.

import { useState } from 'react'
import { ActDialog, ReasonField } from '../../parts/act-dialog.tsx'
import { useAct } from '../../parts/act.tsx'
import type { Authorization } from './query.ts'

export function EndAuthorization({
  authorization: { id, terms },
  onClose,
}: {
  readonly authorization: Authorization
  readonly onClose: () => void
}) {
  const [reason, setReason] = useState('')
  const end = useAct({
    name: 'endAuthorization',
    done: `Ended ${terms.number}`,
    changes: ['authorizations', 'approvals', 'tasks', 'releases'],
    onDone: onClose,
  })
  return (
    <ActDialog
      title={`End ${terms.number}?`}
      verb="End it now"
      isPending={end.isPending}
      error={end.error}
      onClose={onClose}
      onSubmit={() => end.mutate({ path: { authorizationId: id }, body: { reason } })}
    >
      <p>
        It takes effect before the answer is here: nobody opens anything under it any more. It never covers again; what
        is wanted all the same is registered anew.
      </p>
      <ReasonField value={reason} onChange={setReason} />
    </ActDialog>
  )
}
