// Cross-origin calls from web pages that the enclave lists. SPEC: Fetch standard, section 3.2 (CORS protocol).

import type { IncomingMessage, ServerResponse } from 'node:http'
import { cors } from '@connectrpc/connect'

const allowedHeaders = [
  ...cors.allowedHeaders,
  'Authorization',
  'DPoP',
  'X-VirtruPubKey',
  'X-Rewrap-Additional-Context',
].join(', ')
const exposedHeaders = [...cors.exposedHeaders, 'DPoP-Nonce', 'WWW-Authenticate'].join(', ')

/** Let a listed page read the answer. Answers a preflight whole and then yields true. */
export function applyCors(request: IncomingMessage, response: ServerResponse, origins: readonly string[]): boolean {
  const { origin } = request.headers
  const isPreflight = request.method === 'OPTIONS'
  response.setHeader('Vary', 'Origin')
  if (origin !== undefined && origins.includes(origin)) {
    response.setHeader('Access-Control-Allow-Origin', origin)
    response.setHeader('Access-Control-Expose-Headers', exposedHeaders)
    if (isPreflight) {
      response.setHeader('Access-Control-Allow-Methods', cors.allowedMethods.join(', '))
      response.setHeader('Access-Control-Allow-Headers', allowedHeaders)
      response.setHeader('Access-Control-Max-Age', '7200')
    }
  }
  if (!isPreflight) return false
  response.writeHead(204).end()
  return true
}
