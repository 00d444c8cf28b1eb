// Every form in which OpenTDF clients call the door, by hand: what is sent, and what came back as that form writes it. No client
// library stands between a test and the bytes.

import { connect as connectHttp2 } from 'node:http2'
import { request as httpsRequest } from 'node:https'
import { fromBinary, fromJson, toBinary, toJson, type DescMethodUnary, type JsonValue } from '@bufbuild/protobuf'
import { Code } from '@connectrpc/connect'
import { concat, fromUtf8, utf8 } from '@sallyport/protocol'

export type HttpVersion = '1.1' | '2'

export interface RawReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly trailers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Uint8Array
}

export interface Place {
  readonly origin: string
  readonly ca: string
}

export interface RawRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Record<string, string>
  readonly body?: Uint8Array
}

/** Send one request over a connection of its own and read its answer to the end, trailers too. */
export async function sendRaw(place: Place, version: HttpVersion, request: RawRequest): Promise<RawReply> {
  return await (version === '2' ? sendHttp2(place, request) : sendHttp1(place, request))
}

function sendHttp1({ origin, ca }: Place, { method, path, headers, body }: RawRequest): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const asked = httpsRequest(`${origin}${path}`, { method, headers, ca, agent: false }, (response) => {
      const chunks: Uint8Array[] = []
      response.on('data', (chunk: Uint8Array) => chunks.push(chunk)).on('error', reject)
      response.on('end', () => {
        const { statusCode: status = 0, headers: head, trailers } = response
        resolve({ status, headers: head, trailers, body: concat(...chunks) })
      })
    })
    asked.on('error', reject).end(body)
  })
}

function sendHttp2({ origin, ca }: Place, { method, path, headers, body }: RawRequest): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const session = connectHttp2(origin, { ca }).on('error', reject)
    const stream = session.request({ ...headers, ':method': method, ':path': path })
    const chunks: Uint8Array[] = []
    let head: Record<string, string | string[] | undefined> = {}
    let trailers: Record<string, string | string[] | undefined> = {}
    stream.on('response', (got) => (head = got as typeof head)).on('trailers', (got) => (trailers = got as typeof head))
    stream.on('data', (chunk: Uint8Array) => chunks.push(chunk)).on('error', reject)
    stream.on('close', () => {
      session.close()
      resolve({ status: Number(head[':status'] ?? 0), headers: head, trailers, body: concat(...chunks) })
    })
    stream.end(body)
  })
}

// ---- The forms

/** What a call came to, whatever form it was in. */
export interface Outcome {
  readonly raw: RawReply
  /** The fault of the call as a whole; null for an answer, also one that refuses each key. */
  readonly fault: { readonly code: Code; readonly message: string } | null
  /** The answer in protobuf's JSON; null where there is none. */
  readonly answer: JsonValue
}

export interface WireForm {
  readonly name: string
  readonly version: HttpVersion
  readonly request: (method: DescMethodUnary, message: JsonValue, headers?: Record<string, string>) => RawRequest
  /** Read a reply. Throws where it is not what this form prescribes. */
  readonly read: (method: DescMethodUnary, reply: RawReply) => Outcome
}

const pathOf = ({ parent, name }: DescMethodUnary): string => `/${parent.typeName}/${name}`
const encode = ({ input }: DescMethodUnary, message: JsonValue): Uint8Array =>
  toBinary(input, fromJson(input, message, { ignoreUnknownFields: true }))
const decode = ({ output }: DescMethodUnary, bytes: Uint8Array): JsonValue => toJson(output, fromBinary(output, bytes))

/** SPEC: the Connect protocol, section "Error Codes". */
const httpStatuses: Readonly<Partial<Record<Code, number>>> = {
  [Code.InvalidArgument]: 400,
  [Code.Unauthenticated]: 401,
  [Code.PermissionDenied]: 403,
  [Code.NotFound]: 404,
  [Code.ResourceExhausted]: 429,
  [Code.Internal]: 500,
  [Code.Unimplemented]: 501,
  [Code.Unavailable]: 503,
  [Code.DeadlineExceeded]: 504,
}

function readConnect(type: string, decodeAnswer: (bytes: Uint8Array) => JsonValue, raw: RawReply): Outcome {
  if (raw.status === 200) {
    want(raw.headers['content-type'] === type, `content type ${type}`, raw)
    return { raw, fault: null, answer: decodeAnswer(raw.body) }
  }
  want(raw.headers['content-type'] === 'application/json', 'an error in JSON', raw)
  const { code: name, message } = JSON.parse(fromUtf8(raw.body)) as { code: string; message: string }
  const code = codeNamed(name)
  want(httpStatuses[code] === raw.status, `status ${httpStatuses[code]}`, raw)
  return { raw, fault: { code, message }, answer: null }
}

function codeNamed(name: string): Code {
  const pascal = name.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return Code[pascal as keyof typeof Code]
}

/** One length-prefixed message. SPEC: gRPC over HTTP/2, section "Length-Prefixed-Message". */
export function envelope(bytes: Uint8Array, flag = 0, length = bytes.length): Uint8Array {
  const head = new Uint8Array(5)
  head[0] = flag
  new DataView(head.buffer).setUint32(1, length)
  return concat(head, bytes)
}

function envelopes(bytes: Uint8Array): readonly { readonly flag: number; readonly data: Uint8Array }[] {
  const found = []
  for (let rest = bytes; rest.length > 0;) {
    const length = new DataView(rest.buffer, rest.byteOffset).getUint32(1)
    found.push({ flag: rest[0] ?? 0, data: rest.subarray(5, 5 + length) })
    rest = rest.subarray(5 + length)
  }
  return found
}

function readGrpc(
  method: DescMethodUnary,
  raw: RawReply,
  messages: readonly Uint8Array[],
  status: { readonly code: string | undefined; readonly message: string | undefined },
): Outcome {
  want(raw.status === 200, 'status 200, whatever became of the call', raw)
  want(status.code !== undefined, 'grpc-status', raw)
  const code = Number(status.code)
  if (code !== 0) {
    want(messages.length === 0, 'no message beside an error', raw)
    return { raw, fault: { code, message: decodeURIComponent(status.message ?? '') }, answer: null }
  }
  const [first, ...others] = messages
  want(first !== undefined && others.length === 0, 'one message', raw)
  return { raw, fault: null, answer: decode(method, first ?? new Uint8Array()) }
}

const text = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value)

function want(isSo: boolean, what: string, raw: RawReply): void {
  if (isSo) return
  throw new Error(`want ${what}, got ${raw.status} ${JSON.stringify(raw.headers)} ${fromUtf8(raw.body).slice(0, 200)}`)
}

function connectJson(version: HttpVersion, name = 'Connect JSON', path = pathOf): WireForm {
  return {
    name,
    version,
    request: (method, message, headers = {}) => ({
      method: 'POST',
      path: path(method),
      headers: { 'content-type': 'application/json', ...headers },
      body: utf8(JSON.stringify(message)),
    }),
    read: ({ output }, raw) =>
      readConnect(
        'application/json',
        (bytes) => toJson(output, fromJson(output, JSON.parse(fromUtf8(bytes)) as JsonValue)),
        raw,
      ),
  }
}

function connectProto(version: HttpVersion): WireForm {
  return {
    name: 'Connect protobuf',
    version,
    request: (method, message, headers = {}) => ({
      method: 'POST',
      path: pathOf(method),
      headers: { 'content-type': 'application/proto', 'connect-protocol-version': '1', ...headers },
      body: encode(method, message),
    }),
    read: (method, raw) => readConnect('application/proto', (bytes) => decode(method, bytes), raw),
  }
}

/** SPEC: the Connect protocol, section "Unary-Get-Request". */
function connectGet(version: HttpVersion): WireForm {
  return {
    name: 'Connect GET',
    version,
    request: (method, message, headers = {}) => {
      const query = `connect=v1&encoding=proto&base64=1&message=${Buffer.from(encode(method, message)).toString('base64url')}`
      return { method: 'GET', path: `${pathOf(method)}?${query}`, headers }
    },
    read: (method, raw) => readConnect('application/proto', (bytes) => decode(method, bytes), raw),
  }
}

const grpc: WireForm = {
  name: 'gRPC',
  version: '2',
  request: (method, message, headers = {}) => ({
    method: 'POST',
    path: pathOf(method),
    headers: { 'content-type': 'application/grpc', te: 'trailers', ...headers },
    body: envelope(encode(method, message)),
  }),
  read(method, raw) {
    want(text(raw.headers['content-type'])?.startsWith('application/grpc') === true, 'a content type of gRPC', raw)
    const found = { ...raw.headers, ...raw.trailers }
    const status = { code: text(found['grpc-status']), message: text(found['grpc-message']) }
    return readGrpc(
      method,
      raw,
      envelopes(raw.body).map(({ data }) => data),
      status,
    )
  },
}

function grpcWeb(version: HttpVersion): WireForm {
  return {
    name: 'gRPC-Web',
    version,
    request: (method, message, headers = {}) => ({
      method: 'POST',
      path: pathOf(method),
      headers: { 'content-type': 'application/grpc-web+proto', 'x-grpc-web': '1', ...headers },
      body: envelope(encode(method, message)),
    }),
    read(method, raw) {
      want(
        text(raw.headers['content-type'])?.startsWith('application/grpc-web') === true,
        'a content type of gRPC-Web',
        raw,
      )
      const all = envelopes(raw.body)
      // SPEC: gRPC-Web, section "Protocol differences": the last frame, marked by its highest bit, has the trailers.
      const last = all.find(({ flag }) => flag === 0x80)
      const lines = new Headers(
        fromUtf8(last?.data ?? new Uint8Array())
          .split('\r\n')
          .filter((line) => line !== '')
          .map((line): [string, string] => {
            const colon = line.indexOf(':')
            return [line.slice(0, colon), line.slice(colon + 1).trim()]
          }),
      )
      const status = { code: lines.get('grpc-status') ?? undefined, message: lines.get('grpc-message') ?? undefined }
      return readGrpc(
        method,
        raw,
        all.filter((one) => one !== last).map(({ data }) => data),
        status,
      )
    },
  }
}

/** Forms of a call that changes or releases something. */
export const callForms: readonly WireForm[] = [
  connectJson('1.1'),
  connectJson('2'),
  connectProto('1.1'),
  connectProto('2'),
  grpc,
  grpcWeb('1.1'),
  grpcWeb('2'),
]
/** And those of a call that only reads. */
export const readForms: readonly WireForm[] = [...callForms, connectGet('1.1'), connectGet('2')]
/** Rewrap at the address of the first clients. */
export const rewrapAlias: WireForm = connectJson('1.1', 'the older address', () => '/kas/v2/rewrap')

export const named = ({ name, version }: WireForm): string => `${name} over HTTP/${version}`

/** Call a method in a form. */
export async function callIn(
  form: WireForm,
  place: Place,
  method: DescMethodUnary,
  message: JsonValue,
  headers: Record<string, string> = {},
): Promise<Outcome> {
  return form.read(method, await sendRaw(place, form.version, form.request(method, message, headers)))
}
