import { queryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../../api/index.ts'

export type Session = AnswerOf<'sessionsOfPerson'>['sessions'][number]
export type Passkey = AnswerOf<'passkeysOfPerson'>['passkeys'][number]

export const nameQuery = (personId: string) =>
  queryOptions({
    queryKey: ['people', 'one', personId, 'name'],
    queryFn: async ({ signal }) => await call('person', { path: { personId }, signal }),
  })

export const sessionsQuery = (personId: string) =>
  queryOptions({
    queryKey: ['sign-ins', personId, 'sessions'],
    queryFn: async ({ signal }) => await call('sessionsOfPerson', { path: { personId }, signal }),
  })

export const passkeysQuery = (personId: string) =>
  queryOptions({
    queryKey: ['sign-ins', personId, 'passkeys'],
    queryFn: async ({ signal }) => await call('passkeysOfPerson', { path: { personId }, signal }),
  })
