import { infiniteQueryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../../api/index.ts'

export type Request = AnswerOf<'requests'>['requests'][number]

const from = (place: string | null) => (place === null ? {} : { after: place })

/** One's own, the newest first. */
export const ownQuery = infiniteQueryOptions({
  queryKey: ['requests', 'own, page by page'],
  queryFn: async ({ pageParam, signal }) => await call('requests', { query: from(pageParam), signal }),
  initialPageParam: null as string | null,
  getNextPageParam: ({ next }) => next,
})

/** Those that wait for one's role, the oldest first. */
export const waitingQuery = infiniteQueryOptions({
  queryKey: ['requests', 'waiting, page by page'],
  queryFn: async ({ pageParam, signal }) => await call('requestsWaiting', { query: from(pageParam), signal }),
  initialPageParam: null as string | null,
  getNextPageParam: ({ next }) => next,
})
