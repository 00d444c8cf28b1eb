// From a call with a session to a caller. INVARIANT: a session's secret is worth nothing without a proof of the key that signed in,
// a proof nothing without the secret, and both nothing from another site's page or another place than the session began at.

import { Problem } from '@sallyport/protocol'
import type { Logger } from '../../base/index.ts'
import type { Place } from '../../policy/index.ts'
import type { ClientRules } from '../issuers.ts'
import type { ProofQuestion, ProvenKey } from '../proofs.ts'
import { refused } from '../refusal.ts'
import type { SignInRequest, VerifiedCaller } from '../tokens.ts'
import { readCookie } from './cookies.ts'
import { endElsewhere } from './end-sessions.ts'
import { secretDigest, type Session, type SessionDependencies } from './session.ts'
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

/** The page cannot read its own cookie, so that its proofs do not name it. */
const rules: ClientRules = { dpop: 'required', acceptMissingAth: true }

/** Make the verifier. */
export function makeSessionVerifier({ sessions, verifyProof, origin, log }: SessionVerifierParts): SessionVerifier {
  const prove = async ({ dpop, method, url, browser }: BrowserRequest, boundTo: string | null): Promise<ProvenKey> => {
    requireOwnPage(browser, origin)
    if (dpop === undefined) throw refused('invalid_dpop_proof', "there is no proof of the browser's key")
    return await verifyProof({ proof: dpop, method, url, tokenHash: '', boundTo, rules })
  }
  return {
    proveKey: (request) => prove(request, null),
    async verify(request) {
      const session = await sessionOf(sessions, request.browser)
      const { key } = await prove(request, session.keyThumbprint)
      const { name } = request.browser.place
      if (name !== session.place) {
        await endElsewhere(sessions, session)
        log.warn({ session: session.id }, 'a session was used from another place, and is ended')
        throw refused('invalid_token', 'the session was begun at another place, and has ended')
      }
      await touchSession(sessions.database, session.id, Math.min(60_000, sessions.rules.idleMs / 10))
      return { caller: callerOf(session, key), session }
    },
  }
}

async function sessionOf(sessions: SessionDependencies, { cookie }: BrowserEvidence): Promise<Session> {
  const secret = readCookie(cookie, 'session')
  if (secret === null) throw refused(null, 'there is no session, want one')
  const digest = secretDigest(secret)
  const session = digest === null ? null : await liveSession(sessions.database, digest, sessions.rules)
  if (session?.channel !== 'browser') throw refused('invalid_token', 'the session is not known, or has ended')
  return session
}

/** ATTACKER: a page of another site has the browser send the cookie along; the browser says whose page it is. */
function requireOwnPage({ origin, fetchSite }: BrowserEvidence, own: string): void {
  const isOwn = (origin ?? own) === own && (fetchSite ?? 'same-origin') === 'same-origin'
  if (!isOwn) throw refused('invalid_token', 'the call comes from a page of another site')
  if (origin === undefined && fetchSite === undefined)
    throw refused('invalid_token', 'the call does not say from whose page it comes')
}

function callerOf({ id, issuer, subject, keyThumbprint, expiresAtMs }: Session, key: ProvenKey['key']): VerifiedCaller {
  return {
    issuer,
    subject,
    clientId: consoleClient,
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
