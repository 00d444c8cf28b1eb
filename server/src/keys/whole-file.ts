// The file of a keystore, whichever kind: read within bounds, and written whole or not at all, for its owner alone.

import { constants, link, open, rename, unlink, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Problem } from '@sallyport/protocol'
import { z } from 'zod'

const maxBytes = 1024 * 1024

/** What the file of a keystore says first when its keys are in a token. */
export const tokenFormat = z.looseObject({ format: z.literal('sallyport-token-keystore') })

/** Make the file. Throws Problem `conflict` when it exists. */
export async function createWhole(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  await writeBeside(path, write, async (fresh) => {
    await link(fresh, path)
    await unlink(fresh)
  })
}

/** Replace the file. One writer at a time: the new file beside it is the lock. */
export async function replaceWhole(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  await writeBeside(path, write, (fresh) => rename(fresh, path))
}

/** Read the file. Throws Problem `unavailable` that names its state. */
export async function readBounded(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY).catch((cause: unknown) => {
    throw isCode(cause, 'ENOENT')
      ? unreadable('there is no keystore file, want one made by an explicit creation')
      : unreadable('the file cannot be read, want one that its owner can read')
  })
  try {
    if ((await file.stat()).size > maxBytes)
      throw unreadable('the file is larger than any keystore, want 1 MiB or less')
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

export function parseKeystoreJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw unreadable('it is cut off or not a keystore file')
  }
}

export function unreadable(state: string): Problem {
  return new Problem('unavailable', `cannot open keystore: ${state}`)
}

async function writeBeside(
  path: string,
  write: (file: FileHandle) => Promise<void>,
  publish: (fresh: string) => Promise<void>,
): Promise<void> {
  const fresh = `${path}.new`
  const file = await open(fresh, 'wx', 0o600).catch((cause: unknown) => {
    throw isCode(cause, 'EEXIST')
      ? new Problem(
          'conflict',
          `cannot write keystore: ${fresh} exists, want no change under way (remove it if one was cut off)`,
        )
      : new Problem('unavailable', 'cannot write keystore: its folder cannot be written, want a folder of its own', {
          cause,
        })
  })
  try {
    try {
      await write(file)
      await file.sync()
    } finally {
      await file.close()
    }
    await publish(fresh)
    await syncFolder(dirname(path))
  } catch (cause) {
    await unlink(fresh).catch(() => undefined)
    throw isCode(cause, 'EEXIST')
      ? new Problem('conflict', 'cannot create keystore: the file exists, want none')
      : cause
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder to sync it; its rename is journalled.
  if (process.platform === 'win32') return
  const handle = await open(folder, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function isCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code
}
