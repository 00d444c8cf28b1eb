// The addresses without a page that a browser comes back to from where it signed in: an issuer, or the listener for certificates.
// Whatever comes of it, the browser goes on to a path of this gate, and the answer is in no address, log or referrer from here on.

import { Problem, type JsonObject } from '@sallyport/protocol'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from '../base/index.ts'
import {
  callbackPath,
  certificatePath,
  clearedCookie,
  readCookie,
  sessionCookieOf,
  SignInFault,
  startSession,
  type SignInFaultCode,
  type SignInIdentity,
} from '../identity/index.ts'
import type { Gate } from './gate.ts'

/** Who came back, and what began. */
interface Returned {
  readonly identity: SignInIdentity
  readonly keyThumbprint: string
  readonly returnTo: string
  readonly facts?: JsonObject
}

interface Answers {
  readonly gate: Gate
  readonly log: Logger
}

/** Serve them. */
export function serveSignInAnswers(app: FastifyInstance, gate: Gate, log: Logger): void {
  const answers = { gate, log }
  app.get<{ Params: { issuer: string } }>(callbackPath(':issuer'), (request, reply) =>
    conclude(answers, request, reply, 'oidc', (state) =>
      gate.issuerSignIn.complete({
        issuer: request.params.issuer,
        url: new URL(new URL(gate.enclave.publicUrl).origin + request.url),
        state,
      }),
    ),
  )
  app.get<{ Querystring: Record<string, unknown> }>(certificatePath, (request, reply) =>
    conclude(answers, request, reply, 'certificate', async (state) => {
      const { ticket } = request.query
      if (gate.certificates === null) throw new SignInFault('unavailable')
      const presented = typeof ticket === 'string' ? ticket : null
      const { facts, ...returned } = await gate.certificates.complete({ ticket: presented, state })
      return { ...returned, facts: { certificate: { ...facts } } }
    }),
  )
}

async function conclude(
  { gate, log }: Answers,
  request: FastifyRequest,
  reply: FastifyReply,
  method: 'oidc' | 'certificate',
  complete: (state: string | null) => Promise<Returned>,
): Promise<FastifyReply> {
  const { cookie, 'x-forwarded-for': forwarded } = request.headers
  const cookies = [clearedCookie('sign-in')]
  const forwardedFor = Array.isArray(forwarded) ? forwarded.join(', ') : forwarded
  const place = gate.placeOf(request.socket.remoteAddress, forwardedFor)
  let identity: SignInIdentity | null = null
  try {
    const { returnTo, ...returned } = await complete(readCookie(cookie, 'sign-in'))
    identity = returned.identity
    const how = { method, isDeviceBound: null, channel: 'browser', place: place.name } as const
    const { secret } = await startSession(gate.sessions, { ...returned, ...how })
    gate.countSignIn(method, 'signed-in')
    return await reply.header('set-cookie', [...cookies, sessionCookieOf(secret)]).redirect(returnTo, 303)
  } catch (cause) {
    const code = faultOf(cause)
    if (code === null) throw cause
    gate.countSignIn(method, code, { place: place.name, identity })
    // Never the address, and never what is in an answer: a code of it may still be good.
    log.warn({ method, problem: code, why: reasonOf(cause) }, 'a sign-in did not come about')
    return await reply.header('set-cookie', cookies).redirect(`/sign-in?problem=${code}`, 303)
  }
}

function faultOf(cause: unknown): SignInFaultCode | null {
  if (cause instanceof SignInFault) return cause.code
  if (cause instanceof Problem && cause.code === 'refused') return 'ended'
  return null
}

/** What the library that read the answer says was wrong, which repeats nothing of it. */
function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  return inner instanceof Error ? inner.message : ''
}
