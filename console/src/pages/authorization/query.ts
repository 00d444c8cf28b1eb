import { queryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../../api/index.ts'
import type { AccessAsked } from '../../parts/several.tsx'

export type Authorization = AnswerOf<'authorization'>
export type Terms = Authorization['terms']
export type History = AnswerOf<'authorizationHistory'>
export type Draws = AnswerOf<'authorizationDraws'>

export const authorizationQuery = (authorizationId: string) =>
  queryOptions({
    queryKey: ['authorizations', 'one', authorizationId],
    queryFn: async ({ signal }) => await call('authorization', { path: { authorizationId }, signal }),
  })

export const historyQuery = (authorizationId: string) =>
  queryOptions({
    queryKey: ['authorizations', 'history', authorizationId],
    queryFn: async ({ signal }) => await call('authorizationHistory', { path: { authorizationId }, signal }),
    // An entry that the ledger had not taken in says who and why a moment later.
    refetchInterval: ({ state }) => (state.data?.steps.some(({ entryId }) => entryId === null) === true ? 3000 : false),
  })

export const drawsQuery = (authorizationId: string) =>
  queryOptions({
    queryKey: ['authorizations', 'draws', authorizationId],
    queryFn: async ({ signal }) => await call('authorizationDraws', { path: { authorizationId }, signal }),
  })

const dayMs = 86_400_000
/** How far back a look from here goes; the whole record is a page of its own. */
export const recentDays = 90

export const recentReleasesQuery = (authorizationId: string) =>
  queryOptions({
    queryKey: ['releases', 'recent', authorizationId],
    queryFn: async ({ signal }) => {
      const from = new Date(new Date().getTime() - recentDays * dayMs).toISOString().slice(0, 10)
      return await call('releases', { query: { authorizationId, from }, signal })
    },
  })

/** Who could open what by it alone: asked when somebody wants to know, because it goes over everybody and everything. */
export const hangsOnQuery = (authorizationId: string) =>
  queryOptions({
    queryKey: ['authorizations', 'hangs on', authorizationId],
    queryFn: async ({ signal }) => await call('access', { body: ifEnded(authorizationId), signal }),
    staleTime: 0,
  })

export const ifEnded = (authorizationId: string): AccessAsked => ({
  change: { kind: 'authorization-ends', authorizationId },
})
