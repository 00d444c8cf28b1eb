// Fetching from an issuer whose server certificate comes from an authority of the organization's own. The built-in fetch takes
// no authority, and trusting one for every address would be too much.

import { request } from 'node:https'

const mostBytes = 1024 * 1024

interface Asked {
  readonly method: string
  readonly headers: Headers | Record<string, string>
  readonly signal?: AbortSignal | undefined
  readonly body?: unknown
}

/**
 * Make a fetch that believes these authorities (PEM) and no others. No redirects, answers up to 1 MiB, and as a body only what a
 * form or text is.
 */
export function fetchTrusting(ca: string): (url: string, asked: Asked) => Promise<Response> {
  return (url, { method, headers, signal, body }) =>
    new Promise((resolve, reject) => {
      const text = textOf(body)
      const sent = { ca, method, headers: Object.fromEntries(new Headers(headers)), signal, agent: false as const }
      const asked = request(url, sent, (answer) => {
        const parts: Buffer[] = []
        let size = 0
        answer.on('data', (part: Buffer) => {
          size += part.length
          if (size > mostBytes) answer.destroy(new TypeError('the answer is larger than 1 MiB'))
          else parts.push(part)
        })
        answer.once('error', reject)
        answer.once('end', () => {
          const { statusCode = 0 } = answer
          const received = Object.entries(answer.headers).flatMap(([name, value]) =>
            typeof value === 'string' ? [[name, value] as [string, string]] : [],
          )
          const isBare = [101, 204, 205, 304].includes(statusCode)
          resolve(new Response(isBare ? null : Buffer.concat(parts), { status: statusCode, headers: received }))
        })
      })
      asked.once('error', reject)
      asked.end(text)
    })
}

function textOf(body: unknown): string | undefined {
  if (body === undefined || body === null) return undefined
  if (typeof body === 'string' || body instanceof URLSearchParams) return body.toString()
  throw new TypeError('the body is neither a form nor text')
}
