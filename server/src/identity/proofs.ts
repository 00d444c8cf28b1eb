// SPEC: RFC 9449 section 4.3: the proof that whoever sends a request holds the key that the token is bound to. Cheap checks
// come before the signature; only a proof that passed everything is remembered, so that junk cannot fill the memory.

import type { KeyObject } from 'node:crypto'
import { Problem } from '@sallyport/protocol'
import { z } from 'zod'
import type { Clock } from '../base/index.ts'
import type { ClientRules } from './issuers.ts'
import { makeProofKeys, parseProofJwk, thumbprintOf } from './proof-key.ts'
import type { ProofMemory } from './proof-memory.ts'
import type { ProofNonces } from './proof-nonces.ts'
import { refused } from './refusal.ts'
import { isSignedBy } from './signature-algorithms.ts'

export interface ProofQuestion {
  readonly proof: string
  readonly method: string
  /** The full address that the client called. */
  readonly url: string
  readonly tokenHash: string
  /** Thumbprint that the token is bound to; null when it is not bound. */
  readonly boundTo: string | null
  readonly rules: ClientRules
}

export interface ProvenKey {
  readonly thumbprint: string
  readonly key: KeyObject
}

export interface ProofParts {
  readonly clock: Clock
  readonly memory: ProofMemory
  readonly nonces: ProofNonces | null
  /** How far a proof's time may be from now, either way; two minutes unless said. */
  readonly windowMs?: number | undefined
}

const maxProofLength = 8_192
const compact = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/
const headerSchema = z.looseObject({
  typ: z.literal('dpop+jwt'),
  alg: z.string(),
  jwk: z.unknown(),
  crit: z.never().optional(),
})
const claimsSchema = z.looseObject({
  jti: z.string().min(1).max(256),
  htm: z.string(),
  htu: z.string().max(4_096),
  iat: z.number(),
  ath: z.string().optional(),
  nonce: z.string().max(256).optional(),
})
type Claims = z.infer<typeof claimsSchema>

/** Make the verifier of proofs. It throws Problem `not-signed-in` with what to tell the client. */
export function makeProofVerifier(parts: ProofParts): (question: ProofQuestion) => Promise<ProvenKey> {
  const windowMs = parts.windowMs ?? 120_000
  const importKey = makeProofKeys()
  return async (question) => {
    const { header, claims, signed, signature } = parseProof(question.proof)
    const jwk = parseProofJwk(header.jwk, header.alg)
    const thumbprint = thumbprintOf(jwk)
    if (question.boundTo !== null && thumbprint !== question.boundTo) {
      throw refused('invalid_token', 'the token is bound to another key than the proof')
    }
    checkClaims(claims, question)
    if (!(Math.abs(parts.clock.now() - claims.iat * 1_000) <= windowMs)) {
      throw invalid('the time of the proof is too far from now')
    }
    const key = importKey(jwk, thumbprint)
    if (!isSignedBy(key, header.alg, signed, signature)) throw invalid('the signature of the proof does not verify')
    await checkNonce(claims.nonce, question.rules, parts.nonces)
    if (!(await parts.memory.remember(`${thumbprint} ${claims.jti}`, 2 * windowMs))) {
      throw invalid('the proof was used before')
    }
    return { thumbprint, key }
  }
}

function checkClaims(claims: Claims, { method, url, tokenHash, rules }: ProofQuestion): void {
  if (claims.htm !== method) throw invalid('the proof is for another method')
  if (!isSameAddress(claims.htu, url, rules.acceptPathOnlyHtu === true))
    throw invalid('the proof is for another address')
  if (claims.ath === undefined) {
    if (rules.acceptMissingAth !== true) throw invalid('the proof does not name the token')
  } else if (claims.ath !== tokenHash) throw invalid('the proof is for another token')
}

/** Compare without query and fragment, after normalization (RFC 3986 section 6.2). */
function isSameAddress(htu: string, url: string, acceptPathOnly: boolean): boolean {
  const called = URL.parse(url)
  if (called === null) return false
  const full = called.origin + called.pathname
  if (htu === full || (acceptPathOnly && htu === called.pathname)) return true
  const claimed = URL.parse(htu)
  return (
    claimed !== null && claimed.username === '' && claimed.password === '' && claimed.origin + claimed.pathname === full
  )
}

async function checkNonce(nonce: string | undefined, rules: ClientRules, nonces: ProofNonces | null): Promise<void> {
  if (rules.nonce !== 'required') return
  if (nonces === null) {
    throw new Problem('unavailable', 'cannot verify sign-in: this gate has no key for nonces, want one')
  }
  if (nonce === undefined || !(await nonces.accepts(nonce))) {
    throw refused('use_dpop_nonce', 'the proof needs the nonce of this gate', await nonces.current())
  }
}

function parseProof(proof: string) {
  const [, head, body, signatureText] = proof.length > maxProofLength ? [] : (compact.exec(proof) ?? [])
  if (head === undefined || body === undefined || signatureText === undefined) {
    throw invalid('there is not exactly one proof in compact form')
  }
  const header = headerSchema.safeParse(parseJson(head))
  if (!header.success) throw invalid('the proof is not of type dpop+jwt')
  const claims = claimsSchema.safeParse(parseJson(body))
  if (!claims.success) throw invalid('the proof lacks a claim')
  return {
    header: header.data,
    claims: claims.data,
    signed: Buffer.from(`${head}.${body}`, 'latin1'),
    signature: Buffer.from(signatureText, 'base64url'),
  }
}

function parseJson(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
  } catch {
    return null
  }
}

function invalid(state: string): Problem {
  return refused('invalid_dpop_proof', state)
}
