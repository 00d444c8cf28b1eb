// One process at a time, by a lock that the kernel takes back when its holder dies. Node has no flock, and a file that
// holds a process id outlives a crash; SQLite locks its files with fcntl, and Node carries SQLite.

import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { Problem } from '@sallyport/protocol'

export interface ProcessLock {
  release(): void
}

/** Wait for the lock at `path`, at most `timeoutMs`. Throws Problem `unavailable` when another process keeps it longer. */
export async function takeProcessLock(path: string, timeoutMs: number): Promise<ProcessLock> {
  const file = new DatabaseSync(path, { timeout: 0 })
  const until = performance.now() + timeoutMs
  for (;;) {
    try {
      file.exec('BEGIN EXCLUSIVE')
      return { release: () => file.close() }
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) {
        file.close()
        if (!isBusy(error)) throw error
        throw new Problem('unavailable', 'cannot take a lock file: another process keeps it, want it free', {
          cause: error,
        })
      }
      await setTimeout(20)
    }
  }
}

/** SPEC: SQLite result code 5, SQLITE_BUSY. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5
}
