// Where a file lies that is brought here and is not whole yet: beside its target, under names that nobody takes for the file.

import { lstat, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Alone } from './alone.ts'

/** What a walk through a folder leaves out: it is no file of anybody's. */
export const partialName = /\.[0-9a-f]{8}\.sallyport-(partial|opening)$/

export interface PartialPlaces {
  readonly target: string
  /** The sealed file as far as it was fetched. */
  readonly sealed: string
  /** The content as far as it was deciphered, for its owner alone. */
  readonly opening: string
}

/**
 * Name the partial files of a target. The folder of the target may not be there yet: a sealed file is fetched to the nearest one
 * that is, and looked for there afterwards.
 */
export async function partialPlaces({ id }: Alone, target: string): Promise<PartialPlaces> {
  const name = `${basename(target)}.${id.slice(0, 8)}.sallyport-partial`
  const opening = `${target}.${id.slice(0, 8)}.sallyport-opening`
  const folders = [dirname(target)]
  for (let last = dirname(target); dirname(last) !== last; last = dirname(last)) folders.push(dirname(last))
  const lies = await Promise.all(folders.map((folder) => isThereAt(join(folder, name))))
  const exists = await Promise.all(folders.map(isFolder))
  const folder = folders.find((_, at) => lies[at]) ?? folders.find((_, at) => exists[at]) ?? dirname(target)
  return { target, sealed: join(folder, name), opening }
}

/** Remove what a run left that was killed when its target had its name already: one file of two names. */
export async function removeFinished({ target, sealed, opening }: PartialPlaces): Promise<void> {
  const [named, left] = await Promise.all([target, opening].map((path) => lstat(path).catch(() => null)))
  if (named == null || left == null || named.ino !== left.ino || named.dev !== left.dev) return
  await rm(sealed, { force: true })
  await rm(opening)
}

/** Say whether anything has this name, a link included. */
export async function isThereAt(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false
}
