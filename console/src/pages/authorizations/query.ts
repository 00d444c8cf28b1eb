import { infiniteQueryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../../api/index.ts'

export type Authorization = AnswerOf<'authorization'>

/** The register by number, up to 500 a page. */
export const registerQuery = infiniteQueryOptions({
  queryKey: ['authorizations', 'all'],
  queryFn: async ({ pageParam, signal }) =>
    await call('authorizations', { query: pageParam === null ? {} : { after: pageParam }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: ({ next }) => next,
  staleTime: 60_000,
})
