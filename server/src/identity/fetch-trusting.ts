// Fetching from an issuer whose server certificate comes from an authority of the organization's own. The built-in fetch takes
// no authority, and trusting one for every address would be too much.

import { get } from 'node:https'
import type { FetchImplementation } from 'jose'

const mostBytes = 1024 * 1024

/** Make a fetch that believes these authorities (PEM) and no others. GET alone, no redirects, answers up to 1 MiB. */
export function fetchTrusting(ca: string): FetchImplementation {
  return (url, { headers, signal }) =>
    new Promise((resolve, reject) => {
      const options = { ca, headers: Object.fromEntries(headers), signal, agent: false as const }
      const asked = get(url, options, (answer) => {
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
          const sent = Object.entries(answer.headers).flatMap(([name, value]) =>
            typeof value === 'string' ? [[name, value] as [string, string]] : [],
          )
          const isBare = [101, 204, 205, 304].includes(statusCode)
          resolve(new Response(isBare ? null : Buffer.concat(parts), { status: statusCode, headers: sent }))
        })
      })
      asked.once('error', reject)
    })
}
