import { queryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../../api/index.ts'

export type Person = AnswerOf<'person'>
export type History = AnswerOf<'personHistory'>

export const personQuery = (personId: string) =>
  queryOptions({
    queryKey: ['people', 'one', personId],
    queryFn: async ({ signal }) => await call('person', { path: { personId }, signal }),
  })

export const historyQuery = (personId: string) =>
  queryOptions({
    queryKey: ['people', 'history', personId],
    queryFn: async ({ signal }) => await call('personHistory', { path: { personId }, signal }),
  })
