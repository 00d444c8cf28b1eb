// A file that appears under its name only when it is whole: written beside its target, made durable, then renamed.

import { randomBytes } from 'node:crypto'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Problem } from '@sallyport/protocol'

/**
 * Write a file whole or not at all. `write` gets the empty temporary; when it throws, the temporary is deleted and the error
 * passed on. A file that has the target's name is replaced at the end. `mode` holds before the first byte is written.
 * `temporary`: of a name that whoever is alone at the target can find again after a kill; there must be none of it yet.
 */
export async function writeWhole<T>(
  target: string,
  mode: number,
  write: (file: FileHandle) => Promise<T>,
  temporary: string = join(dirname(target), `.sallyport-${randomBytes(8).toString('hex')}.part`),
): Promise<T> {
  const file = await openFor(temporary, 'wx+', mode, 'create file')
  try {
    const result = await write(file)
    await file.datasync()
    await file.close()
    await rename(temporary, target)
    await syncFolder(dirname(target))
    return result
  } catch (error) {
    await file.close()
    await rm(temporary, { force: true })
    throw error
  }
}

/** Open an existing ordinary file for reading. Throws Problem `not-found` when there is none or it is a folder or device. */
export async function openSource(path: string): Promise<FileHandle> {
  const file = await openFor(path, 'r', 0, 'open file')
  const { isFile } = await file.stat().then((stat) => ({ isFile: stat.isFile() }))
  if (isFile) return file
  await file.close()
  throw new Problem('not-found', 'cannot open file: it is a folder or a device, want an ordinary file')
}

/** Write all of it at a place. Yields its length. */
export async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<number> {
  for (let at = 0; at < bytes.length;) {
    at += (await file.write(bytes, at, bytes.length - at, position + at)).bytesWritten
  }
  return bytes.length
}

async function openFor(path: string, flags: string, mode: number, what: string): Promise<FileHandle> {
  try {
    return await open(path, flags, mode)
  } catch (error) {
    if (!isMissing(error)) throw error
    throw new Problem('not-found', `cannot ${what}: there is no such file or folder, want an existing one`, {
      cause: error,
    })
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}

/** A rename is durable once its folder is; where folders cannot be opened (Windows), the system sees to it. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
