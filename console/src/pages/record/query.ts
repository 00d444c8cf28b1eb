import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call, type AnswerOf, type QueryOf } from '../../api/index.ts'
import { seeCheckpoint } from '../../ledger/checkpoint.ts'

export type Entry = AnswerOf<'ledgerEntryList'>['entries'][number]
export type Asked = Omit<QueryOf<'ledgerEntryList'>, 'after'>

/** Entries that fit, the newest first. Each page that is read is an entry itself, so that none is read without being asked for. */
export const entriesQuery = (asked: Asked) =>
  infiniteQueryOptions({
    queryKey: ['ledger', 'entries', asked],
    queryFn: async ({ pageParam, signal }) =>
      await call('ledgerEntryList', {
        query: { ...asked, ...(pageParam === null ? {} : { after: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  })

/** The checkpoint, which anybody may have and whose reading leaves no entry: it tells how much there is. */
export const checkpointQuery = queryOptions({
  queryKey: ['ledger', 'checkpoint', 'seen'],
  queryFn: async ({ signal }) => await seeCheckpoint(signal),
  refetchInterval: 5000,
  staleTime: 0,
  retry: false,
})
