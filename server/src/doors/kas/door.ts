// The door itself: ConnectRPC (Connect in JSON, protobuf and GET, gRPC-Web, gRPC) over a plain Node handler in either version of
// HTTP, and the JSON addresses that older clients and operators ask for.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { Code, ConnectError, createConnectRouter, createContextValues } from '@connectrpc/connect'
import {
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from '@connectrpc/connect-node'
import type { PolicyResult } from './answer.ts'
import { applyCors } from './cors.ts'
import { inTime } from './in-time.ts'
import { askedKey, route, type Count } from './methods.ts'
import type { KasDoorParts } from './ports.ts'
import { publicKey, wellKnown } from './publish.ts'
import { makeSignIn, setArrival } from './sign-in.ts'

/** Answer a request if its path is one of this door; otherwise yield false and leave it alone. */
export type KasHandler = (request: IncomingMessage, response: ServerResponse) => boolean

const services =
  /^\/(kas\.AccessService|wellknownconfiguration\.WellKnownService|policy\.[A-Za-z.]+Service|grpc\.health\.v1\.Health)\//
// A client with the older kind of credentials repeats a failed rewrap here and shows what this answers.
const aliases = new Map([['/kas/v2/rewrap', '/kas.AccessService/Rewrap']])

/** Make the handler of the OpenTDF door. A call must be there as a whole within `arrivalMs`, half a minute unless said. */
export function kasDoor(parts: KasDoorParts, arrivalMs = 30_000): KasHandler {
  const released = parts.metrics.counter({
    name: 'kas_rewraps',
    help: 'Key access objects that rewrap calls asked for, by outcome',
    labels: ['outcome'],
  })
  const count = (policies: readonly PolicyResult[]) => {
    for (const { outcome } of policies.flatMap((one) => one.results)) {
      released.add(1, { outcome: 'refused' in outcome ? outcome.refused : 'released' })
    }
  }
  const plain = plainAnswers(parts)
  const call = makeCalls(parts, { count, arrivalMs })
  return (request, response) => {
    const path = pathOf(request)
    const json = plain.get(path)
    if (json === undefined && !services.test(path) && !aliases.has(path)) return false
    try {
      if (applyCors(request, response, parts.config.browserOrigins)) return true
      if (json === undefined) call(request, response, path)
      else answerJson(request, response, json)
    } catch (error) {
      // ATTACKER: a request without a Host header, or with one that is no authority, cannot be read at all.
      parts.log.debug({ error }, 'refused a request that could not be read')
      if (!response.headersSent) response.writeHead(400)
      response.end()
    }
    return true
  }
}

// ---- Calls

/** Make what answers a call, whose path stays the one that the client asked for, since its proof names that. */
function makeCalls(
  parts: KasDoorParts,
  { count, arrivalMs }: { readonly count: Count; readonly arrivalMs: number },
): (request: IncomingMessage, response: ServerResponse, path: string) => void {
  const router = createConnectRouter({ acceptCompression: [compressionGzip], requestGate: makeSignIn(parts) })
  route(router, parts, count)
  const handlers = new Map(router.handlers.map((one) => [one.requestPath, one]))
  return (request, response, path) => {
    const handle = handlers.get(aliases.get(path) ?? path)
    if (handle === undefined) {
      response.writeHead(404).end()
      return
    }
    const { remoteAddress } = request.socket
    if (remoteAddress === undefined) {
      // Whoever asked has gone, and where they were cannot be told any more.
      response.destroy()
      return
    }
    const forwardedFor = request.headers['x-forwarded-for']
    const place = parts.placeOf(remoteAddress, Array.isArray(forwardedFor) ? forwardedFor.join(', ') : forwardedFor)
    const values = setArrival(createContextValues(), { place, path })
    const asked = universalRequestFromNodeRequest(request, response, undefined, values)
    handle(inTime(asked, arrivalMs))
      .then((answer) => universalResponseToNodeResponse(answer, response))
      .catch((error: unknown) => {
        // Mostly a client that went away before its answer.
        parts.log.debug({ error }, 'a call to the kas door was not answered to its end')
        response.destroy()
      })
  }
}

// ---- Plain JSON

type Plain = (query: URLSearchParams) => unknown

function plainAnswers(parts: KasDoorParts): ReadonlyMap<string, Plain> {
  const text = (query: URLSearchParams, name: string): string => query.get(name) ?? ''
  return new Map<string, Plain>([
    ['/.well-known/opentdf-configuration', () => wellKnown(parts)],
    [
      '/kas/v2/kas_public_key',
      (query) => {
        const [algorithm, fmt, v] = [text(query, 'algorithm'), text(query, 'fmt'), text(query, 'v')]
        const { publicKey: pem, kid } = askedKey(parts, { algorithm, fmt, v })
        return { publicKey: pem, ...(kid === '' ? {} : { kid }) }
      },
    ],
    ['/kas/kas_public_key', (query) => publicKey(parts, text(query, 'algorithm')).publicKeyPem],
  ])
}

const statuses = new Map([
  [Code.NotFound, { status: 404, code: 'not_found' }],
  [Code.InvalidArgument, { status: 400, code: 'invalid_argument' }],
])

function answerJson(request: IncomingMessage, response: ServerResponse, answer: Plain): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end()
    return
  }
  try {
    const body = JSON.stringify(answer(new URLSearchParams((request.url ?? '').split('?', 2)[1])))
    response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(body)
  } catch (error) {
    const known = error instanceof ConnectError ? statuses.get(error.code) : undefined
    if (known === undefined || !(error instanceof ConnectError)) throw error
    response.writeHead(known.status, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify({ code: known.code, message: error.rawMessage }))
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? ''
}
