// What the first steps ask of the gate: the first page of each is enough to tell how far somebody is.

import { queryOptions } from '@tanstack/react-query'
import { call } from '../../api/index.ts'

export const firstStepsQuery = queryOptions({
  queryKey: ['first-steps'],
  queryFn: async ({ signal }) => {
    const [{ classifications: records }, { labels }, { vaults }, { people }] = await Promise.all([
      call('classifications', { signal }),
      call('labels', { signal }),
      call('vaults', { signal }),
      call('people', { signal }),
    ])
    return { records, labels, vaults, people }
  },
})
