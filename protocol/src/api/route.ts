// One route of the product API: method, path, what it takes, what it answers, and the action that decides it.

import type * as z from 'zod'
import type { Action } from '../decision.ts'
import { problems, type ProblemCode } from '../problems.ts'

interface Shape {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Path under the origin; parameters as `{name}`, one that may have slashes in it (RFC 6570) as `{+name}`. */
  readonly path: string
  readonly summary: string
  /** Parameters after the question mark, none unless it is here; any other is refused. */
  readonly query?: z.ZodObject
  /** JSON body, or `bytes` for a stream of octets. */
  readonly body?: z.ZodType | 'bytes'
  readonly answer: z.ZodType | 'bytes' | 'text'
  /** Whether it answers with an ETag, and to whoever has that with 304. Whoever is answered so was decided about like anybody else. */
  readonly isCached?: true
  /** Whether it changes a thing that has a version, and does so only to the one of `If-Match` where that is sent. */
  readonly takesIfMatch?: true
  /** Whether its answer may hold what is shown once: that is kept nowhere, not for whoever repeats the call either. */
  readonly isShownOnce?: true
  /** What can go wrong besides what follows from the members above; see `problemsOf`. */
  readonly problems?: readonly ProblemCode[]
}

interface Decided extends Shape {
  /** The action that is decided before anything is done or shown. */
  readonly access: Action
  /** Decided thing by thing: whoever is on the roster gets what came through, which can be nothing. */
  readonly isFiltered?: true
}

interface Undecided extends Shape {
  /** `none` needs no sign-in; `signed-in` needs no decision beyond the token. */
  readonly access: 'none' | 'signed-in'
  /** Why nothing is decided. */
  readonly why: string
}

/** INVARIANT: I1, every route names the action that is decided, or says why none is. */
export type Route = Decided | Undecided

/** List every problem that a route answers with, by status. A gate that answers with another breaks its description. */
export function problemsOf(route: Route): readonly ProblemCode[] {
  const { access, body, path } = route
  const codes = new Set<ProblemCode>(['invalid-request', 'internal', 'unavailable', ...(route.problems ?? [])])
  if (access !== 'none') codes.add('not-signed-in')
  if (access !== 'none' && access !== 'signed-in') codes.add('refused')
  if (path.includes('{')) codes.add('not-found')
  if (route.takesIfMatch) codes.add('precondition-failed')
  if (body !== undefined) codes.add('too-large').add('unsupported-media-type')
  if (body === 'bytes') codes.add('invalid-file')
  if (takesKey(route)) codes.add('conflict').add('key-reused')
  return [...codes].sort((one, other) => problems[one].status - problems[other].status)
}

/**
 * Tell whether a call of a route may have a key (`Idempotency-Key`), so that it is done once however often it is sent. Octets have none:
 * a spreadsheet is applied by the digest of what it changes, and a container is stored under the digest of what it is.
 */
export function takesKey({ method, access, body, answer }: Route): boolean {
  const isChange = method === 'POST' || method === 'DELETE'
  return isChange && access !== 'none' && body !== 'bytes' && typeof answer === 'object'
}
