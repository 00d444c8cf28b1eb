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

/** As a record has it: what it says today stands in its words, anything else as it is. */
export const recordedStatusText = (status: string): string =>
  status in statuses ? statusText(status as Status) : status

export function PersonStatus({ status }: { readonly status: Status }) {
  const { text, color } = statuses[status]
  return (
    <Badge appearance="tint" color={color}>
      {text}
    </Badge>
  )
}
