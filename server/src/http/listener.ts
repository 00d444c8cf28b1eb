// The one port: TLS that offers HTTP/2 and HTTP/1.1 by ALPN, each with limits of its own, in front of one and the same answer.
// Handlers see HTTP/2 through Node's compatibility layer, so that they are written once.

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import {
  constants,
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type SecureServerOptions,
  type ServerHttp2Session,
} from 'node:http2'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Clock } from '../base/index.ts'

export type Answer = (request: IncomingMessage, response: ServerResponse) => void

export interface ListenerParts {
  readonly tls: Pick<SecureServerOptions, 'cert' | 'key'>
  readonly clock: Clock
  /** A connection, or an exchange on one, that is silent for so long is cut off; two minutes unless said. */
  readonly silenceMs?: number
  /** The same for a server that is to close; half a minute unless said. */
  readonly closingSilenceMs?: number
}

/** A TLS handshake, and the head of an HTTP/1.1 request, are there within this time. */
const openingMs = 30_000
/** An HTTP/1.1 connection between two requests; one that is to close waits for it at most so long. */
const betweenMs = 20_000
/** How often a server that is to close looks for connections that are idle by now. */
const closingMs = 100
/** What the head of a request may weigh in either version. */
const maxHeadBytes = 16_384

const http1 = { requestTimeout: 0, headersTimeout: openingMs, maxHeaderSize: maxHeadBytes }

/**
 * ATTACKER: what one HTTP/2 connection may do before it is cut off. SPEC: RFC 9113 section 10.5. Frames that cost us more than
 * they cost their sender are counted: exchanges opened and reset (CVE-2023-44487), refused exchanges, broken frames.
 */
const http2: SecureServerOptions = {
  settings: { maxConcurrentStreams: 100, maxHeaderListSize: maxHeadBytes, enablePush: false },
  maxHeaderListPairs: 100,
  streamResetBurst: 100,
  /** By the second, after that burst. */
  streamResetRate: 10,
  maxSessionRejectedStreams: 100,
  maxSessionInvalidFrames: 100,
  /** MiB, with all that waits to be sent. */
  maxSessionMemory: 10,
}

/** Pings and changes of settings in a minute. Clients ping every few seconds at most, and change settings hardly ever. */
const maxIdleFrames = 120
const idleWindowMs = 60_000

/** Make the server that gives both versions the same answers; whoever calls this listens. */
export function makeListener(
  { tls, clock, silenceMs = 120_000, closingSilenceMs = 30_000 }: ListenerParts,
  answer: Answer,
): Server {
  // Longer than Node's five seconds: whoever sends the next one while it is being cut off would never hear what became of it.
  const keepAliveTimeout = Math.min(silenceMs, betweenMs)
  const options = {
    ...tls,
    ...http1,
    keepAliveTimeout,
    ...http2,
    allowHTTP1: true,
    minVersion: 'TLSv1.2',
    handshakeTimeout: openingMs,
  }
  const server = createSecureServer(options as SecureServerOptions)
  server.on('request', (asked: unknown, answered: unknown) => {
    // The compatibility layer has what handlers use of a request and of its response.
    const [request, response] = [asked as IncomingMessage, answered as ServerResponse]
    if (request.httpVersionMajor === 2) {
      failWhenBrokenOff(request)
      dropWhatIsNotRead(asked as Http2ServerRequest)
      // A limit of HTTP/2's own holds only for whoever has acknowledged it.
      if (headBytes(request) > maxHeadBytes) {
        response.writeHead(431).end()
        return
      }
    }
    // A client that goes on asking on its connection would keep a server that is to end for as long as it likes.
    else if (!server.listening) response.setHeader('connection', 'close')
    answer(request, response)
  })
  server.setTimeout(silenceMs)
  server.on('session', (session) => limitIdleFrames(session, clock))
  // A connection that goes on with pings keeps none of its exchanges open by them.
  server.on('stream', (stream) => stream.setTimeout(silenceMs, () => stream.close(constants.NGHTTP2_CANCEL)))
  endIdleOnClosing(server)
  endSilentOnClosing(server, clock, closingSilenceMs)
  return server as unknown as Server
}

/**
 * Node ends the connections that are idle when a server is told to close. Besides those, it would wait for whoever was being answered
 * just then, who is idle after that, and for connections that clients keep in reserve and never asked anything on.
 */
function endIdleOnClosing(server: Http2SecureServer): void {
  const unused = new Set<TLSSocket>()
  server.on('secureConnection', (socket) => {
    // A session of HTTP/2 is told to end by itself.
    if (socket.alpnProtocol === 'h2') return
    unused.add(socket)
    socket.once('close', () => unused.delete(socket))
  })
  server.on('request', ({ socket }) => unused.delete(socket as TLSSocket))
  const close = server.close.bind(server)
  const idle = server as unknown as Pick<Server, 'closeIdleConnections'>
  server.close = (done) => {
    const end = (): void => {
      idle.closeIdleConnections()
      for (const socket of unused) socket.destroy()
    }
    const ending = setInterval(end, closingMs).unref()
    server.once('close', () => clearInterval(ending))
    return close(done)
  }
}

/**
 * Node does not time a session of HTTP/2 any more once it is told to end: one whose client went away in the middle of an answer would be
 * waited for without end.
 */
function endSilentOnClosing(server: Http2SecureServer, clock: Clock, silenceMs: number): void {
  const connections = new Set<Socket>()
  server.on('connection', (socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  const close = server.close.bind(server)
  server.close = (done) => {
    const heard = new Map<Socket, { readonly bytes: number; readonly at: number }>()
    const end = (): void => {
      const now = clock.monotonic()
      for (const socket of connections) {
        const bytes = socket.bytesRead + socket.bytesWritten
        const before = heard.get(socket)
        if (before?.bytes !== bytes) heard.set(socket, { bytes, at: now })
        else if (now - before.at >= silenceMs) socket.destroy()
      }
    }
    const ending = setInterval(end, closingMs).unref()
    server.once('close', () => clearInterval(ending))
    return close(done)
  }
}

/**
 * ATTACKER: the compatibility layer ends a request that its client broke off as if it were whole, where HTTP/1.1 destroys it: half
 * an upload would be one.
 */
function failWhenBrokenOff(request: IncomingMessage): void {
  request.on('error', () => undefined)
  request.once('aborted', () => request.destroy(new Error('the client broke the request off')))
}

/** SPEC: RFC 9113 section 8.1: once the answer is sent, the rest of a request that nobody reads is not waited for. */
function dropWhatIsNotRead({ stream }: Http2ServerRequest): void {
  const drop = (): void => {
    if (!stream.closed && !stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR)
  }
  // Trailers end every answer of the compatibility layer that has a body; they leave first.
  stream.once('wantTrailers', () => setImmediate(drop))
}

function headBytes({ rawHeaders }: IncomingMessage): number {
  return rawHeaders.reduce((sum, text) => sum + text.length, 0)
}

/** Frames that are answered and mean nothing else. Node counts only those that it still owes an answer. */
function limitIdleFrames(session: ServerHttp2Session, clock: Clock): void {
  let seen = 0
  let since = clock.monotonic()
  const count = (): void => {
    const now = clock.monotonic()
    if (now - since > idleWindowMs) [seen, since] = [0, now]
    seen += 1
    if (seen > maxIdleFrames) session.destroy(new Error('too many idle frames'), constants.NGHTTP2_ENHANCE_YOUR_CALM)
  }
  session.on('ping', count).on('remoteSettings', count)
}
