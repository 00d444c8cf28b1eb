// Rows as transactions fight over them in PostgreSQL's READ COMMITTED: everybody reads what is committed and what they wrote
// themselves; whoever writes a row that another writes or holds waits for that other's end, and then looks at the row again.

import type { Row } from '../../server/src/base/index.ts'

/** One row, or the place where one would be. */
export interface Slot<T = unknown> {
  committed: T | null
  writer: Tx | null
  /** What the writer made of it; null once it is deleted. */
  written: T | null
  readonly sharers: Set<Tx>
  /** Who waits for it, first come first. */
  readonly queue: Waiting[]
}

export interface Tx {
  readonly id: number
  readonly process: number
  readonly touched: Set<Slot>
  isOpen: boolean
  /** A statement failed; nothing but the end is left. */
  hasFailed: boolean
  /** The row that its statement waits for. */
  waitsFor: Slot | null
  readonly commits: (() => void)[]
}

/** A statement under way: yields the row that it has to wait for. */
export type Work = Generator<Slot, readonly Row[], void>
export type Outcome = { readonly rows: readonly Row[] } | { readonly error: unknown }

interface Waiting {
  readonly tx: Tx
  readonly work: Work
  readonly settled: (outcome: Outcome) => void
}

export function slotOf<T>(committed: T | null): Slot<T> {
  return { committed, writer: null, written: null, sharers: new Set(), queue: [] }
}

/** What a transaction sees of a row now. */
export function seen<T>(slot: Slot<T>, tx: Tx): T | null {
  return slot.writer === tx ? slot.written : slot.committed
}

/** Wait until nobody else writes or holds the row. What it is by then may be another thing than before. */
export function* toWrite(slot: Slot, tx: Tx): Generator<Slot, void, void> {
  while ((slot.writer !== null && slot.writer !== tx) || [...slot.sharers].some((other) => other !== tx)) yield slot
}

/** Wait until nobody else writes the row, and hold it so. Others may hold it as well, and need not wait for who waits. */
export function* toShare(slot: Slot, tx: Tx): Generator<Slot, void, void> {
  while (slot.writer !== null && slot.writer !== tx) yield slot
  slot.sharers.add(tx)
  tx.touched.add(slot)
}

/** Write a row that nobody else writes or holds. */
export function write<T>(slot: Slot<T>, tx: Tx, value: T | null): void {
  slot.writer = tx
  slot.written = value
  tx.touched.add(slot)
}

/** Run a statement as far as it goes: to its end, or to a row that it has to wait for. Tells whether it ended. */
export function run(tx: Tx, work: Work, settled: (outcome: Outcome) => void): boolean {
  return goOn({ tx, work, settled }, (slot, waiting) => slot.queue.push(waiting))
}

function goOn(waiting: Waiting, wait: (slot: Slot, waiting: Waiting) => void): boolean {
  waiting.tx.waitsFor = null
  let next: IteratorResult<Slot, readonly Row[]>
  try {
    next = waiting.work.next()
  } catch (error) {
    waiting.tx.hasFailed = true
    waiting.settled({ error })
    return true
  }
  if (next.done !== true) {
    waiting.tx.waitsFor = next.value
    wait(next.value, waiting)
    return false
  }
  waiting.settled({ rows: next.value })
  return true
}

/** End a transaction, and let whoever waited for its rows go on, first come first. */
export function end(tx: Tx, isCommitted: boolean): void {
  if (!tx.isOpen) return
  tx.isOpen = false
  const { waitsFor } = tx
  tx.waitsFor = null
  if (waitsFor !== null) remove(waitsFor.queue, tx)?.settled({ error: new Error('ended while it waited') })
  for (const slot of tx.touched) {
    if (slot.writer === tx) {
      if (isCommitted) slot.committed = slot.written
      slot.writer = null
      slot.written = null
    }
    slot.sharers.delete(tx)
  }
  if (isCommitted) for (const told of tx.commits) told()
  for (const slot of tx.touched) wake(slot)
  // Whoever stood behind it may be next.
  if (waitsFor !== null) wake(waitsFor)
}

function remove(queue: Waiting[], tx: Tx): Waiting | undefined {
  const at = queue.findIndex((one) => one.tx === tx)
  return at < 0 ? undefined : queue.splice(at, 1)[0]
}

function wake(slot: Slot): void {
  for (let [first] = slot.queue; first !== undefined; [first] = slot.queue) {
    slot.queue.shift()
    let isFirstAgain = false
    goOn(first, (other, waiting) => {
      isFirstAgain = other === slot
      if (isFirstAgain) slot.queue.unshift(waiting)
      else other.queue.push(waiting)
    })
    // Whoever stands behind the first waits for it, whatever they want of the row.
    if (isFirstAgain) return
  }
}
