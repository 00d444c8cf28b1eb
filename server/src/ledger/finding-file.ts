// What an audit found wrong, kept beside the checkpoint file, outside of the database: the processes of a gate tell each other by it,
// and whatever starts after them reads everything before it serves.

import { readFile, rm, writeFile } from 'node:fs/promises'
import type { AuditFinding } from './audit.ts'

const placeOf = (checkpointFile: string): string => `${checkpointFile}.finding`

/** Keep a finding; one that is there already stays. */
export async function keepFinding(checkpointFile: string, finding: AuditFinding): Promise<void> {
  await writeFile(placeOf(checkpointFile), `${JSON.stringify(finding)}\n`, {
    flag: 'wx',
    mode: 0o640,
    flush: true,
  }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  })
}

/** What is kept, for people to read; null when nothing is. */
export async function keptFinding(checkpointFile: string): Promise<string | null> {
  try {
    return (await readFile(placeOf(checkpointFile), 'utf8')).trim()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** Forget it: everything was read since, and is as it was recorded. */
export async function forgetFinding(checkpointFile: string): Promise<void> {
  await rm(placeOf(checkpointFile), { force: true })
}
