import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../../api/index.ts'

export type Refusal = AnswerOf<'refusals'>['refusals'][number]
export type State = NonNullable<Refusal['triage']>['state']
export type UnusualRelease = AnswerOf<'unusualReleases'>['releases'][number]

/** Page by page; `isAll` with those that are closed. Each page that is read is an entry of the ledger. */
export const refusalsQuery = (isAll: boolean) =>
  infiniteQueryOptions({
    queryKey: ['refusals', isAll ? 'all' : 'open'],
    queryFn: async ({ pageParam, signal }) =>
      await call('refusals', {
        query: { all: isAll ? 'true' : 'false', ...(pageParam === null ? {} : { after: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    refetchOnWindowFocus: false,
  })

export const unusualQuery = queryOptions({
  queryKey: ['releases', 'unusual'],
  queryFn: async ({ signal }) => await call('unusualReleases', { signal }),
  refetchOnWindowFocus: false,
})
