import { queryOptions } from '@tanstack/react-query'
import { call } from '../../api/index.ts'

export const approvalQuery = (approvalId: string) =>
  queryOptions({
    queryKey: ['approvals', 'one', approvalId],
    queryFn: async ({ signal }) => await call('approval', { path: { approvalId }, signal }),
  })

/** Who and what would gain or lose what by it, over everybody and everything: asked for by whoever is about to approve it. */
export const effectQuery = (approvalId: string) =>
  queryOptions({
    queryKey: ['approvals', 'effect', approvalId],
    queryFn: async ({ signal }) => await call('approvalEffect', { path: { approvalId }, signal }),
    // What others change in the meantime is told by the gate when it is approved.
    staleTime: 0,
  })
