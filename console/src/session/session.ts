// Who is signed in here, and by which ways one can.

import type { Role } from '@sallyport/protocol'
import { queryOptions } from '@tanstack/react-query'
import { call, forgetReceipts, problemFrom, type AnswerOf } from '../api/index.ts'
import { send, type Sent } from '../api/send.ts'
import { forgetKey } from './proof.ts'

export type SessionAnswer = AnswerOf<'session'>
export type SignInWays = SessionAnswer['ways']
/** `roles` are those of the record as of now. */
export type Session = Omit<NonNullable<SessionAnswer['session']>, 'roles'> & { readonly roles: readonly Role[] }

/** Whoever is signed in, and how one signs in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => await call('session', { signal }),
  staleTime: 60_000,
})

/** Ask one of the routes that sign people in and out. */
export async function askSession<T>(method: Sent['method'], path: string, body: unknown = null): Promise<T> {
  const response = await send({ method, path, body, signal: null })
  if (!response.ok) throw await problemFrom(response)
  return (response.status === 204 ? null : await response.json()) as T
}

/** End the session at the gate, and forget what this browser kept of it. */
export async function signOut(): Promise<void> {
  await call('endSession', {})
  await forgetReceipts()
  await forgetKey()
}
