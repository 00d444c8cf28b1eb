// A session on a token whose user is logged in, and what it means when a call in it fails.

import type * as Pkcs11 from 'pkcs11js'
import { TokenFailure } from './pkcs11-messages.ts'

export type Pkcs11Module = typeof Pkcs11

export interface TokenSession {
  readonly p11: Pkcs11Module
  readonly library: Pkcs11.PKCS11
  readonly slot: Pkcs11.Handle
  /** Replaced after a call that failed, which may have left an operation unfinished. */
  handle: Pkcs11.Handle
}

const gone =
  /^CKR_(SESSION_(CLOSED|HANDLE_INVALID)|DEVICE_(REMOVED|ERROR|MEMORY)|TOKEN_NOT_(PRESENT|RECOGNIZED)|USER_NOT_LOGGED_IN|CRYPTOKI_NOT_INITIALIZED|(KEY|OBJECT)_HANDLE_INVALID|SLOT_ID_INVALID)/

/**
 * Make a call. Throws TokenFailure `refused` when the token did not take the input, `lost` when it is the token that is not
 * there any more. Tokens say CKR_GENERAL_ERROR for both, so that afterwards the key is looked at.
 */
export function attempt<T>(session: TokenSession, key: Pkcs11.Handle | null, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (!isTokenError(cause)) throw cause
    const isLost = gone.test(messageOf(cause)) || !isThere(session, key)
    throw new TokenFailure(isLost ? 'lost' : 'refused', messageOf(cause))
  }
}

/** Begin a new session, before the old one with whatever is unfinished in it goes: the last one to close logs out. */
function isThere(session: TokenSession, key: Pkcs11.Handle | null): boolean {
  const { p11, library, slot } = session
  try {
    const fresh = library.C_OpenSession(slot, p11.CKF_SERIAL_SESSION | p11.CKF_RW_SESSION)
    library.C_CloseSession(session.handle)
    session.handle = fresh
    if (key !== null) library.C_GetAttributeValue(fresh, key, [{ type: p11.CKA_SENSITIVE }])
    return true
  } catch {
    return false
  }
}

/** The module throws errors of its own for some functions and plain ones for others; their text begins with the code. */
export function isTokenError(cause: unknown): boolean {
  return cause instanceof Error && cause.message.startsWith('CKR_')
}

export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
