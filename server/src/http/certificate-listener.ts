// The listener for client certificates: TLS that asks for one, one address, and nothing of the product behind it. Whatever comes of a
// certificate, the browser goes back to the gate, to be signed in or to be told why not.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants } from 'node:crypto'
import { createServer, type Server, type ServerOptions } from 'node:https'
import type { TLSSocket } from 'node:tls'
import type { Logger } from '../base/index.ts'
import {
  certificatePath,
  SignInFault,
  type CertificateSignIn,
  type PresentedCertificate,
  type SignInFaultCode,
} from '../identity/index.ts'

export interface CertificateListenerParts {
  readonly tls: Pick<ServerOptions, 'cert' | 'key'>
  /** PEM of anchors and intermediates; the anchors are what browsers choose certificates by. */
  readonly authorities: readonly string[]
  readonly signIn: Pick<CertificateSignIn, 'present'>
  /** Of the gate. */
  readonly origin: string
  readonly log: Logger
  /** Told what was not taken, and from which address. */
  readonly counted: (outcome: SignInFaultCode, address: string | undefined) => void
}

const openingMs = 30_000
const maxHeadBytes = 16_384

/** Make the server; whoever calls this listens. */
export function makeCertificateListener(parts: CertificateListenerParts): Server {
  const server = createServer(
    {
      ...parts.tls,
      ca: [...parts.authorities],
      requestCert: true,
      // Whoever has none, or one that is not taken, is to read why.
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      // Every handshake verifies: nothing is resumed that was verified before.
      secureOptions: constants.SSL_OP_NO_TICKET,
      handshakeTimeout: openingMs,
      headersTimeout: openingMs,
      requestTimeout: openingMs,
      keepAliveTimeout: 1000,
      maxHeaderSize: maxHeadBytes,
    },
    (request, response) => {
      answer(parts, request, response).catch((err: unknown) => {
        parts.log.error({ err }, 'a request with a certificate failed')
        response.writeHead(500, headers).end()
      })
    },
  )
  server.setTimeout(openingMs)
  return server
}

const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  // Whoever tries again shows a certificate again.
  connection: 'close',
}

async function answer(
  { signIn, origin, log, counted }: CertificateListenerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const asked = URL.parse(request.url ?? '', 'https://gate')
  const isMeant =
    request.method === 'GET' && request.url?.startsWith('/') === true && asked?.pathname === certificatePath
  if (!isMeant) {
    response.writeHead(404, headers).end()
    return
  }
  const go = (location: string): void => void response.writeHead(303, { ...headers, location }).end()
  try {
    go(await signIn.present({ ...presentedOn(request.socket as TLSSocket), begun: asked.searchParams.get('begun') }))
  } catch (cause) {
    if (!(cause instanceof SignInFault)) throw cause
    const why = cause.cause instanceof Error ? cause.cause.message : ''
    log.warn({ problem: cause.code, why }, 'a certificate was not taken')
    counted(cause.code, request.socket.remoteAddress)
    go(`${origin}/sign-in?problem=${cause.code}`)
  }
}

/** The certificate of this very connection; what a header says of one is nobody's. */
function presentedOn(socket: TLSSocket): PresentedCertificate {
  const certificate = socket.getPeerX509Certificate()
  const { authorizationError: trouble } = socket
  if (socket.authorized) return { certificate, chainTrouble: null }
  return { certificate, chainTrouble: String(trouble ?? 'it was not verified') }
}
