// What the page of vaults asks of the gate.

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call } from '../../api/index.ts'

/** By name, a hundred at a time. */
export const vaultsQuery = infiniteQueryOptions({
  queryKey: ['vaults'],
  queryFn: async ({ pageParam, signal }) =>
    await call('vaults', { query: pageParam === '' ? {} : { after: pageParam }, signal }),
  initialPageParam: '',
  getNextPageParam: ({ next }) => next,
})

export const sharedWithMeQuery = queryOptions({
  queryKey: ['files', 'shared with me'],
  queryFn: async ({ signal }) => await call('sharedFiles', { signal }),
})
