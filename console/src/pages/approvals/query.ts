import { infiniteQueryOptions } from '@tanstack/react-query'
import { call } from '../../api/index.ts'

/** Page by page; `isAll` with what is done, withdrawn or expired. */
export const approvalsQuery = (isAll: boolean) =>
  infiniteQueryOptions({
    queryKey: ['approvals', isAll ? 'all' : 'pending'],
    queryFn: async ({ pageParam, signal }) =>
      await call('approvals', {
        query: { all: isAll ? 'true' : 'false', ...(pageParam === null ? {} : { after: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  })
