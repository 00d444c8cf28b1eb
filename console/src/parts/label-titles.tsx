// Labels by the titles that they have, where only their values stand on record.

import { queryOptions, useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { call } from '../api/index.ts'
import { isReader } from '../shell/not-yours.tsx'
import { useSession } from '../shell/routes.ts'
import { labelText } from './wording.ts'

/** What labels there are: what files are labelled with is what an authorization covers. */
export const labelsQuery = queryOptions({
  queryKey: ['labels', 'first page'],
  queryFn: async ({ signal }) => await call('labels', { signal }),
  staleTime: 300_000,
})

/** Names a label by `item/iv-h-1` or by its whole name. Whoever may not read the labels, by the policies that ship, is told the short name. */
export function useLabelTitles(): (name: string) => string {
  const isTold = isReader(useSession(), ['officer', 'auditor', 'empowered-official'])
  const { data } = useQuery({ ...labelsQuery, enabled: isTold })
  return useCallback(
    // A whole name is that label and no other: another namespace may have the same words.
    (name) => data?.labels.find(({ fqn }) => fqn === name || labelText(fqn) === name)?.title ?? labelText(name),
    [data],
  )
}

export interface LabelTitlesProps {
  /** Of values alone; left out where they are whole names. */
  readonly dimension?: 'item' | 'program'
  readonly values: readonly string[]
}

export function LabelTitles({ dimension, values }: LabelTitlesProps) {
  const titleOf = useLabelTitles()
  if (values.length === 0) return 'None'
  return values.map((value, at) => (
    <span key={value}>
      {at > 0 && ', '}
      <span title={value}>{titleOf(dimension === undefined ? value : `${dimension}/${value}`)}</span>
    </span>
  ))
}
