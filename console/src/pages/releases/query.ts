import { infiniteQueryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../../api/index.ts'
import { dayAfter } from '../../parts/filters.tsx'
import type { ReleasesSearch } from './route.ts'

export type Release = AnswerOf<'releases'>['releases'][number]

/** What the countries that counted are opened for, and of which nationality alone. */
export interface Look {
  readonly purpose: string
  readonly nationality?: string | undefined
}

/** What the gate is asked: what the page says, in the names of the API. */
export function askedFor({ authorization, person, file, place, from, to }: ReleasesSearch, look: Look | null) {
  const asked = {
    authorizationId: authorization,
    personId: person,
    fileId: file,
    placeCountry: place,
    from,
    to: dayAfter(to),
    ...look,
  }
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as Partial<
    Record<keyof typeof asked, string>
  >
}

/** With a purpose the countries of foreign persons are opened, and each is a look on record: nothing of it is kept once the page is left. */
export const releasesQuery = (search: ReleasesSearch, look: Look | null) =>
  infiniteQueryOptions({
    queryKey: ['releases', 'all', search, look],
    queryFn: async ({ pageParam, signal }) =>
      await call('releases', {
        query: {
          ...askedFor(search, look),
          order: search.order ?? 'newest',
          ...(pageParam === null ? {} : { after: pageParam }),
        },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    ...(look === null ? {} : { staleTime: Number.POSITIVE_INFINITY, gcTime: 0, refetchOnWindowFocus: false }),
  })
