// How far a request for approval is, and whether it waits for whoever looks.

import { Badge } from '@fluentui/react-components'
import type { AnswerOf } from '../api/index.ts'

type Approval = AnswerOf<'approvals'>['approvals'][number]

const states = {
  pending: { text: 'Waits', color: 'informative' },
  executed: { text: 'Done', color: 'success' },
  declined: { text: 'Declined', color: 'danger' },
  withdrawn: { text: 'Withdrawn', color: 'subtle' },
  expired: { text: 'Expired', color: 'subtle' },
  outdated: { text: 'Outdated', color: 'subtle' },
} as const

export function ApprovalState({
  approval: { state, waitsForYou, approvedBy, needed },
}: {
  readonly approval: Pick<Approval, 'state' | 'waitsForYou' | 'approvedBy' | 'needed'>
}) {
  if (state !== 'pending') {
    return (
      <Badge appearance="tint" color={states[state].color}>
        {states[state].text}
      </Badge>
    )
  }
  return (
    <Badge appearance="tint" color={waitsForYou ? 'brand' : 'informative'}>
      {waitsForYou ? 'Waits for you' : 'Waits for others'}, {approvedBy.length} of {needed}
    </Badge>
  )
}
