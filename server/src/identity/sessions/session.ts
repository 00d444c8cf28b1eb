// A session: one identity that signed in at the gate itself, bound to one key of its browser or program and to the configured
// place where it began. Its secret is in the cookie alone; the gate knows it by its digest.

import { createHash } from 'node:crypto'
import { fromBase64Url, toBase64Url, type Id } from '@sallyport/protocol'
import type { Clock, Randomness } from '../../base/index.ts'
import type { IdentityDependencies } from '../bind-identity.ts'

export type SessionMethod = 'passkey' | 'oidc' | 'certificate'
export type SessionChannel = 'browser' | 'program'

/** Why a session ended, as its entry says. */
export type SessionEnding =
  | 'signed-out'
  | 'ended-by-other'
  | 'person-ended'
  | 'identity-unbound'
  | 'another-place'
  | 'replaced'
  | 'expired'
  | 'idle'

export interface Session {
  readonly id: Id<'session'>
  readonly channel: SessionChannel
  readonly issuer: string
  readonly subject: string
  readonly method: SessionMethod
  readonly isDeviceBound: boolean | null
  /** SPEC: RFC 7638. */
  readonly keyThumbprint: string
  readonly place: string | null
  readonly startedAtMs: number
  readonly expiresAtMs: number
  readonly idleExpiresAtMs: number
}

export interface SessionRules {
  readonly lifetimeMs: number
  readonly idleMs: number
}

export interface SessionDependencies extends IdentityDependencies {
  readonly clock: Clock
  readonly random: Randomness
  readonly rules: SessionRules
}

const secretBytes = 32

/** Make the secret of a new session: what the cookie holds, and what the gate keeps. */
export function newSecret(random: Randomness): { readonly text: string; readonly sha256: Uint8Array } {
  const secret = random(secretBytes)
  return { text: toBase64Url(secret), sha256: digestOf(secret) }
}

/** Digest of a secret as it was presented; null for text that is none. ATTACKER: any text. */
export function secretDigest(text: string): Uint8Array | null {
  const secret = text.length === 43 ? fromBase64Url(text) : null
  return secret === null ? null : digestOf(secret)
}

function digestOf(secret: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(secret).digest())
}
