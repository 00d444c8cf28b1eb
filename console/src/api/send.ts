// Sending: every request carries a proof of the browser's key beside the session's cookie, is proven anew when the gate asks for
// its nonce, and is asked again once where the gate could not decide just then. A request that the gate no longer takes as anybody's
// is told to whoever listens.

import { prove } from '../session/proof.ts'
import { unreachable } from './problem.ts'

export interface Sent {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Path and query under this origin. */
  readonly path: string
  /** Octets as they are or, from a function, as its stream yields them; anything else as JSON; null for none. */
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal: AbortSignal | null
}

const lost = new Set<() => void>()
let nonce: string | null = null

/** Be told when the gate takes a call as nobody's. Yields how to stop. */
export function onSessionLost(listener: () => void): () => void {
  lost.add(listener)
  return () => lost.delete(listener)
}

/** Send one request to the gate. Throws GateProblem `unreachable`, and whatever aborts it. */
export async function send(request: Sent): Promise<Response> {
  // SPEC: draft-ietf-httpapi-idempotency-key-header: one key for one act, however often it is sent.
  const actKey = request.method === 'GET' ? null : crypto.randomUUID()
  let response = await attempt(request, actKey)
  if (asksForNonce(response)) response = await attempt(request, actKey)
  if (response.status === 503 && request.method === 'GET') {
    await new Promise((resolve) => setTimeout(resolve, 1000 * Math.min(5, waitS(response))))
    response = await attempt(request, actKey)
  }
  if (response.status === 401) for (const listener of lost) listener()
  return response
}

async function attempt(
  { method, path, body, signal, headers: own = {} }: Sent,
  actKey: string | null,
): Promise<Response> {
  const isOctets = body instanceof Uint8Array || typeof body === 'function'
  const proof = await prove({ method, url: new URL(path, location.origin), nonce })
  const headers: Record<string, string> = { ...own, dpop: proof }
  if (actKey !== null) headers['idempotency-key'] = `"${actKey}"`
  if (body !== null) headers['content-type'] = isOctets ? 'application/octet-stream' : 'application/json'
  try {
    const response = await fetch(path, {
      method,
      headers,
      signal,
      ...(await bodyOf(body)),
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
    })
    nonce = response.headers.get('dpop-nonce') ?? nonce
    return response
  } catch (error) {
    if (signal?.aborted === true) throw error
    throw unreachable()
  }
}

interface FetchBody {
  readonly body: BodyInit | null
  /** SPEC: Fetch, a stream is sent before its answer is read; TypeScript's DOM does not know it yet. */
  readonly duplex?: 'half'
}

async function bodyOf(body: unknown): Promise<FetchBody> {
  if (body === null) return { body: null }
  if (body instanceof Uint8Array) return { body: body as Uint8Array<ArrayBuffer> }
  if (typeof body !== 'function') return { body: JSON.stringify(body) }
  const stream = (body as () => ReadableStream<Uint8Array>)()
  if (sendsStreams()) return { body: stream, duplex: 'half' }
  // Of this browser the request wants all of it first: a blob, which the browser holds outside of its pages.
  return { body: await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).blob() }
}

/** Whether this browser sends a stream as it is read: one that does not makes text of it. */
function sendsStreams(): boolean {
  let isAsked = false
  const { headers } = new Request(location.origin, {
    method: 'POST',
    body: new ReadableStream(),
    get duplex() {
      isAsked = true
      return 'half'
    },
  } as RequestInit)
  return isAsked && !headers.has('content-type')
}

/** SPEC: RFC 9449 section 9. */
function asksForNonce({ status, headers }: Response): boolean {
  return status === 401 && /\berror="?use_dpop_nonce\b/.test(headers.get('www-authenticate') ?? '')
}

function waitS({ headers }: Response): number {
  const seconds = Number(headers.get('retry-after') ?? '1')
  return seconds >= 0 ? seconds : 1
}
