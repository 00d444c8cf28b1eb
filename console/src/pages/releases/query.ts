import { infiniteQueryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../../api/index.ts'
import type { ReleasesSearch } from './route.ts'

export type Release = AnswerOf<'releases'>['releases'][number]

/** What the gate is asked: what the page says, in the names of the API. */
export function askedFor({ authorization, person, from, to }: ReleasesSearch, purpose: string | null) {
  return {
    ...(authorization === undefined ? {} : { authorizationId: authorization }),
    ...(person === undefined ? {} : { personId: person }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(purpose === null ? {} : { purpose }),
  }
}

/** With a purpose the countries of foreign persons are opened, and each is a look on record: nothing of it is kept once the page is left. */
export const releasesQuery = (search: ReleasesSearch, purpose: string | null) =>
  infiniteQueryOptions({
    queryKey: ['releases', 'all', search, purpose],
    queryFn: async ({ pageParam, signal }) =>
      await call('releases', {
        query: { ...askedFor(search, purpose), ...(pageParam === null ? {} : { after: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    ...(purpose === null ? {} : { staleTime: Number.POSITIVE_INFINITY, gcTime: 0, refetchOnWindowFocus: false }),
  })
