// How an authorization stands, in a word and a colour that says the same.

import { Badge } from '@fluentui/react-components'
import type { AnswerOf } from '../api/index.ts'
import { daysLeft, standingNames, standingOf, type Standing } from './authorization-standing.ts'
import { useNow } from './use-now.ts'

type Authorization = AnswerOf<'authorization'>

const colors = {
  waiting: 'brand',
  'not-begun': 'informative',
  'in-effect': 'success',
  expiring: 'warning',
  expired: 'subtle',
  ended: 'subtle',
} as const satisfies Record<Standing, string>

export function AuthorizationState({ authorization }: { readonly authorization: Authorization }) {
  const { approvals } = authorization
  const nowMs = useNow()
  const standing = standingOf(authorization, nowMs)
  const days = daysLeft(authorization, nowMs)
  const text = {
    ...standingNames,
    waiting: `Waits for approval, ${approvals.have} of ${approvals.need}`,
    expiring: days === 1 ? 'Ends within a day' : `Ends in ${days} days`,
  }[standing]
  return (
    <Badge appearance="tint" color={standing === 'expiring' && days <= 30 ? 'severe' : colors[standing]}>
      {text}
    </Badge>
  )
}
