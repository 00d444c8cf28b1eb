// Calls that are framed to be read wrongly, or to cost more than they may, in each form: refused in that form, with nothing decided,
// and the gate goes on.

import { connect as connectHttp2 } from 'node:http2'
import { once } from 'node:events'
import { connect } from 'node:tls'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { toBinary, fromJson } from '@bufbuild/protobuf'
import { Code } from '@connectrpc/connect'
import { concat, utf8 } from '@sallyport/protocol'
import { AccessService } from '@sallyport/protocol/kas'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  bodyFor,
  ecPair,
  openTestGate,
  pemOf,
  requestToken,
  wrapFile,
  type TestGate,
} from '../../server/src/doors/kas/testing.ts'
import {
  callForms,
  callIn,
  envelope,
  named,
  readForms,
  sendRaw,
  type Place,
  type WireForm,
  type RawReply,
} from '../wire/forms.ts'

const { rewrap, publicKey } = AccessService.method
const path = '/kas.AccessService/Rewrap'

let gate: TestGate
let here: Place
let authorization: string
/** A rewrap that would be released, as the bytes of its message. */
let good: Uint8Array

beforeAll(async () => {
  gate = await openTestGate()
  gate.verdicts.set('ada', { effect: 'permit' })
  here = await gate.withTls()
  authorization = `Bearer ${await gate.token('ada')}`
  const signedRequestToken = await requestToken(bodyFor(wrapFile(gate), pemOf(ecPair().publicKey)))
  good = toBinary(rewrap.input, fromJson(rewrap.input, { signedRequestToken }))
})
afterAll(() => gate.stop())
beforeEach(() => {
  gate.asked.length = 0
})

const grpcForms = callForms.filter(({ name }) => name.startsWith('gRPC'))
const connectForms = callForms.filter(({ name }) => name.startsWith('Connect'))
const each = (forms: readonly WireForm[]) => forms.map((form) => [named(form), form] as const)

/** Send bytes in place of what the form would send. */
async function sendBody(form: WireForm, body: Uint8Array, headers: Record<string, string> = {}) {
  const request = form.request(rewrap, {}, { authorization, ...headers })
  return form.read(rewrap, await sendRaw(here, form.version, { ...request, body }))
}

async function expectServing(): Promise<void> {
  for (const form of readForms) expect((await callIn(form, here, publicKey, {})).fault).toBeNull()
}

const zeros = (mebibytes: number): Uint8Array => new Uint8Array(mebibytes * 1024 * 1024)

describe.each(each(grpcForms))('%s', (_, form) => {
  const frames: readonly (readonly [string, () => Uint8Array, readonly Code[]])[] = [
    ['says to be longer than it is', () => envelope(good, 0, good.length + 1), [Code.InvalidArgument]],
    ['says to be as long as can be said', () => envelope(good, 0, 0xffff_ffff), [Code.ResourceExhausted]],
    ['says to be shorter than it is', () => envelope(good, 0, good.length - 1), [Code.Internal]],
    ['ends in its own length', () => envelope(good).subarray(0, 3), [Code.InvalidArgument]],
    ['is compressed without a word of how', () => envelope(gzipSync(good), 1), [Code.Internal, Code.InvalidArgument]],
    ['is followed by another', () => concat(envelope(good), envelope(good)), [Code.Unimplemented]],
    ['is followed by an empty one', () => concat(envelope(good), envelope(new Uint8Array())), [Code.Unimplemented]],
    ['is not there', () => new Uint8Array(), [Code.Unimplemented]],
    [
      'is one of ten thousand empty ones',
      () => concat(...Array.from({ length: 10_000 }, () => envelope(zeros(0)))),
      [Code.Unimplemented],
    ],
    ['is no message', () => envelope(utf8('{"signedRequestToken":"x"}')), [Code.Internal]],
    ['ends in the middle of its field', () => envelope(good.subarray(0, 40)), [Code.Internal]],
    [
      'is 5 MiB of itself',
      () => envelope(concat(Uint8Array.of(0x0a, 0x80, 0x80, 0xc0, 2), zeros(5))),
      [Code.ResourceExhausted],
    ],
  ]
  test.each(frames)('refuses a message that %s', async (_, body, codes) => {
    const { fault } = await sendBody(form, body())
    expect(codes).toContain(fault?.code)
    expect(gate.asked).toEqual([])
  })

  test('takes a message that says how it is compressed, up to 4 MiB of it and by gzip alone', async () => {
    const gzip = { 'grpc-encoding': 'gzip' }
    expect((await sendBody(form, envelope(gzipSync(good), 1), gzip)).fault).toBeNull()
    expect((await sendBody(form, envelope(good, 0), gzip)).fault).toBeNull()
    gate.asked.length = 0
    const bomb = gzipSync(zeros(64))
    expect(bomb.length).toBeLessThan(100_000)
    const codes = await Promise.all([
      sendBody(form, envelope(bomb, 1), gzip),
      sendBody(form, envelope(utf8('no gzip'), 1), gzip),
      sendBody(form, envelope(brotliCompressSync(good), 1), { 'grpc-encoding': 'br' }),
      sendBody(form, envelope(good, 1), { 'grpc-encoding': 'identity' }),
    ])
    expect(codes[0]?.fault?.code).toBe(Code.ResourceExhausted)
    expect(codes[1]?.fault).not.toBeNull()
    expect(codes[2]?.fault?.code).toBe(Code.Unimplemented)
    expect(codes[3]?.fault).not.toBeNull()
    expect(gate.asked).toEqual([])
  })
})

describe.each(each(connectForms))('%s', (_, form) => {
  test('refuses what is no message, in no known coding, or beyond 4 MiB before or after it is unpacked', async () => {
    const gzip = { 'content-encoding': 'gzip' }
    const cases: readonly (readonly [Uint8Array, Record<string, string>, Code])[] = [
      [utf8('{'), {}, form.name.endsWith('JSON') ? Code.InvalidArgument : Code.Internal],
      [Uint8Array.of(0xff, 0xff, 0xff), {}, form.name.endsWith('JSON') ? Code.InvalidArgument : Code.Internal],
      [utf8('no gzip'), gzip, Code.InvalidArgument],
      [gzipSync(zeros(64)), gzip, Code.ResourceExhausted],
      [zeros(5), {}, Code.ResourceExhausted],
      [brotliCompressSync(good), { 'content-encoding': 'br' }, Code.Unimplemented],
      [good, { 'connect-timeout-ms': 'soon' }, Code.InvalidArgument],
    ]
    for (const [body, headers, code] of cases) expect((await sendBody(form, body, headers)).fault?.code).toBe(code)
    expect(gate.asked).toEqual([])
  })
})

describe('a form that is none', () => {
  test.each(['application/grpc-web-text', 'application/connect+proto', 'application/x-protobuf', 'text/plain', ''])(
    'is refused by its type: %j',
    async (type) => {
      for (const version of ['1.1', '2'] as const) {
        const headers = { authorization, ...(type === '' ? {} : { 'content-type': type }) }
        const reply = await sendRaw(here, version, { method: 'POST', path, headers, body: envelope(good) })
        expect(reply.status).toBe(415)
      }
      expect(gate.asked).toEqual([])
    },
  )

  test('is refused by its method: what releases a key is not asked for by GET', async () => {
    const message = Buffer.from(good).toString('base64url')
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      const target = `${path}?connect=v1&encoding=proto&base64=1&message=${message}`
      const reply = await sendRaw(here, '1.1', { method: method as 'GET', path: target, headers: { authorization } })
      expect(reply.status).toBe(405)
    }
    expect(gate.asked).toEqual([])
  })

  test('is refused as a GET whose message is none, is a bomb, or is longer than a head may be', async () => {
    const get = async (query: string) => {
      const target = `/kas.AccessService/PublicKey?connect=v1&${query}`
      return (await sendRaw(here, '1.1', { method: 'GET', path: target, headers: {} })).status
    }
    const bomb = gzipSync(zeros(4)).toString('base64url')
    expect(await get('encoding=proto&base64=1&message=')).toBe(200)
    expect(await get('encoding=json&message=%7B')).toBe(400)
    expect(await get('encoding=proto&base64=1&message=____')).toBe(500)
    expect(await get('encoding=proto&base64=1&message=%21')).toBe(500)
    expect(await get('encoding=xml&message=')).toBe(415)
    expect(await get(`encoding=proto&base64=1&compression=gzip&message=${bomb}`)).toBe(429)
    expect(await get(`encoding=json&message=${'x'.repeat(20_000)}`)).toBe(431)
  })
})

describe('a body', () => {
  const heads = each(callForms)

  test.each(heads)('of somebody who has not signed in is not waited for: %s', async (_, form) => {
    const request = form.request(rewrap, {}, {})
    const headers = { ...request.headers, 'content-length': '4000000' }
    if (form.version === '2') {
      const session = connectHttp2(here.origin, { ca: here.ca })
      const stream = session.request({ ...headers, ':method': 'POST', ':path': path }, { endStream: false })
      const [head] = (await once(stream, 'response')) as [Record<string, string>]
      expect(Number(head[':status'])).toBe(form.name.startsWith('gRPC') ? 200 : 401)
      session.destroy()
      return
    }
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(here.origin).port), ca: here.ca })
    socket.write(`POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${lines.join('')}\r\n`)
    const [head] = (await once(socket, 'data')) as [Uint8Array]
    expect(String(head)).toMatch(form.name.startsWith('gRPC') ? /^HTTP\/1\.1 200 / : /^HTTP\/1\.1 401 /)
    socket.destroy()
  })

  test.each(each(callForms))('of a call that anybody may make is 16 KiB at most: %s', async (_, form) => {
    const large = { algorithm: 'x'.repeat(17_000) }
    expect((await callIn(form, here, publicKey, large)).fault?.code).toBe(Code.ResourceExhausted)
  })

  test.each(each(callForms.filter(({ version }) => version === '2')))(
    'that does not end in time is not waited for: %s',
    async (_, form) => {
      const impatient = await gate.withTls({}, 100)
      const { path: to, headers } = form.request(rewrap, {}, { authorization })
      const session = connectHttp2(impatient.origin, { ca: impatient.ca })
      const stream = session.request({ ...headers, ':method': 'POST', ':path': to }, { endStream: false })
      stream.write(envelope(good).subarray(0, 20))
      let trailers: Record<string, unknown> = {}
      stream.on('trailers', (got) => (trailers = got as typeof trailers))
      const body: Uint8Array[] = []
      stream.on('data', (chunk: Uint8Array) => body.push(chunk))
      const [head] = (await once(stream, 'response')) as [RawReply['headers']]
      await once(stream, 'end')
      session.destroy()
      const raw = {
        status: Number(head[':status']),
        headers: head,
        trailers: trailers as RawReply['trailers'],
        body: concat(...body),
      }
      expect(form.read(rewrap, raw).fault?.code).toBe(Code.DeadlineExceeded)
      expect(gate.asked).toEqual([])
    },
  )
})

test('metadata of more than 16 KiB is refused in either version of HTTP', async () => {
  const headers = { authorization, 'content-type': 'application/json', 'x-large': 'x'.repeat(17_000) }
  const ask = (version: '1.1' | '2') => sendRaw(here, version, { method: 'POST', path, headers, body: utf8('{}') })
  for (const version of ['1.1', '2'] as const) expect((await ask(version)).status).toBe(431)
  expect(gate.asked).toEqual([])
})

test('the gate serves every form after all of this', expectServing)
