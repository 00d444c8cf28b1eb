import { infiniteQueryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../../api/index.ts'
import { dayAfter } from '../../parts/filters.tsx'
import type { DecisionsSearch } from './route.ts'

export type Decision = AnswerOf<'decisions'>['decisions'][number]

export const decisionsQuery = ({ effect, action, person, file, from, to }: DecisionsSearch) => {
  const asked = { effect, action, personId: person, fileId: file, from, to: dayAfter(to) }
  const query = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as Partial<
    typeof asked
  >
  return infiniteQueryOptions({
    queryKey: ['decisions', 'found', query],
    queryFn: async ({ pageParam, signal }) =>
      await call('decisions', {
        query: { ...query, ...(pageParam === null ? {} : { after: pageParam }) } as never,
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  })
}
