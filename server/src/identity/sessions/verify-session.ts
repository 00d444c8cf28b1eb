// From a call with a session to a caller. INVARIANT: a session's secret is worth nothing without a proof of the key that signed in,
// a proof nothing without the secret, and both nothing from another site's page or another place than the session began at.

import { hash } from 'node:crypto'
import { Problem } from '@sallyport/protocol'
import type { Logger } from '../../base/index.ts'
import type { Place } from '../../policy/index.ts'
import type { ClientRules } from '../issuers.ts'
import type { ProofQuestion, ProvenKey } from '../proofs.ts'
import { refused } from '../refusal.ts'
import type { SignInRequest, VerifiedCaller } from '../tokens.ts'
import { readCookie } from './cookies.ts'
import { endElsewhere } from './end-sessions.ts'
import { secretDigest, type Session, type SessionChannel, type SessionDependencies } from './session.ts'
import { liveSession, touchSession } from './store.ts'

/** What of a call's headers a browser writes by itself, and where the call comes from. */
export interface BrowserEvidence {
  readonly cookie: string | undefined
  readonly origin: string | undefined
  /** SPEC: Fetch Metadata, `Sec-Fetch-Site`. */
  readonly fetchSite: string | undefined
  readonly place: Place
}

/** A call to a route that a browser may make without a session. */
export type BrowserRequest = Pick<SignInRequest, 'dpop' | 'method' | 'url'> & { readonly browser: BrowserEvidence }

export interface SessionVerifier {
  /** Verify a call with the cookie of a session. Throws Problem `not-signed-in`. */
  verify(request: BrowserRequest): Promise<{ readonly caller: VerifiedCaller; readonly session: Session }>
  /** Verify that a call comes from a page of this gate, and which key of its browser proves itself. Throws Problem `not-signed-in`. */
  proveKey(request: BrowserRequest): Promise<ProvenKey>
  /** Verify which key of a program proves itself, and that no page of a browser calls. Throws Problem `not-signed-in`. */
  proveProgramKey(request: BrowserRequest): Promise<ProvenKey>
  /** Verify a call with the token of a program's session. Throws Problem `not-signed-in`. */
  verifyProgram(request: BrowserRequest, token: string): Promise<VerifiedCaller>
}

export interface SessionVerifierParts {
  readonly sessions: SessionDependencies
  readonly verifyProof: (question: ProofQuestion) => Promise<ProvenKey>
  /** Of this gate. */
  readonly origin: string
  readonly log: Logger
}

/** What acts for a person in a browser, as decisions and doors know it. */
export const consoleClient = 'sallyport-console'

/** What acts for a person at their command line. */
export const programClient = 'sallyport-program'

/** The page cannot read its own cookie, so that its proofs do not name it. */
const rules: ClientRules = { dpop: 'required', acceptMissingAth: true }

/** Make the verifier. */
export function makeSessionVerifier({ sessions, verifyProof, origin, log }: SessionVerifierParts): SessionVerifier {
  const prove = async ({ dpop, method, url, browser }: BrowserRequest, boundTo: string | null): Promise<ProvenKey> => {
    requireOwnPage(browser, origin)
    if (dpop === undefined) throw refused('invalid_dpop_proof', "there is no proof of the browser's key")
    return await verifyProof({ proof: dpop, method, url, tokenHash: '', boundTo, rules })
  }
  const proveProgram = async (
    { dpop, method, url, browser }: BrowserRequest,
    token: string,
    boundTo: string | null,
  ) => {
    if (browser.origin !== undefined || browser.fetchSite !== undefined)
      throw refused('invalid_token', 'the call comes from a page, want one of a program')
    if (dpop === undefined) throw refused('invalid_dpop_proof', "there is no proof of the program's key")
    const tokenHash = hash('sha256', token, 'base64url')
    const asked = token === '' ? rules : ({ dpop: 'required' } as const)
    return await verifyProof({ proof: dpop, method, url, tokenHash, boundTo, rules: asked })
  }
  const use = async (session: Session, { browser: { place } }: BrowserRequest): Promise<void> => {
    if (place.name !== session.place) {
      await endElsewhere(sessions, session)
      log.warn({ session: session.id }, 'a session was used from another place, and is ended')
      throw refused('invalid_token', 'the session was begun at another place, and has ended')
    }
    await touchSession(sessions.database, session.id, Math.min(60_000, sessions.rules.idleMs / 10))
  }
  return {
    proveKey: (request) => prove(request, null),
    proveProgramKey: (request) => proveProgram(request, '', null),
    async verify(request) {
      const secret = readCookie(request.browser.cookie, 'session')
      if (secret === null) throw refused(null, 'there is no session, want one')
      const session = await sessionOf(sessions, secret, 'browser')
      const { key } = await prove(request, session.keyThumbprint)
      await use(session, request)
      return { caller: callerOf(session, key), session }
    },
    async verifyProgram(request, token) {
      const session = await sessionOf(sessions, token, 'program')
      const { key } = await proveProgram(request, token, session.keyThumbprint)
      await use(session, request)
      return callerOf(session, key)
    },
  }
}

/** INVARIANT: what a cookie holds is nobody as a token, and a token nobody as a cookie. */
async function sessionOf(sessions: SessionDependencies, secret: string, channel: SessionChannel): Promise<Session> {
  const digest = secretDigest(secret)
  const session = digest === null ? null : await liveSession(sessions.database, digest, sessions.rules)
  if (session?.channel !== channel) throw refused('invalid_token', 'the session is not known, or has ended')
  return session
}

/** ATTACKER: a page of another site has the browser send the cookie along; the browser says whose page it is. */
function requireOwnPage({ origin, fetchSite }: BrowserEvidence, own: string): void {
  const isOwn = (origin ?? own) === own && (fetchSite ?? 'same-origin') === 'same-origin'
  if (!isOwn) throw refused('invalid_token', 'the call comes from a page of another site')
  if (origin === undefined && fetchSite === undefined)
    throw refused('invalid_token', 'the call does not say from whose page it comes')
}

function callerOf(session: Session, key: ProvenKey['key']): VerifiedCaller {
  const { id, channel, issuer, subject, keyThumbprint, expiresAtMs } = session
  return {
    issuer,
    subject,
    clientId: channel === 'browser' ? consoleClient : programClient,
    isNaturalPerson: true,
    sessionId: id,
    dpopJkt: keyThumbprint,
    proofKey: key,
    nextNonce: null,
    acceptForeignRequestSignature: false,
    expiresAtMs,
  }
}

/** Tell whether a call counts on a session. A token beside it is refused: nobody could say who calls. */
export function countsOnSession({ authorization, browser }: Pick<SignInRequest, 'authorization' | 'browser'>): boolean {
  if (browser === undefined || readCookie(browser.cookie, 'session') === null) return false
  if (authorization === undefined) return true
  throw new Problem('invalid-request', 'cannot verify sign-in: a session and a token came together, want one of them')
}

/** The token of a program's session; null for any other. It has no dots, which every token of an issuer has. */
export function programToken(authorization: string | undefined): string | null {
  return /^dpop +([A-Za-z0-9_-]{43})$/i.exec(authorization ?? '')?.[1] ?? null
}
