import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../../api/index.ts'

export type Classification = AnswerOf<'classification'>

/** By number, up to 500 a page. */
export const classificationsQuery = infiniteQueryOptions({
  queryKey: ['classifications', 'all'],
  queryFn: async ({ pageParam, signal }) =>
    await call('classifications', { query: pageParam === null ? {} : { after: pageParam }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: ({ next }) => next,
})

/** Open questions, and reviews within 60 days. */
export const dueQuery = queryOptions({
  queryKey: ['classifications', 'due'],
  queryFn: async ({ signal }) => await call('classificationTasks', { signal }),
})
