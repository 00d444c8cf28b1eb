// Routes of sessions.

import { parseId, Problem, type Id } from '@sallyport/protocol'
import {
  signInAtIssuer as atIssuerBody,
  signInByCertificate as byCertificateBody,
  type ListedSession,
  type SessionAnswer,
} from '@sallyport/protocol/api'
import {
  clearedCookie,
  endOwnSession,
  endSessionOf,
  listSessionsOf,
  ownSessions,
  signInCookieOf,
  signInLifetimeMs,
  type Session,
} from '../identity/index.ts'
import { personOf } from '../roster/index.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'
import { personId } from './people-routes.ts'

/** An answer with cookies beside it. */
export class WithCookies {
  readonly cookies: readonly string[]
  readonly answer: unknown

  constructor(cookies: readonly string[], answer: unknown) {
    this.cookies = cookies
    this.answer = answer
  }
}

export const sessionRoutes = {
  async session(gate: Gate, { presented }: Call) {
    const found = await gate.sessionVerifier.verify(presented).catch((cause: unknown) => {
      // Whoever has none that holds is told how to sign in.
      if (cause instanceof Problem && cause.code === 'not-signed-in') return null
      throw cause
    })
    return await answerOf(gate, found?.session ?? null)
  },

  async signInAtIssuer(gate: Gate, call: Call) {
    const { issuer, returnTo } = atIssuerBody.parse(call.body)
    const { thumbprint } = await gate.sessionVerifier.proveKey(call.presented)
    const { url, state } = await gate.issuerSignIn.begin({ issuer, returnTo, keyThumbprint: thumbprint })
    return new WithCookies([signInCookieOf(state, signInLifetimeMs)], { url })
  },

  async signInByCertificate(gate: Gate, call: Call) {
    const { returnTo } = byCertificateBody.parse(call.body)
    if (gate.certificates === null)
      throw new Problem('not-found', 'cannot sign in: this gate asks for no certificates, want another way')
    const { thumbprint } = await gate.sessionVerifier.proveKey(call.presented)
    const { url, state } = await gate.certificates.begin({ returnTo, keyThumbprint: thumbprint })
    return new WithCookies([signInCookieOf(state, signInLifetimeMs)], { url })
  },

  async endSession(gate: Gate, { caller }: Call) {
    if (caller.sessionId === null) {
      throw new Problem('conflict', 'cannot end session: the call came with a token, want one with a session')
    }
    const { of, personId: by } = await ownSessions(gate.sessions, caller)
    const entries = await endOwnSession(gate.sessions, { id: caller.sessionId, of, by })
    return new WithCookies([clearedCookie('session')], {
      id: caller.sessionId,
      receipt: await receiptOf(gate, entries),
    })
  },

  async sessions(gate: Gate, { caller }: Call) {
    const { of } = await ownSessions(gate.sessions, caller)
    return { sessions: (await listSessionsOf(gate.sessions, { own: of })).map((one) => listed(one, caller)) }
  },

  async endOwnSession(gate: Gate, call: Call) {
    const id = sessionId(call)
    const { of, personId: by } = await ownSessions(gate.sessions, call.caller)
    const entries = await endOwnSession(gate.sessions, { id, of, by })
    return { id, receipt: await receiptOf(gate, entries) }
  },

  async failedSignIns(gate: Gate, call: Call) {
    await permitted(gate, call, 'signin.list', { kind: 'enclave' }, { kind: 'entries', id: 'failed sign-ins' })
    const { sinceMs, counts, newest } = gate.failedSignIns.read()
    const identities = newest.flatMap(({ identity }) => (identity === null ? [] : [identity]))
    const people = new Map<string, { readonly id: string; readonly name: string } | null>()
    for (const one of identities) {
      const key = JSON.stringify([one.issuer, one.subject])
      if (people.has(key)) continue
      const person = await personOf(gate.database, one)
      people.set(key, person === null ? null : { id: person.id, name: person.displayName })
    }
    return {
      since: timeOf(sinceMs),
      counts: counts.map(({ method, reason, count, lastAtMs }) => ({
        method,
        reason,
        count,
        lastAt: timeOf(lastAtMs),
      })),
      newest: newest.map(({ method, reason, atMs, place, identity }) => ({
        method,
        reason,
        at: timeOf(atMs),
        place,
        who:
          identity === null
            ? null
            : { ...identity, person: people.get(JSON.stringify([identity.issuer, identity.subject])) ?? null },
      })),
    }
  },

  async sessionsOfPerson(gate: Gate, call: Call) {
    const id = personId(call)
    const { permit } = await permitted(gate, call, 'identity.list', { kind: 'person', id })
    const found = await listSessionsOf(gate.sessions, { permit, personId: id })
    return { sessions: found.map((one) => listed(one, call.caller)) }
  },

  async endSessionOfPerson(gate: Gate, call: Call) {
    const [id, about] = [sessionId(call), personId(call)]
    const { permit } = await permitted(gate, call, 'session.end', { kind: 'person', id: about })
    const entries = await endSessionOf(gate.sessions, permit, { id, personId: about })
    return { id, receipt: await receiptOf(gate, entries) }
  },
}

/** What is told of a session, and of the ways to begin one. */
export async function answerOf(gate: Gate, session: Session | null): Promise<SessionAnswer> {
  const ways = {
    passkey: gate.passkeys.rules.isEnabled,
    issuers: [...gate.issuerSignIn.issuers],
    certificate: gate.certificates !== null,
  }
  if (session === null) return { session: null, ways }
  const person = await personOf(gate.database, session)
  return {
    session: {
      ...described(session),
      person: person === null ? null : { id: person.id, name: person.displayName },
      roles: person === null ? [] : [...person.roles],
    },
    ways,
  }
}

function listed(session: Session, { sessionId: own }: Call['caller']): ListedSession {
  return { ...described(session), isThis: session.id === own }
}

function described(session: Session) {
  const { id, channel, issuer, subject, method, isDeviceBound, place } = session
  const { startedAtMs, expiresAtMs, idleExpiresAtMs } = session
  return {
    id,
    channel,
    issuer,
    subject,
    method,
    isDeviceBound,
    place,
    startedAt: timeOf(startedAtMs),
    expiresAt: timeOf(expiresAtMs),
    idleExpiresAt: timeOf(Math.min(idleExpiresAtMs, expiresAtMs)),
  }
}

function sessionId(call: Call): Id<'session'> {
  const id = parseId<'session'>(call.params['sessionId'])
  if (id === null) throw new Problem('invalid-request', 'cannot read session: the id is no uuid')
  return id
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
