import { queryOptions } from '@tanstack/react-query'
import { call } from '../../api/index.ts'

export const classificationQuery = (classificationId: string) =>
  queryOptions({
    queryKey: ['classifications', 'one', classificationId],
    queryFn: async ({ signal }) => await call('classification', { path: { classificationId }, signal }),
  })

export const lineQuery = (classificationId: string) =>
  queryOptions({
    queryKey: ['classifications', 'line', classificationId],
    queryFn: async ({ signal }) => await call('classificationHistory', { path: { classificationId }, signal }),
  })

export const carriersQuery = (classificationId: string) =>
  queryOptions({
    queryKey: ['classifications', 'carriers', classificationId],
    queryFn: async ({ signal }) => await call('classificationCarriers', { path: { classificationId }, signal }),
  })
