// Days that are recorded of people.

import { Problem } from '@sallyport/protocol'
import { isYetToCome } from '../base/index.ts'

/** Throws Problem `invalid-request` for a day that is yet to come: what is recorded has happened. Null is no day. */
export function mustHaveBegun(day: string | null | undefined, what: string, atMs: number): void {
  if (day === null || day === undefined || !isYetToCome(day, atMs)) return
  throw new Problem('invalid-request', `cannot record ${what}: ${day} is yet to come, want the day on which it was`)
}
