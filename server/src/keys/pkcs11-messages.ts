// What the gate and a token process say to each other. One question at a time is worked on, and answered in order.

import type { KeyAlgorithm } from './provider.ts'

/** Which token, and how it is reached. */
export interface TokenAccess {
  /** Absolute path of the vendor's PKCS#11 library. */
  readonly library: string
  /** By label or by serial number; exactly one token has it. */
  readonly token: { readonly label: string } | { readonly serial: string }
  /** File whose first line is the PIN of the token's user. Read in the token process alone. */
  readonly pinFile: string
  /** How many calls may be under way at once, each in a process of its own. */
  readonly sessions: number
  /** Longest wait for one call, its wait for a free session included. */
  readonly deadlineMs: number
}

/** What a key does on the token; it is made for nothing else. */
export type TokenUse = 'derive' | 'sign' | 'decrypt' | 'seal' | 'mac'

export interface TokenKey {
  /** CKA_ID, in ASCII. */
  readonly kid: string
  readonly algorithm: KeyAlgorithm
  readonly use: TokenUse
}

export interface OpenQuestion {
  readonly verb: 'open'
  readonly library: string
  readonly token: TokenAccess['token']
  readonly pinFile: string
  /** Keys that must be there, each as it ought to be. */
  readonly keys: readonly TokenKey[]
  /** Keys that are to be made later: whether the token can. */
  readonly toMake: readonly Omit<TokenKey, 'kid'>[]
}

export type TokenQuestion =
  | OpenQuestion
  /** ECDH with a point as X9.62 writes it; yields the x-coordinate. */
  | { readonly verb: 'derive'; readonly kid: string; readonly point: Uint8Array }
  /** Ed25519 over the bytes, or ECDSA over their SHA-256 (r and s, 64 bytes). */
  | { readonly verb: 'sign'; readonly kid: string; readonly bytes: Uint8Array }
  /** RSAES-OAEP with SHA-1. */
  | { readonly verb: 'decrypt'; readonly kid: string; readonly bytes: Uint8Array }
  | { readonly verb: 'mac'; readonly kid: string; readonly bytes: Uint8Array }
  /** AES-256-GCM with the kid as associated data. */
  | { readonly verb: 'seal' | 'unseal'; readonly kid: string; readonly nonce: Uint8Array; readonly bytes: Uint8Array }
  /** Make a key; yields its public half as SPKI DER, nothing for a symmetric one. */
  | { readonly verb: 'make'; readonly key: TokenKey }
  /** Take back a key that was just made. */
  | { readonly verb: 'unmake'; readonly kid: string }

/** What a token says of itself. */
export interface TokenFacts {
  readonly label: string
  readonly serial: string
  readonly manufacturer: string
  readonly model: string
}

/**
 * Why a question was not answered. `lost`: the session or the token is gone, and another process may find it again. `refused`:
 * the token is there and does not take this input. `pin`: the PIN was refused and is not tried again. The others are states
 * that somebody must put right.
 */
export type TokenFault =
  | 'lost'
  | 'refused'
  | 'pin'
  | 'pin-file'
  | 'not-built'
  | 'library'
  | 'no-token'
  | 'mechanism'
  | 'key'

export type TokenAnswer =
  | { readonly bytes: Uint8Array; readonly facts?: TokenFacts }
  | { readonly fault: TokenFault; readonly state: string }

/** Thrown inside the token process alone; becomes an answer. */
export class TokenFailure extends Error {
  readonly fault: TokenFault

  constructor(fault: TokenFault, state: string) {
    super(state)
    this.fault = fault
  }
}
