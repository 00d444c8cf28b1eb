// The status of a person, in a word and a colour that says the same.

import { Badge } from '@fluentui/react-components'

const statuses = {
  'us-person': { text: 'U.S. person', color: 'success' },
  'foreign-person': { text: 'Foreign person', color: 'warning' },
  unverified: { text: 'Unverified', color: 'informative' },
  ended: { text: 'Ended', color: 'subtle' },
} as const

export type Status = keyof typeof statuses

export const statusText = (status: Status): string => statuses[status].text

export function PersonStatus({ status }: { readonly status: Status }) {
  const { text, color } = statuses[status]
  return (
    <Badge appearance="tint" color={color}>
      {text}
    </Badge>
  )
}
