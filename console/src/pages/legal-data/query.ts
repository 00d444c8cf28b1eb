import { queryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../../api/index.ts'

export type LegalData = AnswerOf<'legalData'>
export type Exemptions = AnswerOf<'exemptions'>

export const legalDataQuery = queryOptions({
  queryKey: ['legal data'],
  queryFn: async ({ signal }) => await call('legalData', { signal }),
})

export const exemptionsQuery = queryOptions({
  queryKey: ['exemptions'],
  queryFn: async ({ signal }) => await call('exemptions', { signal }),
  staleTime: 300_000,
})
