import { infiniteQueryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../../api/index.ts'

export type Candidate = AnswerOf<'candidates'>['candidates'][number]

/** `isAll`: with what was dismissed or closed. */
export const candidatesQuery = (isAll: boolean) =>
  infiniteQueryOptions({
    queryKey: ['candidates', isAll ? 'all' : 'open'],
    queryFn: async ({ pageParam, signal }) =>
      await call('candidates', {
        query: { all: isAll ? 'true' : 'false', ...(pageParam === null ? {} : { after: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  })
