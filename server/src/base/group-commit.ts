// Many callers, one commit: what arrives while a flush is under way waits and goes together with the next one. Nobody
// waits for a timer: alone, an item goes at once, and under load the batches grow by themselves.

import { Problem } from '@sallyport/protocol'

export interface GroupCommitOptions<T, R> {
  /** Handle a batch entirely or throw: one result for each item, in order. */
  readonly flush: (items: readonly T[]) => Promise<readonly R[]>
  readonly maxBatch: number
  /** How many flushes may be under way at once. */
  readonly maxConcurrent: number
  /** How many items may wait, 10,000 unless told. */
  readonly maxWaiting?: number
}

interface Waiting<T, R> {
  readonly item: T
  readonly resolve: (result: R) => void
  readonly reject: (error: unknown) => void
}

/**
 * Make a function that hands its item to the next batch and resolves with the item's result. Items of one batch keep the
 * order of their calls. A flush that throws rejects exactly its own items; with too many waiting, a call rejects with
 * Problem `unavailable` and its item is never flushed.
 */
export function groupCommit<T, R>(options: GroupCommitOptions<T, R>): (item: T) => Promise<R> {
  const maxWaiting = options.maxWaiting ?? 10_000
  let waiting: Waiting<T, R>[] = []
  let underWay = 0
  let isScheduled = false

  return (item) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= maxWaiting) {
        reject(new Problem('unavailable', `cannot take one more: ${maxWaiting} are waiting, want fewer`))
        return
      }
      waiting.push({ item, resolve, reject })
      schedule()
    })

  // Calls of one turn of the event loop go together: all requests that had arrived are looked at before a batch leaves.
  function schedule(): void {
    if (isScheduled || underWay >= options.maxConcurrent || waiting.length === 0) return
    isScheduled = true
    setImmediate(() => {
      isScheduled = false
      startFlushes()
    })
  }

  function startFlushes(): void {
    while (underWay < options.maxConcurrent && waiting.length > 0) {
      const batch = waiting.slice(0, options.maxBatch)
      waiting = waiting.slice(options.maxBatch)
      underWay++
      void settle(batch).finally(() => {
        underWay--
        schedule()
      })
    }
  }

  async function settle(batch: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const results = await options.flush(batch.map(({ item }) => item))
      if (results.length !== batch.length) {
        throw new Error(`cannot settle a batch: ${results.length} results for ${batch.length} items, want one each`)
      }
      for (const [i, { resolve }] of batch.entries()) resolve(results[i] as R)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
}
