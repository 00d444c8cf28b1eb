// Problems: what goes wrong, as one closed table. A refusal by decision is a value (see decision.ts); a problem is thrown.
// On the wire it is RFC 9457 problem+json, its type `urn:sallyport:problem:<code>`.

export const problems = {
  'invalid-request': { status: 400, title: 'The request is not well formed' },
  'not-signed-in': { status: 401, title: 'Sign in first' },
  refused: { status: 403, title: 'Refused by decision' },
  'not-found': { status: 404, title: 'There is no such thing, or you may not know of it' },
  conflict: { status: 409, title: 'The thing has changed or already exists' },
  'precondition-failed': { status: 412, title: 'The thing is another version by now' },
  'too-large': { status: 413, title: 'The request is larger than this boundary takes' },
  'unsupported-media-type': { status: 415, title: 'The content type is not one that this boundary reads' },
  'invalid-file': { status: 422, title: 'The file is damaged, altered or not one that can be trusted' },
  'key-reused': { status: 422, title: 'The idempotency key was given to another request' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'A fault of the gate itself' },
  unavailable: { status: 503, title: 'The gate cannot decide right now, so it refuses' },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemCode = keyof typeof problems

/**
 * A fault with a code of the closed table. The message reads `cannot <verb> <thing>: <state>, want <state>`:
 * lower case, no secrets, no technical data. `details` are shown to the caller.
 */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: ProblemCode,
    message: string,
    options: { details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Problem'
    this.code = code
    this.details = options.details ?? {}
  }

  get status(): number {
    return problems[this.code].status
  }
}
