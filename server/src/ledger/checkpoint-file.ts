// The last checkpoint, kept outside the database, so that a database put back to an older state is noticed.

import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Read the note in the file; null when there is no file. */
export async function readCheckpointFile(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

let drafts = 0

/** Replace the note in the file: durable, and whole at every moment. */
export async function writeCheckpointFile(path: string, note: string): Promise<void> {
  const draft = `${path}.${process.pid}-${drafts++}.new`
  const file = await open(draft, 'w', 0o640)
  try {
    await file.writeFile(note)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
