// Files that are whole and durable, or not there.

import { open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Problem } from '@sallyport/protocol'
import { writeAll } from './segments.ts'

/** Make a file that is durable once this resolves; when it throws there is none of ours. */
export async function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await writeAll(file, bytes)
    await file.sync()
    await syncFolderOf(path)
  } catch (error) {
    await rm(path, { force: true })
    throw error
  } finally {
    await file.close()
  }
}

/** A name in a folder is durable once its folder is. */
export async function syncFolderOf(path: string): Promise<void> {
  // Windows cannot open a folder to sync it; its rename is journalled.
  if (process.platform === 'win32') return
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** A full disk, a lost mount, missing rights: name what the system said. Anything else stays what it is. */
export function writeProblem(error: unknown, verb: string, existing = 'it exists, want none'): unknown {
  const code = error instanceof Error && 'code' in error && 'syscall' in error ? String(error.code) : null
  if (code === null) return error
  if (code === 'EEXIST') return new Problem('conflict', `cannot ${verb}: ${existing}`, { cause: error })
  return new Problem('unavailable', `cannot ${verb}: ${code}, want room and access`, { cause: error })
}
