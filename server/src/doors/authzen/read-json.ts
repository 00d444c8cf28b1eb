// The body of a call as JSON. ATTACKER: it is bounded, it must arrive in time, and the content type must say what it is.

import type { IncomingMessage } from 'node:http'
import { fromUtf8, Problem } from '@sallyport/protocol'

const maxBytes = 1024 * 1024

/** Read a body. Throws Problem `invalid-request`, `too-large`. */
export async function readJson(request: IncomingMessage, arrivalMs: number): Promise<unknown> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new Problem('invalid-request', 'cannot read the body: its content type is another, want application/json')
  }
  const bytes = await inTime(request, arrivalMs)
  try {
    const value: unknown = JSON.parse(fromUtf8(bytes))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    // Said below.
  }
  throw new Problem('invalid-request', 'cannot read the body: it is no JSON object, want one')
}

async function inTime(request: IncomingMessage, arrivalMs: number): Promise<Uint8Array> {
  const late = setTimeout(() => request.destroy(new Error('the body did not arrive in time')), arrivalMs)
  try {
    const parts: Buffer[] = []
    let size = 0
    for await (const part of request as AsyncIterable<Buffer>) {
      size += part.length
      if (size > maxBytes) throw new Problem('too-large', `cannot read the body: want at most ${maxBytes} bytes`)
      parts.push(part)
    }
    return Buffer.concat(parts)
  } catch (cause) {
    if (cause instanceof Problem) throw cause
    throw new Problem('invalid-request', 'cannot read the body: it broke off', { cause })
  } finally {
    clearTimeout(late)
  }
}
