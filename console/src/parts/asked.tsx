// What was asked of the gate, in its three states: waiting, trouble, there. Every view shows its answers through it.

import { makeStyles, Spinner, tokens } from '@fluentui/react-components'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { GateProblem } from '../api/index.ts'
import { Trouble } from './trouble.tsx'

const useStyles = makeStyles({
  waiting: { paddingBlock: tokens.spacingVerticalL, justifyContent: 'start' },
})

export interface AskedProps<T> {
  /** What is waited for, as in `Reading <what>`. */
  readonly what: string
  readonly query: Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch'>
  readonly children: (answer: T) => ReactNode
}

export function Asked<T>({ what, query: { data, error, refetch }, children }: AskedProps<T>) {
  const styles = useStyles()
  const answer = answerOf({ data, error })
  if (answer !== undefined) return <>{children(answer)}</>
  if (error !== null) return <Trouble error={error} onRetry={() => void refetch()} />
  return <Spinner className={styles.waiting} size="small" label={`Reading ${what}`} />
}

/** What the gate answered last; nothing where it refuses by now: whoever is refused goes on reading nothing of what they were told before. */
export function answerOf<T>({ data, error }: Pick<UseQueryResult<T>, 'data' | 'error'>): T | undefined {
  return error instanceof GateProblem && error.isRefusal ? undefined : data
}
