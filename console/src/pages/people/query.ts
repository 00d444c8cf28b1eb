import { infiniteQueryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../../api/index.ts'

export type Person = AnswerOf<'people'>['people'][number]

/** The roster, a thousand people a page: of now, or as it was at the beginning of a day. */
export const peopleQuery = (asOf: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['people', 'all', asOf ?? null],
    queryFn: async ({ pageParam, signal }) =>
      await call('people', {
        query: { ...(asOf === undefined ? {} : { asOf }), ...(pageParam === null ? {} : { after: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    staleTime: 60_000,
  })

/** Whoever the words of a name mean, by the gate's index of names: for a roster that is not here as a whole. */
export const namedQuery = (name: string) =>
  infiniteQueryOptions({
    queryKey: ['people', 'named', name],
    queryFn: async ({ pageParam, signal }) =>
      await call('people', { query: { name, ...(pageParam === null ? {} : { after: pageParam }) }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  })
