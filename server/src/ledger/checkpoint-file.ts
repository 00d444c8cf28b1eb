// The last checkpoint, kept outside the database, so that a database put back to an older state is noticed.

import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

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
const draftEnd = '.new'
/** A draft lives for milliseconds; one that is so much older than the file was left by a process that was killed. */
const forgottenMs = 3_600_000

/** Replace the note in the file: durable, and whole at every moment. Leaves nothing beside it, also where it fails. */
export async function writeCheckpointFile(path: string, note: string): Promise<void> {
  const draft = `${path}.${process.pid}-${drafts++}${draftEnd}`
  try {
    const file = await open(draft, 'w', 0o640)
    try {
      await file.writeFile(note)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined)
    throw error
  }
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Remove the drafts that killed processes left beside the file, which was written just now. */
export async function removeForgottenDrafts(path: string): Promise<void> {
  const { mtimeMs: now } = await stat(path)
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(`${basename(path)}.`) || !name.endsWith(draftEnd)) continue
    const draft = join(dirname(path), name)
    const found = await stat(draft).catch(() => null)
    if (found !== null && now - found.mtimeMs > forgottenMs) await rm(draft, { force: true })
  }
}
