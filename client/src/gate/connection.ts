// One connection to one gate: TLS against the pinned authority, proofs, nonces, time limits, one repetition when the gate
// says that it cannot decide right now.

import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { Problem } from '@sallyport/protocol'
import { Agent, request as send, type Dispatcher } from 'undici'
import { asksForNonce, prove, type Credential } from './proof.ts'

export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  sleep(ms: number): Promise<void>
}

export interface ConnectionOptions {
  /** Origin of the gate: https, or http on a loopback address. */
  readonly url: string
  /** PEM of the only authority to believe; null for the machine's own list. */
  readonly ca: string | null
  readonly credential: Credential | null
  readonly clock: Clock
  readonly limits?: Partial<Limits>
}

export interface Limits {
  readonly connectMs: number
  /** Until the answer begins. */
  readonly answerMs: number
  /** Longest silence inside a body. */
  readonly silenceMs: number
  /** Longest that a `Retry-After` is obeyed. */
  readonly retryMs: number
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Path and query under the origin. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Makes the body anew for each attempt. */
  readonly body?: () => Readable | string
  readonly signed: boolean
  /** May be sent again after a 503 without doing anything twice. */
  readonly repeatable: boolean
  /** What is being done, for messages: `cannot <what>: ...`. */
  readonly what: string
}

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Dispatcher.ResponseData['body']
}

export interface Connection {
  readonly origin: string
  readonly clock: Clock
  readonly credential: Credential | null
  readonly dispatcher: Dispatcher
  send(request: Request): Promise<Reply>
  readonly close: () => Promise<void>
}

const defaults: Limits = { connectMs: 10_000, answerMs: 30_000, silenceMs: 60_000, retryMs: 15_000 }

/** Open a connection. Nothing is sent yet. Throws Problem invalid-request for an address that is not a gate's. */
export function connect({ url, ca, credential, clock, limits }: ConnectionOptions): Connection {
  const origin = gateOrigin(url)
  const { connectMs, answerMs, silenceMs, retryMs } = { ...defaults, ...limits }
  const agent = new Agent({
    connect: { timeout: connectMs, ...(ca === null ? {} : { ca }) },
    headersTimeout: answerMs,
    bodyTimeout: silenceMs,
  })
  let nonce: string | null = null

  async function attempt(request: Request): Promise<Reply> {
    const target = new URL(request.path, origin)
    const headers: Record<string, string> = { 'user-agent': 'sallyport', ...request.headers }
    if (request.signed) Object.assign(headers, await signed(request, target))
    try {
      const body = request.body?.() ?? null
      const answer = await send(target, { method: request.method, headers, body, dispatcher: agent })
      nonce = text(answer.headers['dpop-nonce']) || nonce
      return { status: answer.statusCode, headers: answer.headers, body: answer.body }
    } catch (cause) {
      throw unreachable(request.what, origin, cause)
    }
  }

  async function signed({ method, what }: Request, url: URL): Promise<Record<string, string>> {
    if (credential === null) {
      throw new Problem('not-signed-in', `cannot ${what}: nobody is signed in, want \`sallyport login\` first`)
    }
    const { accessToken, scheme, key, expiresAtMs } = credential
    const nowMs = clock.now()
    if (expiresAtMs <= nowMs) {
      const since = new Date(expiresAtMs).toISOString()
      throw new Problem(
        'not-signed-in',
        `cannot ${what}: the session ended at ${since}, want a new \`sallyport login\``,
      )
    }
    const authorization = `${scheme} ${accessToken}`
    if (scheme === 'Bearer') return { authorization }
    return { authorization, dpop: await prove(key, { method, url, accessToken, nonce, nowMs }) }
  }

  return {
    origin,
    clock,
    credential,
    dispatcher: agent,
    async send(request) {
      let reply = await attempt(request)
      if (request.signed && asksForNonce(reply.status, text(reply.headers['www-authenticate']))) {
        await reply.body.dump()
        reply = await attempt(request)
      }
      const waitMs = 1000 * Number(text(reply.headers['retry-after']) || '1')
      if (reply.status === 503 && request.repeatable && waitMs >= 0 && waitMs <= retryMs) {
        await reply.body.dump()
        await clock.sleep(waitMs)
        reply = await attempt(request)
      }
      return reply
    },
    close: () => agent.destroy(),
  }
}

/** Read a gate's address down to its origin. Throws Problem invalid-request. */
export function gateOrigin(text: string): string {
  const url = URL.parse(text)
  const isLoopback = url !== null && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback))) {
    throw new Problem('invalid-request', `cannot reach the gate: its address is ${text}, want https://<host>[:<port>]`)
  }
  return url.origin
}

/** Read a body as text. Throws Problem too-large beyond `maxBytes`: nobody fills this machine's memory. */
export async function readText(reply: Reply, maxBytes: number, what: string): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  try {
    for await (const part of reply.body as AsyncIterable<Buffer>) {
      size += part.length
      if (size > maxBytes) break
      parts.push(part)
    }
  } catch (cause) {
    throw unreachable(what, 'the gate', cause)
  }
  if (size > maxBytes) {
    throw new Problem('too-large', `cannot ${what}: the answer is larger than ${maxBytes} bytes, want a smaller one`)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** Word a failure of the network or of TLS so that it says what to do. */
export function unreachable(what: string, where: string, cause: unknown): Problem {
  if (cause instanceof Problem) return cause
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
  const isUntrusted = isOfTrust(code)
  const state = isUntrusted
    ? `its certificate is not trusted (${code}), want the right authority: \`sallyport login --gate ${where} --ca <pem>\``
    : `${where} does not answer (${code}), want a gate that runs and can be reached`
  return new Problem('unavailable', `cannot ${what}: ${state}`, { cause, details: { code, isUntrusted } })
}

/** Tell by the code of a failure whether a certificate was not believed. */
export function isOfTrust(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_TLS/.test(code)
}

function text(header: string | string[] | undefined): string {
  return (Array.isArray(header) ? header[0] : header) ?? ''
}
