// The door itself over a plain Node handler in either version of HTTP: sign-in before anything of a body is read, then one call.
// SPEC: section 10 (transport). Errors are a JSON string under their status; a refusal by decision is 200 and `decision: false`.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { Problem } from '@sallyport/protocol'
import { evaluate, evaluateMany, type Answered } from './evaluate.ts'
import type { SearchFor } from './messages.ts'
import { evaluationPath, evaluationsPath, metadata, metadataPath, searchPaths } from './metadata.ts'
import type { Asker, AuthzenDoorParts } from './ports.ts'
import { readJson } from './read-json.ts'
import { searchFor } from './search.ts'

/** Answer a request if its path is one of this door; otherwise yield false and leave it alone. */
export type AuthzenHandler = (request: IncomingMessage, response: ServerResponse) => boolean

type Ask = (asker: Asker, body: unknown, requestId: string | null) => Promise<Answered>

/** Make the handler of the AuthZEN door. A body must be there as a whole within `arrivalMs`, half a minute unless said. */
export function authzenDoor(parts: AuthzenDoorParts, arrivalMs = 30_000): AuthzenHandler {
  const calls = new Map<string, Ask>([
    [evaluationPath, (...call) => evaluate(parts, ...call)],
    [evaluationsPath, (...call) => evaluateMany(parts, ...call)],
    ...(Object.keys(searchPaths) as SearchFor[]).map((kind): [string, Ask] => [
      searchPaths[kind],
      (...call) => searchFor(kind, parts, ...call),
    ]),
  ])
  return (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const ask = calls.get(path)
    if (ask === undefined && path !== metadataPath) return false
    const requestId = requestIdOf(request)
    if (requestId !== null) response.setHeader('X-Request-ID', requestId)
    if (ask === undefined) describe(parts, request, response)
    else if (request.method === 'POST') void call(parts, ask, { request, response, path, requestId }, arrivalMs)
    else refuse(response, 405, 'cannot answer: want POST', { Allow: 'POST' })
    return true
  }
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly path: string
  readonly requestId: string | null
}

async function call(
  parts: AuthzenDoorParts,
  ask: Ask,
  { request, response, path, requestId }: Exchange,
  arrivalMs: number,
): Promise<void> {
  try {
    const asker = await parts.verify({
      authorization: request.headers.authorization,
      dpop: header(request, 'dpop'),
      method: request.method ?? '',
      url: parts.origin + path,
      expectedPurpose: 'authzen',
    })
    if (asker.nextNonce !== null) response.setHeader('DPoP-Nonce', asker.nextNonce)
    const body = await readJson(request, arrivalMs)
    const { body: answer, decisions } = await ask(asker, body, requestId)
    // Beside the body, which is the same each time that the same is asked.
    if (decisions.length > 0) response.setHeader('Sallyport-Decision', decisions.join(', '))
    send(response, 200, answer)
  } catch (error) {
    if (response.headersSent) return void response.destroy()
    answerFault(parts, response, error)
  }
}

function describe({ origin }: AuthzenDoorParts, request: IncomingMessage, response: ServerResponse): void {
  if (request.method === 'GET' || request.method === 'HEAD') send(response, 200, metadata(origin))
  else refuse(response, 405, 'cannot answer: want GET', { Allow: 'GET, HEAD' })
}

function answerFault({ log }: AuthzenDoorParts, response: ServerResponse, error: unknown): void {
  if (!(error instanceof Problem) || error.code === 'internal') {
    log.error({ err: error }, 'a request to the authzen door failed')
    return refuse(response, 500, 'the gate failed', {})
  }
  const { status, message, details } = error
  const { wwwAuthenticate, dpopNonce } = details
  refuse(response, status, message, {
    ...(status === 401 ? { 'WWW-Authenticate': typeof wwwAuthenticate === 'string' ? wwwAuthenticate : 'DPoP' } : {}),
    ...(typeof dpopNonce === 'string' ? { 'DPoP-Nonce': dpopNonce } : {}),
    ...(status === 503 ? { 'Retry-After': '1' } : {}),
  })
}

function refuse(response: ServerResponse, status: number, message: string, headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  send(response, status, message)
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body))
  const type = { 'Content-Type': 'application/json', 'Content-Length': bytes.length, 'Cache-Control': 'no-store' }
  response.writeHead(status, { ...type, 'X-Content-Type-Options': 'nosniff' }).end(bytes)
}

// ATTACKER: it is sent back in a header and stands in the ledger.
function requestIdOf(request: IncomingMessage): string | null {
  const id = header(request, 'x-request-id')
  return id !== undefined && /^[\x21-\x7e]{1,128}$/.test(id) ? id : null
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}
