// Where a backup is restored to: an empty database and an empty folder. The folder says that a restore is under way until all
// of it is there, so that what a crash cut off is never taken for an enclave.

import { mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Problem } from '@sallyport/protocol'
import type { Clock, Database, Logger, ModuleMigrations, Randomness } from '../base/index.ts'
import { syncFolderOf, writeNew, writeProblem } from './files.ts'
import { firstRelation } from './store.ts'

export interface RestoreTarget {
  /** Empty: not even migrated. */
  readonly database: Database
  /** Those of this version, in their order. */
  readonly migrations: readonly ModuleMigrations[]
  /** Empty but for the database's own folder. `objects` may lie elsewhere, and is empty too. */
  readonly folder: {
    readonly root: string
    readonly keystore: string
    readonly checkpoint: string
    readonly objects: string
  }
  readonly clock: Clock
  readonly random: Randomness
  readonly log: Logger
}

const markerName = 'restore-incomplete'
const markerText = 'A restore was cut off here. Empty this folder and the database, then restore again.\n'

/** What the embedded database keeps in the folder; it was started before anything can be restored into it. */
const databaseNames = /^postgres(\.lock)?$/

/** Throws Problem `conflict` in a folder where a restore was cut off. Ask before anything is opened or founded there. */
export async function refuseIncompleteRestore(root: string): Promise<void> {
  if (!(await exists(join(root, markerName)))) return
  throw new Problem(
    'conflict',
    'cannot use the data folder: a restore was cut off in it, want folder and database emptied and restored again',
    { details: { state: 'restore-incomplete' } },
  )
}

/** Throws Problem `conflict` that names what is in the way. */
export async function refuseUsed({ database, folder }: RestoreTarget): Promise<void> {
  await refuseIncompleteRestore(folder.root)
  const found = (await namesIn(folder.root)).find((name) => !databaseNames.test(name) && !isOwn(folder, name))
  if (found !== undefined) throw used(`the data folder has ${found} in it`)
  for (const path of [folder.keystore, folder.checkpoint]) if (await exists(path)) throw used(`there is ${path}`)
  if ((await namesIn(folder.objects)).length > 0) throw used('there are objects')
  const relation = await firstRelation(database)
  if (relation !== null) throw used(`the database has ${relation} in it`)
}

export interface Claim {
  /** Make a file that goes away when the claim is undone. */
  write(path: string, bytes: Uint8Array): Promise<void>
  /** All is there: from here on it is a data folder. */
  finish(): Promise<void>
  undo(): Promise<void>
}

/** Mark the folder as being restored to. Of two at once, one is refused. */
export async function claimTarget({ folder }: RestoreTarget): Promise<Claim> {
  const { root, objects } = folder
  const isNew = { root: !(await exists(root)), objects: !(await exists(objects)) }
  const marker = join(root, markerName)
  const written: string[] = []
  try {
    await mkdir(root, { recursive: true, mode: 0o700 })
    await writeNew(marker, Buffer.from(markerText))
  } catch (error) {
    if (isNew.root) await rmdir(root).catch(() => undefined)
    throw writeProblem(error, 'restore backup', 'another restore is under way in the folder, want its end')
  }
  return {
    async write(path, bytes) {
      written.push(path)
      await writeNew(path, bytes)
    },
    async finish() {
      await rm(marker)
      await syncFolderOf(marker)
    },
    async undo() {
      for (const path of written) await removeWithDrafts(path)
      for (const name of await namesIn(objects)) await rm(join(objects, name), { force: true })
      if (isNew.objects) await rm(objects, { force: true, recursive: true })
      await rm(marker, { force: true })
      if (isNew.root) await rmdir(root)
    },
  }
}

/** A file and what was written beside it on its way to replace it. */
async function removeWithDrafts(path: string): Promise<void> {
  const folder = dirname(path)
  for (const name of await namesIn(folder)) {
    if (name === basename(path) || name.startsWith(`${basename(path)}.`)) await rm(join(folder, name), { force: true })
  }
}

function isOwn({ root, objects }: RestoreTarget['folder'], name: string): boolean {
  return join(root, name) === objects
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await exists(folder)) ? await readdir(folder) : []
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null
}

function used(state: string): Problem {
  return new Problem('conflict', `cannot restore backup: ${state}, want an empty database and an empty folder`, {
    details: { state: 'target-not-empty' },
  })
}
