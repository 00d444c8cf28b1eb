import { queryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../../api/index.ts'

export type Explanation = AnswerOf<'decision'>
export type OwnRefusal = AnswerOf<'ownRefusal'>

/** The full record. Asking is itself decided and recorded, so that it is not asked again while it is here. */
export const decisionQuery = (decisionId: string) =>
  queryOptions({
    queryKey: ['decisions', 'one', decisionId],
    queryFn: async ({ signal }) => await call('decision', { path: { decisionId }, signal }),
    staleTime: Infinity,
  })

/** A refusal of one's own. */
export const ownRefusalQuery = (decisionId: string) =>
  queryOptions({
    queryKey: ['own refusals', 'one', decisionId],
    queryFn: async ({ signal }) => await call('ownRefusal', { path: { decisionId }, signal }),
    staleTime: Infinity,
  })
