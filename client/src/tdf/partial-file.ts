// What a cut-off run leaves behind and the next one goes on with: a file beside its target, for its owner alone, which nobody
// else can have put there or can reach by another name.

import { constants } from 'node:fs'
import { lstat, open, rm, type FileHandle } from 'node:fs/promises'
import { Problem } from '@sallyport/protocol'

// Windows knows no such flag, and lets only administrators make links.
const noLinks = (constants as Partial<typeof constants>).O_NOFOLLOW ?? 0

/** Make a new, empty partial file. Throws the system's error when something of that name is there. */
export async function createPartial(path: string): Promise<FileHandle> {
  return await open(path, 'wx+', 0o600)
}

/**
 * Open the partial file of an earlier run, an empty one if that was cut off before it made it. ATTACKER: whoever can write to the
 * folder can have put a link there, or a file of their own. Throws Problem `conflict` for anything but an ordinary file of
 * this user that has one name and that nobody else may read.
 */
export async function openPartial(path: string): Promise<FileHandle> {
  const flags = constants.O_RDWR | constants.O_CREAT | noLinks
  const file = await open(path, flags, 0o600).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ELOOP' || cause.code === 'EISDIR')) {
      throw foreign(path, 'it is a link or a folder', cause)
    }
    throw cause
  })
  try {
    const facts = await file.stat()
    const { mode, nlink, uid } = facts
    if (!facts.isFile() || nlink !== 1) throw foreign(path, 'it is no ordinary file of one name')
    if (process.platform !== 'win32') {
      if (uid !== process.geteuid?.()) throw foreign(path, 'it belongs to somebody else')
      if ((mode & 0o077) !== 0) throw foreign(path, `others may use it (mode ${(mode & 0o777).toString(8)})`)
    }
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

/** Remove a partial file, or whatever has its name. There may be none, nor a folder that it could be in. */
export async function removePartial(path: string): Promise<void> {
  if ((await lstat(path).catch(() => null)) !== null) await rm(path, { force: true })
}

function foreign(path: string, state: string, cause?: unknown): Problem {
  return new Problem('conflict', `cannot go on with ${path}: ${state}, want the file that was begun`, { cause })
}
