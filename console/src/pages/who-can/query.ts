import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call } from '../../api/index.ts'

/** Everybody on the roster, page after page. */
export const whoCanQuery = (fileId: string, asOf: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['access', 'who-can', fileId, asOf ?? null],
    queryFn: async ({ pageParam, signal }) =>
      await call('whoCan', {
        body: { fileId, ...(asOf === undefined ? {} : { asOf }), ...(pageParam === null ? {} : { after: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    staleTime: 60_000,
  })

export const fileNameQuery = (fileId: string) =>
  queryOptions({
    queryKey: ['files', fileId],
    queryFn: async ({ signal }) => await call('file', { path: { fileId }, signal }),
  })
