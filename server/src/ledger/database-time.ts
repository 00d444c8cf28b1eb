// The time of entries is the database's. Asking for it before every shared append would cost as much as a third of the
// append itself, so that each answer also carries the time, and the monotonic clock counts on from there for a while.

import type { Clock } from '../base/index.ts'

const maxCarryMs = 1000

export class DatabaseTime {
  readonly #clock: Clock
  #learned: { readonly atMs: number; readonly when: number } | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Take in what the database's clock said in an answer that came just now. */
  learn(atMs: number): void {
    this.#learned = { atMs, when: this.#clock.monotonic() }
  }

  /** Milliseconds since the Unix epoch, behind the database by at most its answer's way; null when it must be asked. */
  now(): number | null {
    if (this.#learned === null) return null
    const passed = this.#clock.monotonic() - this.#learned.when
    return passed > maxCarryMs ? null : Math.floor(this.#learned.atMs + passed)
  }
}
