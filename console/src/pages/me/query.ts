import { queryOptions } from '@tanstack/react-query'
import { call } from '../../api/index.ts'

export const ownSessionsQuery = queryOptions({
  queryKey: ['sessions', 'own'],
  queryFn: async ({ signal }) => await call('sessions', { signal }),
})
