// How much evidence a gate makes at once and in an hour. ATTACKER: a reader whose permits are good, and who asks for everything
// again and again so that nothing else gets done. It holds for each process of a gate by itself.

import { Problem, type Id } from '@sallyport/protocol'
import type { Clock } from '../base/index.ts'

export interface PacketTurns {
  /** Begin a packet. Throws Problem `too-many-requests`. */
  begin(person: Id<'person'>): Turn
  /** How far the packet of a person is that this process makes; null where it makes none. */
  progress(person: Id<'person'>): Gathering | null
}

/** Positions of the ledger that were gone through, of those that are to be. */
export interface Gathering {
  readonly done: number
  readonly of: number
}

export interface Turn {
  /** Count entries as read. Throws Problem `too-many-requests` where they are more than one person has in an hour. */
  count(entries: number): void
  /** Say how far it is. */
  reach(progress: Gathering): void
  end(): void
}

export const turnLimits = { atOnce: 2, entriesPerHour: 1_000_000 }
const hourMs = 3_600_000

interface Spent {
  readonly atMs: number
  readonly entries: number
}

export function packetTurns(clock: Clock, limits = turnLimits): PacketTurns {
  const under = new Map<Id<'person'>, Gathering>()
  const spent = new Map<Id<'person'>, Spent[]>()
  const recent = (person: Id<'person'>): Spent[] => {
    const kept = (spent.get(person) ?? []).filter(({ atMs }) => clock.monotonic() - atMs < hourMs)
    spent.set(person, kept)
    return kept
  }
  return {
    progress: (person) => under.get(person) ?? null,
    begin(person) {
      if (under.has(person)) throw tooMany('one of yours is being made, want to wait until it is there')
      if (under.size >= limits.atOnce) throw tooMany('others are being made, want to try again in a minute')
      refuseOver(recent(person), limits.entriesPerHour)
      under.set(person, { done: 0, of: 0 })
      return {
        count(entries) {
          const list = recent(person)
          list.push({ atMs: clock.monotonic(), entries })
          refuseOver(list, limits.entriesPerHour)
        },
        reach: (progress) => void under.set(person, progress),
        end: () => void under.delete(person),
      }
    },
  }
}

function refuseOver(list: readonly Spent[], limit: number): void {
  if (list.reduce((sum, { entries }) => sum + entries, 0) <= limit) return
  throw tooMany(`you were given ${limit} entries in the last hour, want to wait, or an export of the ledger`)
}

function tooMany(state: string): Problem {
  return new Problem('too-many-requests', `cannot make packet: ${state}`)
}
