// One route of the product API: method, path, what it takes, what it answers, and the action that decides it.

import type * as z from 'zod'
import type { Action } from '../decision.ts'

interface Shape {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** Path under the origin; parameters as `{name}`. */
  readonly path: string
  readonly summary: string
  /** Parameters after the question mark, none unless it is here; any other is refused. */
  readonly query?: z.ZodObject
  /** JSON body, or `bytes` for a stream of octets. */
  readonly body?: z.ZodType | 'bytes'
  readonly answer: z.ZodType | 'bytes' | 'text'
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
