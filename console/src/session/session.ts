// Who is signed in here, and by which ways one can. The shapes are those of the gate's session routes.

import { queryOptions } from '@tanstack/react-query'
import { forgetReceipts, problemFrom } from '../api/index.ts'
import { send, type Sent } from '../api/send.ts'
import { forgetKey } from './proof.ts'

export type Role = 'engineer' | 'officer' | 'administrator' | 'auditor'

export interface Session {
  readonly id: string
  /** Null for somebody who is not on the roster. */
  readonly person: { readonly id: string; readonly name: string } | null
  readonly roles: readonly Role[]
  readonly method: 'passkey' | 'oidc' | 'certificate'
  readonly isDeviceBound: boolean | null
  readonly issuer: string
  readonly subject: string
  readonly startedAt: string
  readonly expiresAt: string
  readonly idleExpiresAt: string
  readonly place: string | null
}

export interface SignInWays {
  readonly passkey: boolean
  readonly issuers: readonly { readonly id: string; readonly name: string }[]
  readonly certificate: boolean
}

export interface SessionAnswer {
  readonly session: Session | null
  readonly ways: SignInWays
}

/** Whoever is signed in, and how one signs in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async () => await askSession<SessionAnswer>('GET', '/api/v1/session'),
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
  await askSession('DELETE', '/api/v1/session')
  await forgetReceipts()
  await forgetKey()
}
