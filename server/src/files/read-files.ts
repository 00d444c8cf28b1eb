// Reading the register and fetching sealed containers. What a caller may see of a list is decided file by file, by the
// caller of these functions; the bytes of a container need a permit here.

import type { Readable } from 'node:stream'
import { Problem, type Id } from '@sallyport/protocol'
import { spendPermit, type Permit } from '../policy/index.ts'
import type { FilesDependencies } from './dependencies.ts'
import { allLabels, fileById, type LabelRecord, type StoredFile } from './store.ts'

/** Read every label, active ones. Throws Problem `refused` for a permit that does not fit. */
export async function listLabels(
  deps: Pick<FilesDependencies, 'database'>,
  permit: Permit<'label.list'>,
): Promise<readonly LabelRecord[]> {
  spendPermit(permit, 'label.list', 'enclave')
  return await allLabels(deps.database)
}

export interface SealedContent {
  readonly file: StoredFile
  /** The sealed container, `file.sealedBytes` long. The caller reads it to its end or destroys it. */
  readonly stream: Readable
}

/**
 * Open the sealed container of a stored file. Throws Problem `refused` for a permit that is not for this file, `not-found`
 * when it is not stored, `unavailable` when the object store lost it or holds another size.
 */
export async function openContent(
  deps: Pick<FilesDependencies, 'database' | 'objects'>,
  permit: Permit<'file.fetch'>,
  fileId: Id<'file'>,
): Promise<SealedContent> {
  spendPermit(permit, 'file.fetch', fileId)
  const file = await fileById(deps.database, fileId)
  if (file?.state !== 'stored') throw new Problem('not-found', 'cannot fetch file: it is not stored, want a stored one')
  const { stream, size } = await deps.objects.get(file.objectKey)
  if (size !== file.sealedBytes) {
    stream.destroy()
    throw new Problem('unavailable', 'cannot fetch file: its object has another size, want what was stored')
  }
  return { file, stream }
}
