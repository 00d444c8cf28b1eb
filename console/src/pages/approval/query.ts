import { queryOptions } from '@tanstack/react-query'
import { call } from '../../api/index.ts'

export const approvalQuery = (approvalId: string) =>
  queryOptions({
    queryKey: ['approvals', 'one', approvalId],
    queryFn: async ({ signal }) => await call('approval', { path: { approvalId }, signal }),
  })
