// Answers to one question about many, each with why: who can open a file, what somebody can open.

import { Badge } from '@fluentui/react-components'
import { useMemo, type ReactNode } from 'react'
import { Choice } from './choice.tsx'
import { Listing, type Column } from './listing.tsx'
import { Nothing } from './nothing.tsx'
import type { ShownAnswers } from './shown-answers.ts'

export interface Answered {
  readonly key: string
  readonly name: string
  /** What is told beside the name: a status, a vault. */
  readonly beside: string
  readonly effect: 'permit' | 'deny'
  readonly authorization: string | null
  readonly citation: string | null
  readonly permittedBy: readonly { readonly text: string }[]
  readonly reasons: readonly { readonly text: string; readonly fix: string }[]
}

export interface AnswersProps {
  readonly label: string
  /** What the columns of the name and of what stands beside it are called. */
  readonly titles: readonly [name: string, beside: string]
  readonly answers: readonly Answered[]
  readonly linkTo: (answer: Answered) => ReactNode
  /** Whether it is about the past. */
  readonly isPast: boolean
  readonly shown: ShownAnswers
  readonly onShow: (shown: ShownAnswers) => void
  readonly hasMore: boolean
  readonly onNearEnd: () => void
}

export function Answers({ label, titles, answers, linkTo, isPast, shown, onShow, hasMore, onNearEnd }: AnswersProps) {
  const can = isPast ? 'Could' : 'Can'
  const rows = useMemo(
    () =>
      answers
        .filter(({ effect }) => shown === 'all' || (effect === 'permit') === (shown === 'can'))
        .toSorted((a, b) => Number(a.effect === 'deny') - Number(b.effect === 'deny') || a.name.localeCompare(b.name)),
    [answers, shown],
  )
  const columns = useMemo(() => columnsOf(can, titles, linkTo), [can, titles, linkTo])
  return (
    <>
      <Choice
        label="Which answers"
        options={[
          { value: 'all', text: 'All' },
          { value: 'can', text: can },
          { value: 'cannot', text: isPast ? 'Could not' : 'Cannot' },
        ]}
        value={shown}
        onChoose={onShow}
      />
      {rows.length === 0 && !hasMore ? (
        <Nothing title="None">Nobody and nothing is left out: there is no such answer.</Nothing>
      ) : (
        <Listing
          label={label}
          columns={columns}
          rows={rows}
          keyOf={({ key }) => key}
          hasMore={hasMore}
          onNearEnd={onNearEnd}
        />
      )}
    </>
  )
}

function whyOf({ effect, authorization, citation, permittedBy, reasons }: Answered): string {
  if (effect === 'deny') return reasons.map(({ text }) => text).join(' ')
  return authorization === null ? (permittedBy[0]?.text ?? '') : `Under ${authorization}, ${citation ?? ''}`
}

/** What is in the cells is no component: it is drawn by the row. */
function columnsOf(
  can: string,
  [name, beside]: AnswersProps['titles'],
  linkTo: AnswersProps['linkTo'],
): readonly Column<Answered>[] {
  return [
    { title: name, share: 4, cell: linkTo },
    { title: can, share: 2, cell: outcomeOf },
    { title: beside, share: 3, isMinor: true, cell: (one) => one.beside },
    { title: 'Why', share: 7, cell: whyCell },
  ]
}

function outcomeOf({ effect }: Answered): ReactNode {
  return (
    <Badge appearance="tint" color={effect === 'permit' ? 'success' : 'danger'}>
      {effect === 'permit' ? 'Yes' : 'No'}
    </Badge>
  )
}

function whyCell(one: Answered): ReactNode {
  return <span title={whyOf(one)}>{whyOf(one)}</span>
}
