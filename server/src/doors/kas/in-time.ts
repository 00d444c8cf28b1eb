// ATTACKER: a call is held in memory until it is there as a whole, so one that dribbles in would be held for as long.

import { Code, ConnectError } from '@connectrpc/connect'
import type { UniversalServerRequest } from '@connectrpc/connect/protocol'

/** The same request, whose body fails with `deadline_exceeded` unless it is there as a whole within the time. */
export function inTime(request: UniversalServerRequest, limitMs: number): UniversalServerRequest {
  const { body } = request
  if (typeof body !== 'object' || body === null || !(Symbol.asyncIterator in body)) return request
  return { ...request, body: limited(body, limitMs) }
}

async function* limited(body: AsyncIterable<Uint8Array>, limitMs: number): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]()
  const late = Promise.withResolvers<never>()
  late.promise.catch(() => undefined)
  const timer = setTimeout(() => {
    late.reject(new ConnectError('the request did not arrive in time', Code.DeadlineExceeded))
  }, limitMs)
  try {
    for (;;) {
      const next = await Promise.race([chunks.next(), late.promise])
      if (next.done === true) return
      yield next.value
    }
  } finally {
    clearTimeout(timer)
  }
}
