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

// By its events: an iterator over the body costs as much as all the rest of reading it.
function inTime(request: IncomingMessage, arrivalMs: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => request.destroy(new Error('the body did not arrive in time')), arrivalMs)
    const refuse = (problem: Problem): void => {
      clearTimeout(late)
      reject(problem)
    }
    const brokeOff = (cause?: unknown): void =>
      refuse(new Problem('invalid-request', 'cannot read the body: it broke off', { cause }))
    const parts: Buffer[] = []
    let size = 0
    request.on('data', (part: Buffer) => {
      size += part.length
      parts.push(part)
      if (size <= maxBytes) return
      refuse(new Problem('too-large', `cannot read the body: want at most ${maxBytes} bytes`))
      request.destroy()
    })
    request.once('end', () => {
      clearTimeout(late)
      resolve(Buffer.concat(parts))
    })
    request.once('error', brokeOff)
    request.once('close', () => brokeOff())
  })
}
