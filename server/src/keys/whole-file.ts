// The file of a keystore, whichever kind: read within bounds, and written whole or not at all, for its owner alone.

import { constants, link, open, readdir, rename, rm, unlink, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Problem, toHex } from '@sallyport/protocol'
import { z } from 'zod'
import type { Randomness } from '../base/index.ts'

const maxBytes = 1024 * 1024

/** What the file of a keystore says first when its keys are in a token. */
export const tokenFormat = z.looseObject({ format: z.literal('sallyport-token-keystore') })

/** Make the file. Throws Problem `conflict` when it exists. */
export async function createWhole(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  await writeBeside(`${path}.new`, dirname(path), write, async (fresh) => {
    await link(fresh, path)
    await unlink(fresh)
  })
}

/**
 * Replace the file. INVARIANT: no change is lost to another one at the same time, and none that was cut off is in the way. Whoever
 * begins takes away the drafts of all others, before `write` reads what is there; a draft that was taken away does not
 * take the file's place any more.
 */
export async function replaceWhole(
  path: string,
  random: Randomness,
  write: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const draft = `${path}.draft-${toHex(random(8))}`
  const begin = async (file: FileHandle): Promise<void> => {
    for (const other of await readdir(dirname(path))) {
      const beside = join(dirname(path), other)
      if (beside !== draft && beside.startsWith(`${path}.draft-`)) await rm(beside, { force: true })
    }
    await write(file)
  }
  await writeBeside(draft, dirname(path), begin, (fresh) => rename(fresh, path).catch(takenAway))
}

function takenAway(cause: unknown): never {
  throw isCode(cause, 'ENOENT')
    ? new Problem('conflict', 'cannot write keystore: another change began meanwhile, want one after the other', {
        cause,
      })
    : cause
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
  fresh: string,
  folder: string,
  write: (file: FileHandle) => Promise<void>,
  publish: (fresh: string) => Promise<void>,
): Promise<void> {
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
    await syncFolder(folder)
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
