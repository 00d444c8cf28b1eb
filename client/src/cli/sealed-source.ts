// A sealed file to work on: one that lies on this machine, or one fetched from the gate into a private temporary folder.

import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Problem } from '@sallyport/protocol'
import type { FileView } from '@sallyport/protocol/api'
import { download, type Connection, type Outcome } from '../gate/index.ts'
import { requireAsStored } from './as-stored.ts'
import type { Context } from './context.ts'
import { findFile } from './find.ts'

export interface SealedSource {
  readonly path: string
  /** What the gate says of it; null for a file that lay on this machine. */
  readonly file: FileView | null
}

/** A path says that it is one: it ends in .tdf, or begins with a folder. Everything else names a file of the gate. */
const isPath = /\.tdf$|^\.{0,2}[/\\]|^[a-z]:[/\\]/i

/** A sealed file that was found and not fetched yet. */
export type FoundSealed =
  | { readonly path: string; readonly file: null }
  | { readonly path: null; readonly file: FileView; readonly connection: Connection }

/** Find what `wanted` means: a sealed file on this machine, or one that the gate holds. */
export async function findSealed(context: Context, wanted: string): Promise<Outcome<FoundSealed>> {
  const local = await lyingHere(context, wanted)
  if (local !== null) return { outcome: 'answered', value: { path: local, file: null } }
  const connection = await context.connect()
  const found = await findElsewhere(context, connection, wanted)
  if (found.outcome === 'refused') return found
  return { outcome: 'answered', value: { path: null, file: found.value, connection } }
}

/** Have a sealed file on this machine, for as long as the verb lasts. */
export async function fetchSealedFile(context: Context, found: FoundSealed): Promise<Outcome<SealedSource>> {
  if (found.file === null) return { outcome: 'answered', value: found }
  const { file, connection } = found
  const path = join(await privateFolder(context), 'sealed.tdf')
  const fetched = await context.print.progress('Fetching', (progress) =>
    download(connection, 'fetchFile', {
      params: { fileId: file.id },
      sink: createWriteStream(path, { flags: 'wx', mode: 0o600 }),
      progress,
    }),
  )
  if (fetched.outcome === 'refused') return fetched
  await requireAsStored(path, file)
  return { outcome: 'answered', value: { path, file } }
}

/** Find a sealed file and have it on this machine. */
export async function obtainSealed(context: Context, wanted: string): Promise<Outcome<SealedSource>> {
  const found = await findSealed(context, wanted)
  return found.outcome === 'refused' ? found : await fetchSealedFile(context, found.value)
}

/** The path of a sealed file on this machine; null where `wanted` names none. */
export async function lyingHere(context: Context, wanted: string): Promise<string | null> {
  const local = resolve(context.environment.workingFolder, wanted)
  const lying = isPath.test(wanted) ? await stat(local).catch(() => null) : null
  return lying?.isFile() === true ? local : null
}

/** Find a file of the gate that lies nowhere here. Where `wanted` says that it is a path, who has none of that name hears of both. */
export async function findElsewhere(
  { environment }: Context,
  connection: Connection,
  wanted: string,
): Promise<Outcome<FileView>> {
  try {
    return await findFile(connection, wanted)
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'not-found' || !isPath.test(wanted)) throw error
    const path = resolve(environment.workingFolder, wanted)
    throw new Problem('not-found', `${error.message} No file lies at ${path}.`, { cause: error })
  }
}

/** Make a folder that only its owner can enter, removed when the verb has ended. */
export async function privateFolder({ environment, atEnd }: Context): Promise<string> {
  const folder = await mkdtemp(join(environment.temporaryFolder, 'sallyport-'))
  atEnd(() => rm(folder, { recursive: true, force: true }))
  return folder
}
