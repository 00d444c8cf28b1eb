// What an outsider knows: everything that was asked of the gate, everything that it acknowledged, every key that it gave and every
// checkpoint that it showed. It is kept where no fault of the gate reaches it, and it alone says what must be there.

import { createWriteStream } from 'node:fs'
import type { Receipt } from '@sallyport/protocol/ledger'

export interface Acknowledgement {
  readonly what: string
  readonly receipt: Receipt
}

export interface ReleasedKey {
  readonly personId: string
  readonly fileId: string
  readonly decision: string | null
  /** Whether it is the key that the file was sealed with. */
  readonly isRight: boolean
  /** Of this process's monotonic clock, as every other time here. */
  readonly sentAt: number
}

/** A person or a file for whom nothing may be released to requests that are sent after this. */
export interface Ending {
  readonly about: 'person' | 'file'
  readonly id: string
  readonly entryId: string
  readonly acknowledgedAt: number
}

/** Something that was made, and every state that it was to enter, in order. */
export interface Thing {
  readonly kind: 'person' | 'file'
  readonly id: string
  /** SHA-256 of a file's container, in hex; null before anything was sent. */
  readonly sha256: string | null
  readonly states: string[]
  /** Index of the last state that was acknowledged; those behind it were asked for, and nobody knows whether they came about. */
  settled: number
  /** Whether it has moved since somebody looked at it. */
  isTouched: boolean
}

/** The states in which it may be. */
export function mayBe({ states, settled }: Thing): readonly string[] {
  return states.slice(settled)
}

export interface Counts {
  asked: number
  acknowledged: number
  /** Refused in the words of a 503. */
  unavailable: number
  /** No answer, or half of one. */
  lost: number
  /** Refused to somebody who was ended, or for a file that was deleted. */
  refused: number
}

export interface Journal {
  readonly counts: Counts
  readonly acknowledged: readonly Acknowledgement[]
  readonly keys: readonly ReleasedKey[]
  readonly endings: readonly Ending[]
  readonly things: ReadonlyMap<string, Thing>
  /** Signed notes, as they were shown, in the order in which they came. */
  readonly checkpoints: readonly string[]
  /** Answers that no fault explains, in words. */
  readonly strange: readonly string[]
  ask(what: string): void
  acknowledge(what: string, receipt: Receipt): void
  release(key: ReleasedKey): void
  end(ending: Ending): void
  keep(thing: Thing): void
  see(checkpoint: string): void
  wonder(what: string): void
  count(outcome: 'unavailable' | 'lost' | 'refused'): void
  close(): Promise<void>
}

/** Begin a journal that is also written to a file, line by line, as it grows. */
export function openJournal(path: string): Journal {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 })
  const counts = { asked: 0, acknowledged: 0, unavailable: 0, lost: 0, refused: 0 }
  const acknowledged: Acknowledgement[] = []
  const keys: ReleasedKey[] = []
  const endings: Ending[] = []
  const things = new Map<string, Thing>()
  const checkpoints: string[] = []
  const strange: string[] = []
  const note = (kind: string, value: unknown): void => {
    file.write(`${JSON.stringify({ at: performance.now(), [kind]: value })}\n`)
  }
  return {
    counts,
    acknowledged,
    keys,
    endings,
    things,
    checkpoints,
    strange,
    ask(what) {
      counts.asked++
      note('asked', what)
    },
    acknowledge(what, receipt) {
      counts.acknowledged++
      acknowledged.push({ what, receipt })
      note('acknowledged', { what, receipt })
    },
    release(key) {
      keys.push(key)
      note('released', key)
    },
    end(ending) {
      endings.push(ending)
      note('ended', ending)
    },
    keep: (thing) => void things.set(thing.id, thing),
    see(checkpoint) {
      if (checkpoint === checkpoints.at(-1)) return
      checkpoints.push(checkpoint)
      note('checkpoint', checkpoint)
    },
    wonder(what) {
      strange.push(what)
      note('strange', what)
    },
    count: (outcome) => void counts[outcome]++,
    close: () => new Promise((resolve) => file.end(resolve)),
  }
}
