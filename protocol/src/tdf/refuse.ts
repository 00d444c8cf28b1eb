// The one shape in which a file is refused.

import { Problem } from '../problems.ts'

/** Make the problem for a file that cannot be trusted; `state` and `want` must hold nothing of its content. */
export function invalidFile(state: string, want: string, cause?: unknown): Problem {
  return new Problem('invalid-file', `cannot read tdf: ${state}, want ${want}`, cause === undefined ? {} : { cause })
}
