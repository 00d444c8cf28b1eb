// One act at the gate's API, with all that the journal must know of it: that it was asked, and what came of it.

import { createHash } from 'node:crypto'
import { parseReceipt } from '@sallyport/protocol/ledger'
import * as z from 'zod'
import type { GateClient } from '../test/gate.ts'
import type { Journal, Thing } from './journal.ts'
import type { Site } from './site.ts'

/** Raised where an act was not acknowledged, whether or not it was done. The journal knows it already. */
export class Unacknowledged extends Error {}

export interface Actor {
  readonly site: Site
  readonly client: GateClient
  readonly journal: Journal
}

interface Act<S extends z.ZodType> {
  readonly person: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** What follows /api/v1. */
  readonly path: string
  readonly shape: S
  readonly body?: unknown
}

const receipted = z.object({ receipt: z.unknown() })

/** Do it. Yields the answer to an act that was acknowledged; throws Unacknowledged otherwise. */
export async function act<S extends z.ZodType>(actor: Actor, what: string, wanted: Act<S>): Promise<z.output<S>> {
  const { site, client, journal } = actor
  const { person, method, path, shape, body } = wanted
  const isOctets = body instanceof Uint8Array
  journal.ask(`${what}: ${person} ${method} ${path}`)
  const sent =
    body === undefined
      ? {}
      : {
          headers: { 'content-type': isOctets ? 'application/octet-stream' : 'application/json' },
          body: isOctets ? body : JSON.stringify(body),
        }
  const reply = await client
    .call(method, `/api/v1${path}`, { token: await site.token(person), ...sent })
    .catch((error: unknown) => lost(journal, what, error))
  if (reply.status === 503) {
    journal.count('unavailable')
    if (!isInWords(reply.text)) journal.wonder(`${what}: 503 without words: ${reply.text}`)
    throw new Unacknowledged(what)
  }
  // Tokens of another time are not believed, and what was asked for then has expired.
  if (site.wasClockSet() && [401, 403, 409].includes(reply.status)) {
    journal.count('refused')
    throw new Unacknowledged(what)
  }
  if (reply.status !== 200) {
    journal.wonder(`${what}: ${reply.status} ${reply.text}`)
    throw new Unacknowledged(what)
  }
  const value = shape.parse(reply.value)
  const receipt = parseReceipt(receipted.safeParse(reply.value).data?.receipt)
  if (receipt !== null) journal.acknowledge(what, receipt)
  else if (method !== 'GET') journal.wonder(`${what}: acknowledged without a receipt`)
  return value
}

function isInWords(text: string): boolean {
  return /"detail":"[^"]{10,}/.test(text) || /unavailable/i.test(text)
}

/** Tell a connection that broke from an answer that should never have come. */
export function lost(journal: Journal, what: string, error: unknown): never {
  const text = error instanceof Error ? error.message : String(error)
  const isBroken = error instanceof Error && ('code' in error || /broke off|was silent|hang up|aborted/.test(text))
  if (isBroken) journal.count('lost')
  else journal.wonder(`${what}: ${text}`)
  throw new Unacknowledged(what)
}

/** Begin a thing in the state that was acknowledged. */
export function made(kind: Thing['kind'], id: string, state: string, sha256: string | null = null): Thing {
  return { kind, id, sha256, states: [state], settled: 0, isTouched: true }
}

/** Do what moves a thing to another state: until that is acknowledged, the thing may be in either. */
export async function moving<T>(thing: Thing, to: string, work: () => Promise<T>): Promise<T> {
  thing.isTouched = true
  thing.states.push(to)
  const done = await work()
  thing.settled = thing.states.length - 1
  return done
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
