// The version that a change is meant for, as whoever asks for it read it before.

import { Problem } from '@sallyport/protocol'

/** Any of these versions of the thing; null where whoever asks names none. */
export type IfMatch = readonly number[] | null

/**
 * Hold a thing, which the caller keeps from changing, to the version that a change is meant for. Throws Problem `precondition-failed`
 * when it is another by now.
 */
export function mustMatch(version: number, wanted: IfMatch | undefined, thing: 'person' | 'authorization'): void {
  if (wanted === null || wanted === undefined || wanted.includes(version)) return
  const named = wanted.length === 0 ? 'a tag of no version' : `version ${wanted.join(' or ')}`
  throw new Problem(
    'precondition-failed',
    `cannot change ${thing}: it is version ${version} by now, want it read again before it is changed; If-Match named ${named}`,
  )
}
