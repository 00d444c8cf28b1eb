// Giving an upload up: nothing of it stays, and no file can be stored with it any more.

import type { FilesDependencies } from '../dependencies.ts'
import { forgetUpload, giveUpUpload } from './store.ts'

/** Remove what an upload left, unless its file was stored. Whoever is cut off in the middle can do it again. */
export async function giveUp(
  { database, objects }: Pick<FilesDependencies, 'database' | 'objects'>,
  objectKey: string,
): Promise<void> {
  // On record before it is done: from then on no transaction can store the file.
  if (!(await giveUpUpload(database, objectKey))) return
  await objects.remove(objectKey)
  await forgetUpload(database, objectKey)
}
