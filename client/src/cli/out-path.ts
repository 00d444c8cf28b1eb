// Where a verb writes what it brought: the file or the folder that the person named, and never over another file unasked.

import { randomBytes } from 'node:crypto'
import { createWriteStream, type WriteStream } from 'node:fs'
import { link, lstat, mkdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Problem } from '@sallyport/protocol'
import type { Outcome } from '../gate/index.ts'

/**
 * Choose the path for `--out`: a folder that is there, or one to be made where it ends in `/`, takes the file under
 * `name()`; anything else is the file itself, in a folder that is there. Nothing is written yet. Throws Problem not-found.
 */
export async function chooseOut(workingFolder: string, out: string | undefined, name: () => string): Promise<string> {
  if (out === undefined) return join(workingFolder, name())
  const path = resolve(workingFolder, out)
  const meansFolder = process.platform === 'win32' ? /[/\\]$/ : /\/$/
  if (meansFolder.test(out) || (await isFolder(path))) return join(path, name())
  if (await isFolder(dirname(path))) return path
  throw noFolder(path, ', or an --out that ends in / to make a folder')
}

/** Make the folder of a path that was chosen, with those above it. Throws Problem when something else is in its place. */
export async function makeFolderOf(path: string): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    const code = codeOf(cause)
    throw new Problem('invalid-request', `cannot make folder ${folder}: ${code}, want another --out`, { cause })
  })
}

/** Open a new file that only its owner may read. Throws Problem conflict when one is there and is not to be replaced. */
export async function openSink(path: string, isForced: boolean): Promise<WriteStream> {
  const sink = createWriteStream(path, { flags: isForced ? 'w' : 'wx', mode: 0o600 })
  await new Promise((done, fail) => sink.once('open', done).once('error', fail)).catch((cause: unknown) => {
    const code = codeOf(cause)
    if (code === 'EEXIST') throw isThere(path)
    if (code === 'ENOENT') throw noFolder(path)
    throw cause
  })
  return sink
}

/**
 * Bring what a gate sends to the path that was chosen, which names it once all of it is here: a refusal, and a connection that breaks,
 * leave what was there as it was, and otherwise nothing. `bring` ends the sink. Throws Problem `conflict` when something is there and
 * is not to be replaced, before anything is asked.
 */
export async function bringTo<T>(
  path: string,
  isForced: boolean,
  bring: (sink: WriteStream) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  if (!isForced && (await lstat(path).catch(() => null)) !== null) throw isThere(path)
  const target = await realpath(path).catch(() => path)
  const found = await stat(target).catch(() => null)
  if (found?.isDirectory() === true)
    throw new Problem('invalid-request', `cannot write ${path}: it is a folder, want the name of a file`)
  // A device or a pipe is written to, and never replaced.
  if (found !== null && !found.isFile()) return await bring(await openSink(target, true))
  if (!(await isFolder(dirname(target)))) throw noFolder(path)
  const staged = `${target}.${randomBytes(4).toString('hex')}.sallyport-partial`
  const sink = await openSink(staged, false)
  try {
    const brought = await bring(sink)
    if (brought.outcome === 'answered') await claim(staged, target, isForced)
    return brought
  } finally {
    sink.destroy()
    await rm(staged, { force: true })
  }
}

/**
 * Give a whole file its name: in the place of another only when that is wanted, and otherwise with a link, which never replaces.
 * Throws Problem `conflict` when the name was taken; the file is gone then.
 */
export async function claim(staged: string, target: string, isForced: boolean): Promise<void> {
  if (isForced) return await rename(staged, target)
  try {
    await link(staged, target)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'EEXIST' || (await lstat(target).catch(() => null)) !== null) {
      await rm(staged, { force: true })
      throw isThere(target)
    }
    // A file system without links.
    await rename(staged, target)
    return
  }
  await rm(staged, { force: true })
}

export function isThere(path: string): Problem {
  return new Problem('conflict', `cannot write ${path}: it is there already, want --force or another name`)
}

function noFolder(path: string, more = ''): Problem {
  return new Problem('not-found', `cannot write ${path}: there is no folder ${dirname(path)}, want one${more}`)
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
}
