// Removing objects that nothing needs any more: those of deleted files, and those of uploads that a crash cut off. Only what the
// database names is removed; an object of which it knows nothing may be of a newer database than this one.

import { repeat, type Logger, type Repeating } from '../base/index.ts'
import type { FilesDependencies } from './dependencies.ts'
import { forgetObject, leftoverObjects } from './store.ts'
import { giveUp } from './uploads/give-up.ts'
import { forgottenUploads } from './uploads/store.ts'

type Stores = Pick<FilesDependencies, 'database' | 'objects'>

/** An upload that has taken so long is not under way any more; if it is all the same, it fails and nothing is lost. */
const forgottenMs = 86_400_000

/**
 * Remove the objects of deleted files that are still there. Any number of processes may, at the same time. One that cannot be removed
 * keeps no other; what it failed at is thrown at the end.
 */
export async function removeLeftovers({ database, objects }: Stores): Promise<void> {
  await each(await leftoverObjects(database), async ({ fileId, objectKey }) => {
    await objects.remove(objectKey)
    await forgetObject(database, fileId)
  })
}

/** Remove what uploads left that were begun a day ago by the database's clock and never ended. The same holds as for leftovers. */
export async function removeForgotten(stores: Stores): Promise<void> {
  await each(await forgottenUploads(stores.database, forgottenMs), (objectKey) => giveUp(stores, objectKey))
}

async function each<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const failures: unknown[] = []
  for (const one of all) await work(one).catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}

/** Remove leftovers and what was forgotten now and every `intervalMs`; what fails is logged and tried again. */
export function startRemoval(
  stores: Stores,
  { intervalMs, log }: { readonly intervalMs: number; readonly log: Logger },
): Repeating {
  const failed = (error: unknown): void => log.warn({ error }, 'cannot remove objects that nothing needs yet')
  const work = () => each([removeLeftovers, removeForgotten], (remove) => remove(stores))
  return repeat(work, { intervalMs, failed })
}
