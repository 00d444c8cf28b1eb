// How a classification record stands, in a word and a colour that says the same.

import { Badge } from '@fluentui/react-components'
import type { AnswerOf } from '../api/index.ts'

type Classification = AnswerOf<'classification'>

const colors: Readonly<Record<Classification['state'], 'brand' | 'success' | 'subtle'>> = {
  registered: 'brand',
  'in-force': 'success',
  superseded: 'subtle',
  withdrawn: 'subtle',
}

export function ClassificationState({
  classification: { state, approvals, terms },
}: {
  readonly classification: Classification
}) {
  const text =
    state === 'registered' ? `Waits for approval, ${approvals.have} of ${approvals.need}` : state.replaceAll('-', ' ')
  return (
    <>
      {terms.doubt !== undefined && state === 'in-force' && (
        <Badge appearance="tint" color="warning">
          In doubt
        </Badge>
      )}
      <Badge appearance="tint" color={colors[state]}>
        {text.charAt(0).toUpperCase() + text.slice(1)}
      </Badge>
    </>
  )
}
