// HTTP/2 by somebody who means harm: frames written by hand against the real listener, before any handler.

import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import {
  request as http1Request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { connect as connectHttp2, constants } from 'node:http2'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { concat, utf8 } from '@sallyport/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ensureSelfSigned, systemClock } from '../../server/src/base/index.ts'
import { makeListener } from '../../server/src/http/listener.ts'
import { fields, flags, frame, frameTypes, openWire, post, type Frame } from '../frames.ts'

let server: Server
let port: number
let tls: { cert: string; key: string }
let ca: string
let folder: string
/** Requests that reached the handler, and answers that wait for a test to give them. */
let reached: string[] = []
let open: ServerResponse[] = []
let heads: IncomingHttpHeaders[] = []
let ended: Promise<void> | null = null

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-h2-'))
  const made = await ensureSelfSigned({ directory: folder, hostnames: ['localhost'], clock: systemClock })
  tls = { cert: made.certPem, key: made.keyPem }
  ca = made.caPem
  server = await listen()
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  server.close()
  await rm(folder, { recursive: true })
})
beforeEach(() => {
  reached = []
  open = []
  heads = []
})

async function listen(silenceMs?: number): Promise<Server> {
  const made = makeListener(
    { tls, clock: systemClock, ...(silenceMs === undefined ? {} : { silenceMs }) },
    (asked, answer) => {
      reached.push(`${asked.httpVersion} ${asked.url}`)
      heads.push(asked.headers)
      if (asked.url === '/wait') open.push(answer)
      else if (asked.url === '/body') ended = readWhole(asked)
      else answer.end('answered')
    },
  )
  made.listen(0, 'localhost')
  await once(made, 'listening')
  return made
}

/** Read as most parsers of bodies do: what ends is whole. */
async function readWhole(request: IncomingMessage): Promise<void> {
  const outcome = await new Promise<string>((resolve) => {
    request.once('end', () => resolve('the whole body')).once('error', () => resolve('failed'))
    request.resume()
  })
  reached.push(outcome)
}

const goneAway = (frames: readonly Frame[]): number | undefined => {
  const last = frames.findLast(({ type }) => type === frameTypes.goAway)
  return last === undefined ? undefined : new DataView(last.payload.buffer, last.payload.byteOffset).getUint32(4)
}
const whole = flags.endHeaders | flags.endStream
const cancel = Uint8Array.of(0, 0, 0, constants.NGHTTP2_CANCEL)

describe('the port', () => {
  test('lets a connection wait for its next request longer than Node does', async () => {
    const other = await listen(90_000)
    expect([server.keepAliveTimeout, other.keepAliveTimeout]).toEqual([20_000, 20_000])
    other.close()
  })

  test('speaks HTTP/2 and HTTP/1.1 to whoever offers them, and HTTP/1.1 to whoever offers nothing', async () => {
    for (const [offered, version] of [
      [['h2', 'http/1.1'], 'h2'],
      [['http/1.1'], 'http/1.1'],
      [undefined, false],
    ] as const) {
      const options = offered === undefined ? {} : { ALPNProtocols: [...offered] }
      const socket = connect({ host: 'localhost', port, ca, ...options })
      await once(socket, 'secureConnect')
      expect(socket.alpnProtocol).toBe(version)
      if (version !== 'h2') {
        socket.write('GET /plain HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
        const [answer] = (await once(socket, 'data')) as [Uint8Array]
        expect(String(answer)).toContain('HTTP/1.1 200')
      }
      socket.destroy()
    }
    const session = connectHttp2(`https://localhost:${port}`, { ca })
    const stream = session.request({ ':path': '/new' })
    const [head] = (await once(stream, 'response')) as [Record<string, unknown>]
    expect(head[':status']).toBe(200)
    session.close()
    expect(reached).toEqual(['1.1 /plain', '1.1 /plain', '2.0 /new'])
    const other = connect({ host: 'localhost', port, ca, ALPNProtocols: ['spdy/3'] })
    const [error] = (await once(other, 'error')) as [Error]
    expect(String(error)).toMatch(/no application protocol/i)
  })

  test('speaks neither without TLS, nor in a version of TLS that is broken', async () => {
    const plain = http1Request({ host: 'localhost', port })
    plain.end()
    await once(plain, 'error')
    const old = request({
      host: 'localhost',
      port,
      ca,
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
      ciphers: 'ALL@SECLEVEL=0',
    })
    old.end()
    await once(old, 'error')
    expect(reached).toEqual([])
  })

  test('gives the head of an HTTP/1.1 request 30 s and 16 KiB, and its body as long as it needs', () => {
    expect(server).toMatchObject({ headersTimeout: 30_000, requestTimeout: 0, maxHeaderSize: 16_384, timeout: 120_000 })
  })
})

describe('a connection is cut off that', () => {
  test('opens and resets exchanges without waiting for their answers', async () => {
    const wire = await openWire(port, ca)
    for (let stream = 1; stream < 4000; stream += 2) {
      wire.send(frame(frameTypes.headers, whole, stream, post('/wait')), frame(frameTypes.reset, 0, stream, cancel))
    }
    expect(goneAway(await wire.closed)).toBe(constants.NGHTTP2_INTERNAL_ERROR)
    // What came in one read with the last that was too many is handed on still.
    expect(reached.length).toBeLessThan(700)
  })

  test('sends a head without end, in the frames that carry one on', async () => {
    const wire = await openWire(port, ca)
    wire.send(frame(frameTypes.headers, flags.endStream, 1, post('/endless')))
    const more = fields(...Array.from({ length: 10 }, (_, i) => [`x-${i}`, 'y'.repeat(1000)] as const))
    for (let i = 0; i < 100; i++) wire.send(frame(frameTypes.continuation, 0, 1, more))
    expect(goneAway(await wire.closed)).toBeGreaterThan(0)
    expect(reached).toEqual([])
  })

  test.each([
    ['pings without end', frame(frameTypes.ping, 0, 0, new Uint8Array(8))],
    ['changes its settings without end', frame(frameTypes.settings, 0, 0, Uint8Array.of(0, 4, 0, 1, 0, 0))],
  ])('%s', async (_, one) => {
    const wire = await openWire(port, ca)
    wire.send(...Array.from({ length: 1000 }, () => one))
    expect(goneAway(await wire.closed)).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM)
  })

  test('sends settings of more values than there are, or none of HTTP/2 at all', async () => {
    const wire = await openWire(port, ca)
    wire.send(
      frame(
        frameTypes.settings,
        0,
        0,
        new Uint8Array(6 * 40).map((_, i) => (i % 6 === 1 ? 200 : 0)),
      ),
    )
    expect(goneAway(await wire.closed)).toBeGreaterThan(0)
    const other = connect({ host: 'localhost', port, ca, ALPNProtocols: ['h2'] })
    await once(other, 'secureConnect')
    other.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    other.resume()
    await once(other, 'close')
    expect(reached).toEqual([])
  })
})

describe('an exchange', () => {
  test('beyond the hundredth at once ends the connection', async () => {
    const wire = await openWire(port, ca)
    await wire.first(({ type }) => type === frameTypes.settings)
    // Only who has taken the limits on can be held to them.
    wire.send(frame(frameTypes.settings, flags.ack, 0))
    const streams = Array.from({ length: 105 }, (_, i) => 2 * i + 1)
    wire.send(...streams.map((stream) => frame(frameTypes.headers, whole, stream, post('/wait'))))
    expect(goneAway(await wire.closed)).toBe(constants.NGHTTP2_PROTOCOL_ERROR)
    expect(open).toHaveLength(100)
  })

  const smuggled: readonly [string, Uint8Array][] = [
    ['a transfer coding', post('/', ['transfer-encoding', 'chunked'])],
    ['a field about the connection', post('/', ['connection', 'keep-alive'])],
    ['capital letters in a name', post('/', ['X-A', 'b'])],
    ['two paths', post('/', [':path', '/other'])],
    ['no path', fields([':method', 'POST'], [':scheme', 'https'], [':authority', 'localhost'])],
    ['a path that does not begin at the root', post('evil')],
    ['a pseudo-field after the others', post('/', ['x-a', 'b'], [':status', '200'])],
    ['two lengths', post('/', ['content-length', '0'], ['content-length', '5'])],
  ]
  test.each(smuggled)(
    'that an HTTP/1.1 server behind could read in another way reaches nobody: %s',
    async (_, head) => {
      const wire = await openWire(port, ca)
      wire.send(frame(frameTypes.headers, whole, 1, head))
      await wire.first(({ type }) => type === frameTypes.reset || type === frameTypes.goAway)
      wire.socket.destroy()
      expect(reached).toEqual([])
    },
  )

  test.each([
    ['x-a', 'b\r\nauthorization: Bearer c'],
    ['x-a', 'b\0c'],
    ['x a', 'b'],
  ])('has no field left that is none: %j: %j', async (name, value) => {
    const wire = await openWire(port, ca)
    wire.send(frame(frameTypes.headers, whole, 1, post('/plain', [name, value], ['x-last', 'z'])))
    await wire.first(({ type, stream }) => type === frameTypes.data && stream === 1)
    expect(Object.keys(heads.at(-1) ?? {}).filter((one) => !one.startsWith(':'))).toEqual(['x-last'])
    wire.socket.destroy()
  })

  test.each([
    ['is shorter than it says', frame(frameTypes.data, flags.endStream, 1, utf8('x'))],
    ['is longer than it says', frame(frameTypes.data, flags.endStream, 1, utf8('x'.repeat(10)))],
    ['is broken off', concat(frame(frameTypes.data, 0, 1, utf8('x')), frame(frameTypes.reset, 0, 1, cancel))],
  ])('whose body %s has no end that a handler could take for one', async (_, rest) => {
    const wire = await openWire(port, ca)
    wire.send(frame(frameTypes.headers, flags.endHeaders, 1, post('/body', ['content-length', '5'])), rest)
    // What comes after it is answered after it.
    wire.send(frame(frameTypes.headers, whole, 3, post('/plain')))
    await Promise.race([wire.closed, wire.first(({ type, stream }) => type === frameTypes.data && stream === 3)])
    await ended
    expect(reached.filter((one) => one !== '2.0 /plain')).toEqual(['2.0 /body', 'failed'])
    wire.socket.destroy()
  })

  test('with a head of more than 16 KiB is refused, also where one short reference stands for much', async () => {
    const wire = await openWire(port, ca)
    wire.send(
      frame(frameTypes.headers, whole, 1, post('/large', ['x-large', 'y'.repeat(16_000)], ['x-more', 'z'.repeat(380)])),
    )
    await wire.first((one) => one.stream === 1 || one.type === frameTypes.goAway)
    expect(reached).toEqual([])
    wire.socket.destroy()
    const bomb = await openWire(port, ca)
    // SPEC: RFC 7541 section 6.2.1: with indexing; then the first entry of the dynamic table, by one byte each.
    const value = 'y'.repeat(3000)
    const [, ...rest] = fields(['x-large', value])
    const indexed = concat(post('/bomb'), Uint8Array.of(0x40, ...rest), new Uint8Array(2000).fill(0x80 | 62))
    bomb.send(frame(frameTypes.headers, whole, 1, indexed))
    await bomb.first((one) => one.stream === 1 || one.type === frameTypes.goAway)
    expect(reached).toEqual([])
    bomb.socket.destroy()
  })
})

describe('silence', () => {
  test('ends a connection, and an exchange also where its connection goes on with pings', async () => {
    const impatient = await listen(300)
    const { port: there } = impatient.address() as AddressInfo
    const silent = await openWire(there, ca)
    await silent.closed
    const pinging = await openWire(there, ca)
    pinging.send(frame(frameTypes.headers, flags.endHeaders, 1, post('/wait')))
    const pings = setInterval(() => pinging.send(frame(frameTypes.ping, 0, 0, new Uint8Array(8))), 50)
    const reset = await pinging.first(({ type, stream }) => type === frameTypes.reset && stream === 1)
    clearInterval(pings)
    expect(reset.payload).toEqual(cancel)
    pinging.socket.destroy()
    impatient.close()
  })
})
