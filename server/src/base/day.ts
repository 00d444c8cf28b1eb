// Days that people write down, against the clock of the database.

// At UTC+14:00 a day begins before it does anywhere else.
const earliestZoneMs = 14 * 3_600_000

/** Tell whether an ISO 8601 day has begun nowhere on Earth yet. `atMs` is by the database's clock. */
export function isYetToCome(day: string, atMs: number): boolean {
  return day > new Date(atMs + earliestZoneMs).toISOString().slice(0, 10)
}
