// One call of the product API.

import { calls } from './gen/calls.ts'
import type { operations } from './gen/schema.ts'
import { problemFrom } from './problem.ts'
import { keepReceipt } from './receipts.ts'
import { send } from './send.ts'

export type CallName = keyof typeof calls & keyof operations

type Json<T> = T extends { content: { 'application/json': infer Body } } ? Body : never
type Parameters<N extends CallName> = operations[N]['parameters']
export type AnswerOf<N extends CallName> = Json<operations[N]['responses'][200]>
export type BodyOf<N extends CallName> = operations[N] extends { requestBody: infer R } ? Json<R> : never
export type QueryOf<N extends CallName> = Parameters<N> extends { query?: infer Q } ? NonNullable<Q> : never

type Path<N extends CallName> =
  Parameters<N> extends { path: infer P } ? { readonly path: P } : { readonly path?: never }
type Query<N extends CallName> = [QueryOf<N>] extends [never]
  ? { readonly query?: never }
  : { readonly query?: QueryOf<N> }
type Body<N extends CallName> = [BodyOf<N>] extends [never]
  ? { readonly body?: Uint8Array<ArrayBuffer> }
  : { readonly body: BodyOf<N> }
export type InputOf<N extends CallName> = Path<N> & Query<N> & Body<N> & { readonly signal?: AbortSignal | undefined }

/**
 * Call a route by its operation id. `act` says in a few words what a change does; its receipt is kept under these words. Throws
 * GateProblem for a refusal by decision and for everything else that is no success.
 */
export async function call<N extends CallName>(
  name: N,
  input: InputOf<N>,
  act?: (answer: AnswerOf<N>) => string,
): Promise<AnswerOf<N>> {
  const response = await request(name, input)
  const answer = (await response.json()) as AnswerOf<N>
  if (act !== undefined) await keepReceipt(act(answer), answer)
  return answer
}

/** Call a route that answers with octets. */
export async function callForFile<N extends CallName>(name: N, input: InputOf<N>): Promise<Blob> {
  return await (await request(name, input)).blob()
}

/** Call a route that answers with octets, which come as they are read: whoever stops reading cancels the stream. */
export async function callForStream<N extends CallName>(
  name: N,
  input: InputOf<N>,
): Promise<ReadableStream<Uint8Array>> {
  return (await request(name, input)).body ?? new ReadableStream({ start: (controller) => controller.close() })
}

/** Call a route that takes octets, sent as `body` yields them; it is asked anew for each attempt. */
export async function callWithStream<N extends CallName>(
  name: N,
  input: Path<N> & { readonly body: () => ReadableStream<Uint8Array>; readonly signal?: AbortSignal },
): Promise<AnswerOf<N>> {
  return (await (await request(name, input)).json()) as AnswerOf<N>
}

async function request(name: CallName, input: unknown): Promise<Response> {
  const { method, path } = calls[name]
  const { path: params = {}, query = {}, body, signal } = input as Loose
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, value.toString()]])),
  ).toString()
  const address = path.replaceAll(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(params[key] ?? ''))
  const response = await send({
    method,
    path: search === '' ? address : `${address}?${search}`,
    body: body ?? null,
    signal: signal ?? null,
  })
  if (!response.ok) throw await problemFrom(response)
  return response
}

interface Loose {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: unknown
  readonly signal?: AbortSignal
}
