// Work that is done again and again for as long as a gate serves.

import { setTimeout } from 'node:timers/promises'

export interface Repeating {
  /** Abort the work's signal, and wait until a round under way has ended. */
  stop(): Promise<void>
}

/** Work now, and then again `intervalMs` after each round has ended. A round that fails is told to `failed`, and ends nothing. */
export function repeat(
  work: (signal: AbortSignal) => Promise<unknown>,
  { intervalMs, failed }: { readonly intervalMs: number; readonly failed: (error: unknown) => void },
): Repeating {
  const stopping = new AbortController()
  const { signal } = stopping
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await work(signal).catch(failed)
      await setTimeout(intervalMs, undefined, { signal }).catch(() => {})
    }
  }
  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}
