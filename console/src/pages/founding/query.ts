// What the founding asks of the gate.

import { queryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../../api/index.ts'

export type Founding = AnswerOf<'founding'>
export type Founder = Founding['founders'][number]

/** Where it stands: the others act meanwhile, so that it is asked for again and again. */
export const foundingQuery = queryOptions({
  queryKey: ['founding'],
  queryFn: async ({ signal }) => await call('founding', { signal }),
  refetchInterval: 4000,
})
