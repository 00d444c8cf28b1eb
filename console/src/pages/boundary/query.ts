import { queryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../../api/index.ts'

export type Boundary = AnswerOf<'boundary'>

export const boundaryQuery = queryOptions({
  queryKey: ['boundary'],
  queryFn: async ({ signal }) => await call('boundary', { signal }),
})
