// Frames of HTTP/2 in any order, with any flags and lengths, and requests whose bytes were changed anywhere, against the real
// listener: whatever comes, who asks beside it is answered, and what reaches a handler is a request.

import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { concat } from '@sallyport/protocol'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureSelfSigned, systemClock } from '../../server/src/base/index.ts'
import { makeListener } from '../../server/src/http/listener.ts'
import { fields, flags, frame, frameTypes, openWire, post } from '../frames.ts'
import { mutationsOf } from './mutate.ts'
import { numRuns, timeout } from './refuse.ts'

let server: Server
let port: number
let ca: string
let folder: string
let neighbour: ClientHttp2Session
/** What reached the handler from the wire that is fuzzed: method, path, and whether its body came to an end. */
const reached: { method: string | undefined; url: string | undefined }[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-frames-'))
  const made = await ensureSelfSigned({ directory: folder, hostnames: ['localhost'], clock: systemClock })
  ca = made.caPem
  server = makeListener({ tls: { cert: made.certPem, key: made.keyPem }, clock: systemClock }, (asked, answer) => {
    if (asked.url !== '/neighbour') reached.push({ method: asked.method, url: asked.url })
    asked.resume()
    if (asked.url !== '/unanswered') answer.end('answered')
  })
  server.listen(0, 'localhost')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
  neighbour = connectHttp2(`https://localhost:${port}`, { ca })
})
afterAll(async () => {
  neighbour.close()
  server.close()
  await rm(folder, { recursive: true })
})

/** Send bytes after the preface, give the server a moment, and see whether a neighbour is answered all the while. */
async function sent(bytes: Uint8Array): Promise<void> {
  const wire = await openWire(port, ca)
  try {
    wire.send(bytes)
    const asked = neighbour.request({ ':path': '/neighbour' })
    const [head] = (await once(asked, 'response')) as [Record<string, unknown>]
    expect(head[':status']).toBe(200)
    // To its end: who resets what they asked for is cut off for it.
    await once(asked.resume(), 'close')
    // Whatever it makes of them, it says so in frames or closes: neither is waited for long.
    await Promise.race([wire.closed, setTimeout(2)])
  } finally {
    wire.socket.destroy()
  }
}

const head = post('/fuzzed', ['content-type', 'application/json'])
const stream = fc.oneof(fc.constantFrom(0, 1, 2, 3, 5, 7), fc.nat(0x7f_ff_ff_ff))
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc.constantFrom(head, fields([':method', 'GET'], [':path', '/fuzzed']), new Uint8Array(20_000)),
  mutationsOf(head),
)
const anyFrame = fc
  .record({ type: fc.oneof(fc.nat(12), fc.nat(255)), flag: fc.nat(255), stream, payload })
  .map((one) => frame(one.type, one.flag, one.stream, one.payload))
const exchange = concat(
  frame(frameTypes.headers, flags.endHeaders, 1, head),
  frame(frameTypes.data, 0, 1, new Uint8Array(100)),
  frame(frameTypes.data, flags.endStream, 1, new Uint8Array(100)),
  frame(frameTypes.ping, 0, 0, new Uint8Array(8)),
)
/** Its body never ends, and nobody answers: the connection breaks off in the middle of it. */
const unanswered = concat(
  frame(frameTypes.headers, flags.endHeaders, 1, post('/unanswered')),
  frame(frameTypes.data, 0, 1, new Uint8Array(100)),
)
const runs = Math.min(numRuns, 5000)

describe('a connection', () => {
  const isRequest = () =>
    reached.every(({ method, url }) => /^[A-Z]+$/.test(method ?? '') && url?.startsWith('/') === true)

  test('of frames in any order takes nothing from who asks beside it', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyFrame, { minLength: 1, maxLength: 12 }), async (frames) => sent(concat(...frames))),
      { numRuns: runs },
    )
    expect(isRequest()).toBe(true)
  })

  test('whose bytes were changed anywhere takes nothing from who asks beside it', { timeout }, async () => {
    await fc.assert(fc.asyncProperty(mutationsOf(exchange, unanswered), sent), { numRuns: runs })
    expect(isRequest()).toBe(true)
    expect(reached.length).toBeGreaterThan(0)
  })
})
