// From the headers of one request to a caller: whose token, from which client, proven by which key. Who that is on the roster
// is the decision point's question; an identity that nobody bound is an unrostered subject.

import { hash, type KeyObject } from 'node:crypto'
import type { Id } from '@sallyport/protocol'
import type { FetchImplementation } from 'jose'
import type { Clock } from '../base/index.ts'
import { makeAccessTokenVerifier, type AccessToken } from './access-token.ts'
import { makeIssuers, type ClientRules, type IssuerRules, type TokenPurpose } from './issuers.ts'
import { makeProofMemory, type ProofMemory } from './proof-memory.ts'
import type { ProofNonces } from './proof-nonces.ts'
import { makeProofVerifier, type ProvenKey } from './proofs.ts'
import { refused } from './refusal.ts'
import type { BrowserEvidence } from './sessions/verify-session.ts'

/** The headers of a request that concern sign-in, and what it was sent to. */
export interface SignInRequest {
  readonly authorization: string | undefined
  readonly dpop: string | undefined
  readonly method: string
  /** The full public address, as the client called it. */
  readonly url: string
  readonly expectedPurpose: TokenPurpose
  /** At doors that take sessions. */
  readonly browser?: BrowserEvidence | undefined
}

export interface VerifiedCaller {
  readonly issuer: string
  /** One claim as it stands; several as a JSON array. */
  readonly subject: string
  readonly clientId: string
  /** False for a token that a client got for itself. */
  readonly isNaturalPerson: boolean
  /** The session that it is; null for a token. */
  readonly sessionId: Id<'session'> | null
  /** Thumbprint of the key that the token is bound to, proven by this request; null for a token that is not bound. */
  readonly dpopJkt: string | null
  /** The key that signed this request's proof, whether or not the token is bound to it. */
  readonly proofKey: KeyObject | null
  /** The nonce for the next proof, where the client owes one. SPEC: RFC 9449 section 8.2. */
  readonly nextNonce: string | null
  /** Whether the client's rules allow that fault of it. */
  readonly acceptForeignRequestSignature: boolean
  readonly expiresAtMs: number
}

export interface TokenVerifier {
  /**
   * Verify a request's token and proof. Throws Problem `not-signed-in` with details.wwwAuthenticate (and details.dpopNonce
   * where one is asked for), `unavailable` when the issuer's keys cannot be had.
   */
  verify(request: SignInRequest): Promise<VerifiedCaller>
}

export interface TokenVerifierOptions {
  readonly issuers: readonly IssuerRules[]
  readonly clock: Clock
  readonly fetch?: FetchImplementation | undefined
  readonly nonces?: ProofNonces | undefined
  readonly proofMemory?: ProofMemory | undefined
  /** How far a proof's time may be from now; two minutes unless said. */
  readonly proofWindowMs?: number | undefined
  /** Test mode: keys may come over plain http from this machine. */
  readonly allowLoopbackHttp?: boolean | undefined
}

/** Make the verifier. Throws Problem `invalid-request` for issuers that cannot be trusted as configured. */
export function makeTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { clock } = options
  const verifyToken = makeAccessTokenVerifier(makeIssuers(options.issuers, options), clock)
  const verifyProof = makeProofVerifier({
    clock,
    memory: options.proofMemory ?? makeProofMemory(clock),
    nonces: options.nonces ?? null,
    windowMs: options.proofWindowMs,
  })
  return {
    async verify(request) {
      const { scheme, text } = parseAuthorization(request.authorization)
      const tokenHash = hash('sha256', text, 'base64url')
      const token = await verifyToken(text, tokenHash, request.expectedPurpose)
      const rules = rulesFor(token)
      requireProofWhereDue(scheme, token, request.dpop, rules)
      const { boundTo } = token
      const proven: ProvenKey | null =
        request.dpop === undefined
          ? null
          : await verifyProof({ ...request, proof: request.dpop, tokenHash, boundTo, rules })
      return {
        issuer: token.rules.issuer,
        subject: token.subject,
        clientId: token.clientId,
        isNaturalPerson: token.isNaturalPerson,
        sessionId: null,
        dpopJkt: boundTo,
        proofKey: proven?.key ?? null,
        nextNonce: rules.nonce === 'required' ? ((await options.nonces?.current()) ?? null) : null,
        acceptForeignRequestSignature: rules.acceptForeignRequestSignature === true,
        expiresAtMs: token.expiresAtMs,
      }
    },
  }
}

type Scheme = 'dpop' | 'bearer'

function parseAuthorization(header: string | undefined): { readonly scheme: Scheme; readonly text: string } {
  if (header === undefined) throw refused(null, 'there is no token, want one')
  const [, scheme, text] = /^(dpop|bearer) +([A-Za-z0-9._~+/-]+=*)$/i.exec(header) ?? []
  if (scheme === undefined || text === undefined) throw refused('invalid_token', 'the token is neither DPoP nor Bearer')
  return { scheme: scheme.toLowerCase() === 'dpop' ? 'dpop' : 'bearer', text }
}

function rulesFor({ rules, clientId }: AccessToken): ClientRules {
  const found = Object.hasOwn(rules.clients, clientId) ? rules.clients[clientId] : rules.otherClients
  if (found === undefined) throw refused('invalid_token', 'the client of the token is not one that this gate serves')
  return found
}

/** INVARIANT: a bound token without a proof of its key is refused, whatever a client's rules allow. */
function requireProofWhereDue(
  scheme: Scheme,
  { boundTo }: AccessToken,
  proof: string | undefined,
  rules: ClientRules,
): void {
  if (boundTo === null && (rules.dpop === 'required' || scheme === 'dpop')) {
    throw refused('invalid_token', 'the token is not bound to a key')
  }
  if (proof === undefined) {
    if (boundTo !== null || scheme === 'dpop')
      throw refused('invalid_dpop_proof', 'there is no proof for the bound token')
  } else if (scheme === 'bearer' && rules.acceptBearerWithProof !== true) {
    throw refused('invalid_dpop_proof', 'a proof came with the Bearer scheme, want the DPoP scheme')
  }
}
