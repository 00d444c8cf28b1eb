// What the page of one person asks of the gate.

import { queryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../../api/index.ts'

export type Person = AnswerOf<'person'>
export type History = AnswerOf<'personHistory'>

export const personQuery = (personId: string) =>
  queryOptions({
    queryKey: ['people', 'one', personId],
    queryFn: async ({ signal }) => await call('person', { path: { personId }, signal }),
  })

export type Approval = AnswerOf<'approvals'>['approvals'][number]

/** What waits for approval about a person: the gate lists what waits about everybody. */
export const waitingQuery = (personId: string) =>
  queryOptions({
    queryKey: ['approvals', 'about', personId],
    queryFn: async ({ signal }): Promise<readonly Approval[]> => {
      const found: Approval[] = []
      for (let after: string | null = ''; after !== null;) {
        const page: AnswerOf<'approvals'> = await call('approvals', { query: after === '' ? {} : { after }, signal })
        found.push(...page.approvals.filter(({ about }) => about.id === personId))
        after = page.next
      }
      return found
    },
  })

export const historyQuery = (personId: string) =>
  queryOptions({
    queryKey: ['people', 'history', personId],
    queryFn: async ({ signal }) => await call('personHistory', { path: { personId }, signal }),
  })
