// The one listener: product API, OpenAPI, operations, and the doors that other protocols speak at the same origin.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SecureServerOptions } from 'node:http2'
import type { Readable } from 'node:stream'
import { Problem } from '@sallyport/protocol'
import { noQuery, routes, type Route, type RouteName } from '@sallyport/protocol/api'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import * as z from 'zod'
import type { Clock, Logger, Metrics, Randomness } from '../base/index.ts'
import { newId } from '../base/index.ts'
import { accessRoutes } from './access-routes.ts'
import { approvalRoutes } from './approval-routes.ts'
import { backupRoutes } from './backup-routes.ts'
import { boundaryRoutes } from './boundary-routes.ts'
import { candidateRoutes } from './candidate-routes.ts'
import { classificationRoutes } from './classification-routes.ts'
import { isForConsole, serveConsole } from './console.ts'
import { ifMatchOf, sendTagged } from './entity-tags.ts'
import { noticeRoutes } from './notice-routes.ts'
import { authorizationRoutes } from './authorization-routes.ts'
import { drawRoutes } from './draw-routes.ts'
import { dutyRoutes } from './duty-routes.ts'
import { fileLabelRoutes } from './file-label-routes.ts'
import { provisoRoutes } from './proviso-routes.ts'
import { requestRoutes } from './request-routes.ts'
import { shareRoutes } from './share-routes.ts'
import { fileRoutes } from './file-routes.ts'
import { isKept, sendKept } from './kept.ts'
import { labelRoutes } from './label-routes.ts'
import { mappingRoutes } from './mapping-routes.ts'
import { keyRoutes } from './key-routes.ts'
import { legalDataRoutes } from './legal-data-routes.ts'
import { ledgerEntryRoutes } from './ledger-entry-routes.ts'
import { ledgerRoutes } from './ledger-routes.ts'
import { makeListener, type Answer } from './listener.ts'
import { foundingRoutes } from './founding-routes.ts'
import type { Call, Gate } from './gate.ts'
import { callbackPath } from '../identity/index.ts'
import { importRoutes } from './import-routes.ts'
import { openApi } from './openapi.ts'
import { mergeRoutes } from './merge-routes.ts'
import { passkeyRoutes } from './passkey-routes.ts'
import { peopleRoutes } from './people-routes.ts'
import { answerProblem } from './problem-json.ts'
import { packetRoutes } from './packet-routes.ts'
import { refusalRoutes } from './refusal-routes.ts'
import { programRoutes } from './program-routes.ts'
import { releaseRoutes } from './release-routes.ts'
import { recordRoutes } from './record-routes.ts'
import { serveReference } from './reference/index.ts'
import { decisionRoutes } from './decision-routes.ts'
import { makeOnce, type Once } from './once.ts'
import { policyRoutes } from './policy-routes.ts'
import { rosterRoutes } from './roster-routes.ts'
import { sessionRoutes, WithCookies } from './session-routes.ts'
import { serveSignInAnswers } from './sign-in-answers.ts'

/** A protocol of its own at this origin. Answers true when the request was its, and then it answers it whole. */
export type Door = (request: IncomingMessage, response: ServerResponse) => boolean

export interface HttpParts {
  readonly gate: Gate
  readonly doors: readonly Door[]
  readonly tls: Pick<SecureServerOptions, 'cert' | 'key'>
  readonly log: Logger
  readonly metrics: Metrics
  readonly clock: Clock
  readonly random: Randomness
  /** Throws while the gate cannot decide: database, policies, keys, ledger. */
  readonly ready: () => Promise<void>
  /** Whether a request may read the metrics. */
  readonly mayReadMetrics: (authorization: string | undefined) => boolean
}

type Handle = (gate: Gate, call: Call) => Promise<unknown>

const handlers: Record<Exclude<RouteName, 'enclave'>, Handle> = {
  ...peopleRoutes,
  ...mergeRoutes,
  ...importRoutes,
  ...policyRoutes,
  ...keyRoutes,
  ...rosterRoutes,
  ...approvalRoutes,
  ...noticeRoutes,
  ...candidateRoutes,
  ...classificationRoutes,
  ...fileRoutes,
  ...fileLabelRoutes,
  ...shareRoutes,
  ...requestRoutes,
  ...provisoRoutes,
  ...authorizationRoutes,
  ...drawRoutes,
  ...dutyRoutes,
  ...recordRoutes,
  ...decisionRoutes,
  ...accessRoutes,
  ...ledgerRoutes,
  ...boundaryRoutes,
  ...backupRoutes,
  ...ledgerEntryRoutes,
  ...legalDataRoutes,
  ...packetRoutes,
  ...releaseRoutes,
  ...refusalRoutes,
  ...foundingRoutes,
  ...labelRoutes,
  ...sessionRoutes,
  ...programRoutes,
  ...mappingRoutes,
  ...passkeyRoutes,
}

const maxJsonBytes = 1024 * 1024
/** For whatever is no page. */
const nothingAllowed = "default-src 'none'; frame-ancestors 'none'"

/** Make the listener; the caller calls `listen`. */
export function makeHttpServer(parts: HttpParts): FastifyInstance {
  const { gate, log, clock, random } = parts
  const app = fastify({
    serverFactory: (answer) => makeListener(parts, withDoors(parts, answer)),
    bodyLimit: maxJsonBytes,
    // Whoever asks while it ends is answered, and told that the connection ends with that.
    return503OnClosing: false,
    genReqId: () => newId(clock, random),
    logger: false,
    routerOptions: { caseSensitive: true },
  })
  // ATTACKER: bodies. Only JSON is parsed; octets are handed on as a stream and bounded where they are stored.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, parseJson)
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload))
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store')
    void reply.headers({
      'content-security-policy': reply.getHeader('content-security-policy') ?? nothingAllowed,
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000',
      'x-content-type-options': 'nosniff',
    })
  })
  app.setErrorHandler((error: Error, request, reply) => {
    const known = error instanceof z.ZodError ? malformed('body', error) : error
    answerProblem(known, request, reply, (fault) => log.error(fault, 'a request failed'))
  })
  refuseWhileFounding(app, gate)
  measure(app, parts.metrics)
  serveOperations(app, parts)
  const described = () => openApi(gate.enclave.publicUrl, gate.enclave.version)
  app.get('/api/openapi.json', described)
  serveReference(app, described)
  app.get('/api/v1/enclave', async () => ({ ...gate.enclave, ...(await gate.condition()) }))
  serveSignInAnswers(app, gate, log)
  serveConsole(app, random)
  const once = makeOnce({ database: gate.database, ledger: gate.ledger, cursors: gate.cursors, clock, random })
  for (const [name, handle] of Object.entries(handlers) as [keyof typeof handlers, Handle][])
    serve(app, { gate, once }, name, handle)
  return app
}

function withDoors({ doors, gate, log }: HttpParts, answer: Answer): Answer {
  const pass: Answer = (request, response) => {
    if (!doors.some((door) => door(request, response))) answer(request, response)
  }
  return (request, response) => {
    request.url = originForm(request.url ?? '')
    const isFounded = gate.isFounded()
    if (isFounded === true) return pass(request, response)
    // No door opens before the founding is closed; what else is shut then, the listener itself says.
    Promise.resolve(isFounded)
      .then((is) => (is ? pass : answer)(request, response))
      .catch((err: unknown) => {
        log.error({ err }, 'a request failed')
        response.writeHead(503, { 'retry-after': '1' }).end()
      })
  }
}

const openWhileFounding = new Set(['/healthz', '/readyz', ...foundingPaths()])

function foundingPaths(): readonly string[] {
  return [
    routes.enclave,
    ...(Object.keys(foundingRoutes) as (keyof typeof foundingRoutes)[]).map((name) => routes[name]),
    // Founders sign in like anybody else.
    routes.session,
    routes.signInAtIssuer,
    routes.beginPasskey,
    routes.signInWithPasskey,
  ].map(({ path }) => path)
}

/** INVARIANT: I10. Before it is founded, an enclave answers its founders and nobody else. */
function refuseWhileFounding(app: FastifyInstance, gate: Gate): void {
  app.addHook('onRequest', async (request) => {
    const { pathname } = new URL(request.url, 'https://gate')
    const isOpen = openWhileFounding.has(pathname) || pathname.startsWith(callbackPath('')) || isForConsole(request)
    if (isOpen || (await gate.isFounded())) return
    throw new Problem(
      'unavailable',
      'cannot answer: the enclave is not founded yet, want its founders to enroll and close the founding',
    )
  })
}

/** SPEC: RFC 9112 section 3.2.2: a target may be a whole address. Whose it claims to be means nothing here. */
function originForm(target: string): string {
  const absolute = target.startsWith('/') ? null : URL.parse(target)
  return absolute === null ? target : absolute.pathname + absolute.search
}

function serve(
  app: FastifyInstance,
  { gate, once }: { readonly gate: Gate; readonly once: Once },
  name: keyof typeof handlers,
  handle: Handle,
): void {
  const route: Route = routes[name]
  app.route({
    method: route.method,
    url: route.path.replaceAll(/\{(\w+)\}/g, ':$1').replace(/\{\+\w+\}$/, '*'),
    handler: async (request, reply) => {
      const call = await callOf(gate, route, request)
      if (call.caller.nextNonce !== null) void reply.header('dpop-nonce', call.caller.nextNonce)
      const asked = { route, key: header(request, 'idempotency-key'), target: request.url, call }
      const handled = await once(asked, () => handle(gate, call))
      const outcome = handled instanceof WithCookies ? handled.answer : handled
      if (handled instanceof WithCookies) void reply.header('set-cookie', [...handled.cookies])
      if (isKept(outcome)) return await sendKept(request, reply.type(typeOf(route)), outcome)
      if (route.answer === 'text') return reply.type(typeOf(route)).send(outcome)
      if (route.answer === 'bytes') return sendBytes(reply.type(typeOf(route)), outcome as Octets)
      const shown = route.answer.parse(outcome)
      return route.isCached ? sendTagged(request, reply, shown) : shown
    },
  })
}

async function callOf(gate: Gate, route: Route, request: FastifyRequest): Promise<Call> {
  const place = gate.placeOf(request.socket.remoteAddress, header(request, 'x-forwarded-for'))
  const presented = {
    dpop: header(request, 'dpop'),
    method: request.method,
    // Never resolved against our address: a target of two slashes would bring its own.
    url: new URL(gate.enclave.publicUrl).origin + request.url,
    browser: {
      cookie: request.headers.cookie,
      origin: request.headers.origin,
      fetchSite: header(request, 'sec-fetch-site'),
      place,
    },
  }
  const ifMatch = ifMatchOf(route, header(request, 'if-match'))
  const common = { params: paramsOf(route, request), body: request.body ?? {}, place, presented, ifMatch }
  if (route.access === 'none') return { ...common, query: queryOf(route, request), caller: nobody }
  const { authorization } = request.headers
  const caller = await gate.verify({ ...presented, authorization, expectedPurpose: 'api' })
  return {
    ...common,
    query: queryOf(route, request),
    caller,
  }
}

function paramsOf({ path }: Route, request: FastifyRequest): Record<string, string> {
  const { '*': rest, ...params } = request.params as Record<string, string>
  const [, name] = /\{\+(\w+)\}$/.exec(path) ?? []
  return name === undefined ? params : { ...params, [name]: rest ?? '' }
}

function queryOf({ query = noQuery }: Route, request: FastifyRequest): unknown {
  const parsed = query.safeParse(request.query)
  if (parsed.success) return parsed.data
  throw malformed('query', parsed.error)
}

const nobody: Call['caller'] = {
  issuer: '',
  subject: '',
  clientId: '',
  isNaturalPerson: false,
  sessionId: null,
  dpopJkt: null,
  proofKey: null,
  nextNonce: null,
  acceptForeignRequestSignature: false,
  expiresAtMs: 0,
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

function typeOf({ answer }: Route): string {
  return answer === 'text' ? 'text/plain; charset=utf-8' : 'application/octet-stream'
}

interface Octets {
  readonly stream: Readable
  /** How many there are, where that is known. */
  readonly bytes?: number
}

function sendBytes(reply: FastifyReply, { stream, bytes }: Octets): FastifyReply {
  if (bytes !== undefined) void reply.header('content-length', bytes)
  return reply.send(stream)
}

function parseJson(
  _request: FastifyRequest,
  body: string | Buffer,
  done: (error: Error | null, value?: unknown) => void,
): void {
  try {
    done(null, body === '' ? {} : JSON.parse(String(body)))
  } catch {
    done(new Problem('invalid-request', 'cannot read body: it is not json'))
  }
}

function malformed(what: 'query' | 'body', error: z.ZodError): Problem {
  const faults = error.issues.map(({ path, message }) => ({ field: path.join('.'), text: message }))
  const [first] = faults
  return new Problem(
    'invalid-request',
    `cannot read ${what}: ${first?.field ?? ''}: ${first?.text ?? 'it is not well formed'}`,
    {
      details: { faults },
    },
  )
}

function measure(app: FastifyInstance, metrics: Metrics): void {
  const duration = metrics.histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Time from request to answer by route and status, never by person or document.',
    labels: ['route', 'method', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
  })
  app.addHook('onResponse', async (request, reply) => {
    const labels = {
      route: request.routeOptions.url ?? 'none',
      method: request.method,
      status: String(reply.statusCode),
    }
    duration.observe(reply.elapsedTime / 1000, labels)
  })
}

function serveOperations(app: FastifyInstance, { ready, metrics, mayReadMetrics }: HttpParts): void {
  app.get('/healthz', () => ({ status: 'alive' }))
  app.get('/readyz', async () => {
    await ready()
    return { status: 'ready' }
  })
  app.get('/metrics', async (request, reply) => {
    if (!mayReadMetrics(request.headers.authorization)) {
      throw new Problem('not-signed-in', 'cannot read metrics: no token, want the metrics token', {
        details: { wwwAuthenticate: 'Bearer' },
      })
    }
    return reply.type(metrics.contentType).send(await metrics.text())
  })
}
