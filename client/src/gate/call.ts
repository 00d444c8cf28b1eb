// The product API as typed calls, written from its table of routes: parameters come from the path, answers are parsed.

import { createHash, randomUUID } from 'node:crypto'
import { Readable, Transform, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { actions, Problem } from '@sallyport/protocol'
import { routes, takesKey, type Route, type RouteName } from '@sallyport/protocol/api'
import type * as z from 'zod'
import { readText, unreachable, type Connection, type Reply, type Request } from './connection.ts'
import { unsuccessful, type Outcome } from './outcome.ts'

type Table = typeof routes
type Names<Path> = Path extends `${string}{${infer Name}}${infer Rest}` ? Bare<Name> | Names<Rest> : never
type Bare<Name> = Name extends `+${infer Name}` ? Name : Name
type Body<N extends RouteName> = Table[N] extends { readonly body: infer B } ? B : null

/** Routes that answer with one value; the others carry octets. */
export type CallName = {
  [N in RouteName]: Table[N]['answer'] extends 'bytes' ? never : Body<N> extends 'bytes' ? never : N
}[RouteName]
/** Routes that take octets and answer with one value, besides the upload of a file, which has its own check. */
export type SendName = Exclude<
  { [N in RouteName]: Table[N]['answer'] extends 'bytes' ? never : Body<N> extends 'bytes' ? N : never }[RouteName],
  'storeFile'
>
export type DownloadName = { [N in RouteName]: Table[N]['answer'] extends 'bytes' ? N : never }[RouteName]

export type AnswerOf<N extends RouteName> = Table[N]['answer'] extends z.ZodType ? z.output<Table[N]['answer']> : string
type Params<N extends RouteName> = [Names<Table[N]['path']>] extends [never]
  ? { readonly params?: undefined }
  : { readonly params: Readonly<Record<Names<Table[N]['path']>, string>> }
export type InputOf<N extends RouteName> = Params<N> & {
  readonly query?: Readonly<Record<string, string>>
} & (Body<N> extends z.ZodType ? { readonly body: z.input<Body<N>> } : { readonly body?: undefined })

/** Told how many octets have gone, and of how many when that is known. */
export type Progress = (doneBytes: number, totalBytes: number | null) => void

const maxAnswerBytes = 64 * 1024 * 1024

/** Call a route. Resolves to its parsed answer or to a refusal; throws Problem for everything else. */
export async function call<N extends CallName>(
  connection: Connection,
  name: N,
  input: InputOf<N>,
): Promise<Outcome<AnswerOf<N>>> {
  const route: Route = routes[name]
  const what = titleOf(route)
  const json = input.body === undefined ? null : JSON.stringify(input.body)
  // One key for every attempt: what the gate has done already it answers again and does not do again.
  const key = takesKey(route) ? { 'idempotency-key': `"${randomUUID()}"` } : {}
  const request = {
    ...addressed(route, input),
    headers: { ...(json === null ? {} : { 'content-type': 'application/json' }), ...key },
    ...(json === null ? {} : { body: () => json }),
  }
  const { reply, body } = await sentThrough(connection, request, takesKey(route))
  if (!isSuccess(reply)) return unsuccessful(reply.status, body, what)
  return { outcome: 'answered', value: parsed(route, body, what) as AnswerOf<N> }
}

/** Codes of a connection that was there and broke. */
const cut = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_ABORTED'])
const attemptsWhenCut = 3

/** Send a request and read its answer; once more, and once more again, where the connection breaks and it is done once all the same. */
async function sentThrough(
  connection: Connection,
  request: Request,
  isDoneOnce: boolean,
): Promise<{ reply: Reply; body: string }> {
  for (let attempt = 1; ; attempt++) {
    try {
      const reply = await connection.send(request)
      return { reply, body: await readText(reply, maxAnswerBytes, request.what) }
    } catch (error) {
      const isCut = error instanceof Problem && cut.has(String(error.details['code']))
      if (!isCut || !isDoneOnce || attempt === attemptsWhenCut) throw error
      await connection.clock.sleep(1000)
    }
  }
}

/**
 * Upload the sealed container of a reserved file. `content` opens it anew for each attempt and must yield `size` octets. The gate
 * must answer with the SHA-256 of exactly these octets, otherwise Problem invalid-file is thrown. Where `sha256` is given, octets
 * of another digest are never whole for the gate: the last of them stay here, and the same Problem is thrown.
 */
export async function upload(
  connection: Connection,
  input: { fileId: string; size: number; content: () => Readable; progress?: Progress; sha256?: string | null },
): Promise<Outcome<AnswerOf<'storeFile'>>> {
  const { fileId, size, content, progress, sha256 = null } = input
  const route: Route = routes.storeFile
  const what = titleOf(route)
  let digest = ''
  const reply = await connection.send({
    ...addressed(route, { params: { fileId } }),
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(size) },
    body: () => {
      const hash = createHash('sha256')
      const metered = meter(size, progress, (chunk) => hash.update(chunk))
      const checked = holdingLast(() => {
        digest = hash.digest('hex')
        if (sha256 === null || digest === sha256) return null
        return new Problem('invalid-file', `cannot ${what}: it is not what was sealed, want the same digest`)
      })
      // A failure of any of them destroys the others, and undici reports it as the failure of the request.
      void pipeline(content(), metered, checked).catch(() => undefined)
      return checked
    },
  })
  const body = await readText(reply, maxAnswerBytes, what)
  if (!isSuccess(reply)) return unsuccessful(reply.status, body, what)
  const value = parsed(route, body, what) as AnswerOf<'storeFile'>
  if (value.file.sha256 !== digest) {
    throw new Problem(
      'invalid-file',
      `cannot ${what}: the gate stored other octets than were sent, want the same digest`,
    )
  }
  return { outcome: 'answered', value }
}

/** Send octets to a route. Resolves to its parsed answer or to a refusal; throws Problem for everything else. */
export async function send<N extends SendName>(
  connection: Connection,
  name: N,
  input: {
    readonly query?: Readonly<Record<string, string>>
    readonly content: Uint8Array
    readonly progress?: Progress
  },
): Promise<Outcome<AnswerOf<N>>> {
  const { query, content, progress } = input
  const route: Route = routes[name]
  const what = titleOf(route)
  const reply = await connection.send({
    ...addressed(route, query === undefined ? {} : { query }),
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(content.length) },
    body: () => Readable.from(inPieces(content)).pipe(meter(content.length, progress, () => undefined)),
  })
  const body = await readText(reply, maxAnswerBytes, what)
  if (!isSuccess(reply)) return unsuccessful(reply.status, body, what)
  return { outcome: 'answered', value: parsed(route, body, what) as AnswerOf<N> }
}

function* inPieces(content: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536)
}

/** Download octets into `sink`, which is ended. Resolves to their count, or to a refusal with nothing written. */
export async function download<N extends DownloadName>(
  connection: Connection,
  name: N,
  input: InputOf<N> & { readonly sink: Writable; readonly progress?: Progress },
): Promise<Outcome<{ bytes: number }>> {
  const route: Route = routes[name]
  const what = titleOf(route)
  const reply = await connection.send(addressed(route, input))
  if (!isSuccess(reply)) {
    input.sink.destroy()
    return unsuccessful(reply.status, await readText(reply, maxAnswerBytes, what), what)
  }
  const length = reply.headers['content-length']
  const total = length === undefined ? null : Number(length)
  let bytes = 0
  try {
    await pipeline(
      reply.body,
      meter(total, input.progress, (chunk) => (bytes += chunk.length)),
      input.sink,
    )
  } catch (cause) {
    throw unreachable(what, connection.origin, cause)
  }
  return { outcome: 'answered', value: { bytes } }
}

function addressed(
  route: Route,
  input: { params?: Readonly<Record<string, string>> | undefined; query?: Readonly<Record<string, string>> },
): Request {
  const path = route.path.replace(/\{(\+?)(\w+)\}/g, (_, plus: string, name: string) => {
    const encoded = encodeURIComponent(input.params?.[name] ?? '')
    return plus === '+' ? encoded.replaceAll('%2F', '/') : encoded
  })
  const query = new URLSearchParams(input.query).toString()
  return {
    method: route.method,
    path: query === '' ? path : `${path}?${query}`,
    signed: route.access !== 'none',
    repeatable: route.method !== 'POST',
    what: titleOf(route),
  }
}

function parsed(route: Route, body: string, what: string): unknown {
  if (typeof route.answer === 'string') return body
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch (cause) {
    throw new Problem('internal', `cannot ${what}: the gate's answer is not JSON, want the product API`, { cause })
  }
  const answer = route.answer.safeParse(value)
  if (answer.success) return answer.data
  const at = answer.error.issues[0]?.path.map(String).join('.') ?? ''
  throw new Problem(
    'internal',
    `cannot ${what}: the gate's answer has another shape at ${at || 'its root'}, want the same version of gate and client`,
  )
}

function meter(total: number | null, progress: Progress | undefined, see: (chunk: Buffer) => void): Transform {
  let done = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, next) {
      done += chunk.length
      see(chunk)
      progress?.(done, total)
      next(null, chunk)
    },
  })
}

/** Pass everything on but the last chunk, and that once `check` finds nothing against it. */
function holdingLast(check: () => Problem | null): Transform {
  let last: Buffer | null = null
  return new Transform({
    transform(chunk: Buffer, _encoding, next) {
      const before = last
      last = chunk
      next(null, before ?? undefined)
    },
    flush(done) {
      const problem = check()
      if (problem === null) done(null, last ?? undefined)
      else done(problem)
    },
  })
}

function isSuccess({ status }: Reply): boolean {
  return status >= 200 && status < 300
}

/** What a route does, as the verb of a sentence: `cannot <what>: ...`. */
function titleOf({ access }: Route): string {
  return access === 'none' || access === 'signed-in' ? 'ask the gate' : actions[access].title
}
