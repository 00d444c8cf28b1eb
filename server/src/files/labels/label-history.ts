// What a file was labelled, from one change to the next, and who decided it.

import type { Id } from '@sallyport/protocol'
import { spendPermit, type Permit } from '../../policy/index.ts'
import type { FilesDependencies } from '../dependencies.ts'
import { fileById, type ProtectedFile } from '../store.ts'
import { addedVersions, rescuesOf, type AddedVersion, type FileRescue } from './store.ts'

export interface LabelHistory {
  /** Null for one that was never registered here. */
  readonly file: ProtectedFile | null
  /** The labels that were added, the oldest version first. */
  readonly added: readonly AddedVersion[]
  /** What stood or stands in place of its own labels, the oldest first. */
  readonly rescues: readonly FileRescue[]
}

/** Read what a file was labelled. Throws Problem `refused` for a permit that does not fit. */
export async function readLabelHistory(
  { database }: Pick<FilesDependencies, 'database'>,
  permit: Permit<'ledger.read'>,
  fileId: Id<'file'>,
): Promise<LabelHistory> {
  spendPermit(permit, 'ledger.read', 'enclave')
  return {
    file: await fileById(database, fileId),
    added: await addedVersions(database, fileId),
    rescues: await rescuesOf(database, fileId),
  }
}
