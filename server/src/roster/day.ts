// Days that people write down, against the clock of the database.

import { Problem } from '@sallyport/protocol'

// At UTC+14:00 a day begins before it does anywhere else.
const earliestZoneMs = 14 * 3_600_000

/** Tell whether an ISO 8601 day has begun nowhere on Earth yet. `atMs` is by the database's clock. */
export function isYetToCome(day: string, atMs: number): boolean {
  return day > new Date(atMs + earliestZoneMs).toISOString().slice(0, 10)
}

/** Throws Problem `invalid-request` for a day that is yet to come: what is recorded has happened. Null is no day. */
export function mustHaveBegun(day: string | null | undefined, what: string, atMs: number): void {
  if (day === null || day === undefined || !isYetToCome(day, atMs)) return
  throw new Problem('invalid-request', `cannot record ${what}: ${day} is yet to come, want the day on which it was`)
}
