// Folders for tests: those of a run are in one, which goes when the run is over (`test/whole-run.ts`).

import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where the processes that this one starts make their folders. */
export function foldersOfRun(pid: number): string {
  return join(tmpdir(), `sallyport-test-run-${pid}`)
}

/** Make an empty folder. */
export function makeTestFolder(): string {
  const folder = foldersOfRun(process.ppid)
  mkdirSync(folder, { recursive: true })
  return mkdtempSync(join(folder, 'test-'))
}
