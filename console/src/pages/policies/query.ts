import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../../api/index.ts'

export type Version = AnswerOf<'policySetVersions'>['versions'][number]

/** What is in force, and what the set of this version would change. */
export const setsQuery = queryOptions({
  queryKey: ['policies', 'in force'],
  queryFn: async ({ signal }) => await call('policySets', { signal }),
})

export const versionsQuery = infiniteQueryOptions({
  queryKey: ['policies', 'versions'],
  queryFn: async ({ pageParam, signal }) =>
    await call('policySetVersions', { query: pageParam === null ? {} : { after: pageParam }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: ({ next }) => next,
})

/** The text of a set; it is what its digest says, and never another. */
export const textQuery = (digest: string) =>
  queryOptions({
    queryKey: ['policies', 'text', digest],
    queryFn: async ({ signal }) => await call('policySetText', { path: { digest }, signal }),
    staleTime: Infinity,
  })
