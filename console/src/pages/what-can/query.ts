import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call } from '../../api/index.ts'

/** Every file, page after page. */
export const whatCanQuery = (personId: string, asOf: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['access', 'what-can', personId, asOf ?? null],
    queryFn: async ({ pageParam, signal }) =>
      await call('whatCan', {
        body: {
          personId,
          ...(asOf === undefined ? {} : { asOf }),
          ...(pageParam === null ? {} : { after: pageParam }),
        },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    staleTime: 60_000,
  })

export const personNameQuery = (personId: string) =>
  queryOptions({
    queryKey: ['people', 'one', personId],
    queryFn: async ({ signal }) => await call('person', { path: { personId }, signal }),
  })
