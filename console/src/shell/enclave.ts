// What the gate says of itself to everybody.

import { queryOptions } from '@tanstack/react-query'
import { call } from '../api/index.ts'

export const enclaveQuery = queryOptions({
  queryKey: ['enclave'],
  queryFn: async ({ signal }) => await call('enclave', { signal }),
  staleTime: 60_000,
})
