import { queryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../../api/index.ts'

export type Failed = AnswerOf<'failedSignIns'>['newest'][number]

export const failedSignInsQuery = queryOptions({
  queryKey: ['sign-ins', 'failed'],
  queryFn: async ({ signal }) => await call('failedSignIns', { signal }),
})
