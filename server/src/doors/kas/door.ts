// The door itself: ConnectRPC routes (Connect in JSON, protobuf and GET, gRPC-Web, gRPC) over a plain Node handler, and the
// three JSON addresses that older clients and operators ask for.

import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  Code,
  ConnectError,
  createContextKey,
  createContextValues,
  type ConnectRouter,
  type HandlerContext,
} from '@connectrpc/connect'
import { connectNodeAdapter } from '@connectrpc/connect-node'
import { Problem, type ProblemCode } from '@sallyport/protocol'
import {
  AccessService,
  AttributesService,
  Health,
  KeyAccessServerRegistryService,
  ServingStatus,
  WellKnownService,
} from '@sallyport/protocol/kas'
import type { Place } from '../../policy/index.ts'
import { writeAnswer, type PolicyResult } from './answer.ts'
import { applyCors } from './cors.ts'
import type { KasCaller, KasDoorParts } from './ports.ts'
import { attributeValues, keyAccessServers, publicKey, wellKnown } from './publish.ts'
import { rewrap } from './rewrap.ts'

/** Answer a request if its path is one of this door; otherwise yield false and leave it alone. */
export type KasHandler = (request: IncomingMessage, response: ServerResponse) => boolean

const maxRequestBytes = 4 * 1024 * 1024

const services =
  /^\/(kas\.AccessService|wellknownconfiguration\.WellKnownService|policy\.[A-Za-z.]+Service|grpc\.health\.v1\.Health)\//
const configurationPath = '/.well-known/opentdf-configuration'
// A client with the older kind of credentials repeats a failed rewrap here and shows what this answers.
const aliases = new Map([['/kas/v2/rewrap', '/kas.AccessService/Rewrap']])
const legacyKeyPath = '/kas/v2/kas_public_key'

interface Arrival {
  readonly place: Place
  /** The path that the client asked for, which its DPoP proof names. */
  readonly path: string
}

const arrivalKey = createContextKey<Arrival | null>(null)

/** Make the handler of the OpenTDF door. */
export function kasDoor(parts: KasDoorParts): KasHandler {
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
  const paths = new WeakMap<IncomingMessage, string>()
  const rpc = connectNodeAdapter({
    routes: (router) => route(router, parts, count),
    readMaxBytes: maxRequestBytes,
    contextValues: (request) => {
      const incoming = request as IncomingMessage
      const path = paths.get(incoming) ?? pathOf(incoming)
      const forwardedFor = incoming.headers['x-forwarded-for']
      const place = parts.placeOf(
        incoming.socket.remoteAddress ?? '',
        Array.isArray(forwardedFor) ? forwardedFor.join(', ') : forwardedFor,
      )
      return createContextValues().set(arrivalKey, { place, path })
    },
  })
  return (request, response) => {
    const path = pathOf(request)
    const isOurs = services.test(path) || path === configurationPath || path === legacyKeyPath || aliases.has(path)
    if (!isOurs) return false
    try {
      if (applyCors(request, response, parts.config.browserOrigins)) return true
      if (path === configurationPath) answerJson(request, response, () => wellKnown(parts))
      else if (path === legacyKeyPath) answerJson(request, response, () => legacyKey(parts, request))
      else {
        paths.set(request, path)
        request.url = aliases.get(path) ?? request.url ?? ''
        rpc(request, response)
      }
    } catch (error) {
      // ATTACKER: a request without a Host header, or with one that is no authority, cannot be read at all.
      parts.log.debug({ error }, 'refused a request that could not be read')
      if (!response.headersSent) response.writeHead(400)
      response.end()
    }
    return true
  }
}

function route(router: ConnectRouter, parts: KasDoorParts, count: (policies: readonly PolicyResult[]) => void): void {
  const guarded = guard(parts)
  router.service(AccessService, {
    publicKey: guarded(({ algorithm, fmt, v }: { algorithm: string; fmt: string; v: string }) => {
      if (fmt !== '' && fmt !== 'pkcs8') throw new ConnectError('this gate gives PEM keys alone', Code.InvalidArgument)
      const { kid, publicKeyPem } = publicKey(parts, algorithm)
      return { publicKey: publicKeyPem, kid: v === '1' ? '' : kid }
    }),
    legacyPublicKey: guarded(({ algorithm }: { algorithm: string }) => ({
      value: publicKey(parts, algorithm).publicKeyPem,
    })),
    rewrap: guarded(async ({ signedRequestToken }: { signedRequestToken: string }, context) => {
      const caller = await callerOf(parts, context)
      const additionalContext = context.requestHeader.get('X-Rewrap-Additional-Context')
      const { place } = arrivalOf(context)
      const outcome = await rewrap(parts, { caller, place, signedRequestToken, additionalContext })
      count(outcome.policies)
      return writeAnswer(outcome.version, outcome.sessionPublicKeyPem, outcome.policies)
    }),
  })
  router.service(WellKnownService, {
    getWellKnownConfiguration: guarded(() => ({ configuration: wellKnown(parts) })),
  })
  router.service(KeyAccessServerRegistryService, {
    listKeyAccessServers: guarded(async (_: unknown, context) => {
      await callerOf(parts, context)
      return keyAccessServers(parts)
    }),
  })
  router.service(AttributesService, {
    // Names of programs are nobody's business outside of the roster, and even there nobody gets a list.
    getAttributeValuesByFqns: guarded(async ({ fqns }: { fqns: string[] }, context) => {
      const caller = await callerOf(parts, context)
      if (!(await parts.isRostered(caller))) throw new ConnectError('forbidden', Code.PermissionDenied)
      return await attributeValues(parts, fqns)
    }),
  })
  router.service(Health, {
    check: guarded(async () => ({
      status: (await parts.isReady()) ? ServingStatus.SERVING : ServingStatus.NOT_SERVING,
    })),
  })
}

function arrivalOf(context: HandlerContext): Arrival {
  const arrival = context.values.get(arrivalKey)
  if (arrival === null) throw new Problem('internal', 'cannot answer: the request did not come through the handler')
  return arrival
}

async function callerOf(parts: KasDoorParts, context: HandlerContext): Promise<KasCaller> {
  return await parts.verify({
    authorization: context.requestHeader.get('Authorization') ?? undefined,
    dpop: context.requestHeader.get('DPoP') ?? undefined,
    method: context.requestMethod,
    url: `${parts.config.origin}${arrivalOf(context).path}`,
    expectedPurpose: 'kas',
  })
}

// ---- Problems on this wire

const codes: Readonly<Record<ProblemCode, Code>> = {
  'invalid-request': Code.InvalidArgument,
  'not-signed-in': Code.Unauthenticated,
  refused: Code.PermissionDenied,
  'not-found': Code.NotFound,
  conflict: Code.Aborted,
  'too-large': Code.ResourceExhausted,
  'unsupported-media-type': Code.InvalidArgument,
  'invalid-file': Code.InvalidArgument,
  'too-many-requests': Code.ResourceExhausted,
  internal: Code.Internal,
  unavailable: Code.Unavailable,
}

type Impl<I, O> = (request: I, context: HandlerContext) => Promise<O> | O

function guard({ log }: Pick<KasDoorParts, 'log'>) {
  return <I, O>(implementation: Impl<I, O>) =>
    async (request: I, context: HandlerContext): Promise<O> => {
      try {
        return await implementation(request, context)
      } catch (error) {
        throw asConnectError(error, log)
      }
    }
}

function asConnectError(error: unknown, log: KasDoorParts['log']): ConnectError {
  if (error instanceof ConnectError) return error
  if (!(error instanceof Problem) || error.code === 'internal') {
    log.error({ error }, 'a call to the kas door failed')
    return new ConnectError('internal error', Code.Internal)
  }
  return new ConnectError(error.message, codes[error.code], headersOf(error))
}

function headersOf({ details }: Problem): Record<string, string> {
  const { wwwAuthenticate, dpopNonce } = details
  return {
    ...(typeof wwwAuthenticate === 'string' ? { 'WWW-Authenticate': wwwAuthenticate } : {}),
    ...(typeof dpopNonce === 'string' ? { 'DPoP-Nonce': dpopNonce } : {}),
  }
}

// ---- Plain JSON

function answerJson(request: IncomingMessage, response: ServerResponse, body: () => object): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end()
    return
  }
  try {
    const text = JSON.stringify(body())
    response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(text)
  } catch (error) {
    if (!(error instanceof ConnectError) || error.code !== Code.NotFound) throw error
    response.writeHead(404, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify({ code: 'not_found', message: error.rawMessage }))
  }
}

function legacyKey(parts: KasDoorParts, request: IncomingMessage): object {
  const query = new URLSearchParams((request.url ?? '').split('?', 2)[1])
  const { kid, publicKeyPem } = publicKey(parts, query.get('algorithm') ?? '')
  return { publicKey: publicKeyPem, kid }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? ''
}
