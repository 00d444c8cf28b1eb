// Reading the register and fetching sealed containers, under a permit whose entry is the record of the look. A list is read by
// the ids that its permit names, so that what did not come through cannot be shown. What takes no permit tells ids alone, or
// names beside an answer that was itself decided.

import type { Readable } from 'node:stream'
import { Problem, type Id } from '@sallyport/protocol'
import { listPendingOf } from '../approvals/index.ts'
import { spendListPermit, spendPermit, type ListPermit, type Permit } from '../policy/index.ts'
import { deletionRequest } from './delete-file.ts'
import type { FilesDependencies } from './dependencies.ts'
import {
  fileById,
  filesById,
  labelFqns,
  labelsAfter,
  vaultsById,
  type LabelPage,
  type ProtectedFile,
  type StoredFile,
  type Vault,
} from './store.ts'

/** Read a page of labels, active ones, from after a name on. Throws Problem `refused` for a permit that does not fit. */
export async function listLabels(
  deps: Pick<FilesDependencies, 'database'>,
  permit: Permit<'label.list'>,
  after: string | null = null,
): Promise<LabelPage> {
  spendPermit(permit, 'label.list', 'enclave')
  return await labelsAfter(deps.database, after)
}

/** Read the names of every label, active ones: what another product asks for at once. Throws Problem `refused` as above. */
export async function listLabelNames(
  deps: Pick<FilesDependencies, 'database'>,
  permit: Permit<'label.list'>,
): Promise<readonly string[]> {
  spendPermit(permit, 'label.list', 'enclave')
  return await labelFqns(deps.database)
}

/** Read the vaults that the permit names, by name. Throws Problem `refused` for a permit that does not fit. */
export async function listVaults(
  deps: Pick<FilesDependencies, 'database'>,
  permit: ListPermit<'vault.list'>,
): Promise<readonly Vault[]> {
  return await vaultsById(deps.database, spendListPermit(permit, 'vault.list'))
}

/** Read the files that the permit names, in the order of their reservation. Throws Problem `refused` as above. */
export async function listFiles(
  deps: Pick<FilesDependencies, 'database'>,
  permit: ListPermit<'file.list'>,
): Promise<readonly ProtectedFile[]> {
  return await filesById(deps.database, spendListPermit(permit, 'file.list'))
}

export interface FoundFile {
  readonly file: ProtectedFile
  /** The request for its deletion that waits for approval; null where none does. */
  readonly deletion: {
    readonly approvalId: Id<'approval'>
    readonly requestedAtMs: number
    readonly expiresAtMs: number
    /** Whether whom the permit is of asked for it. */
    readonly isYours: boolean
  } | null
}

/**
 * Read one file and whether its deletion waits; null when there is none of that id. Throws Problem `refused` for a permit that is not
 * for this file.
 */
export async function findFile(
  deps: Pick<FilesDependencies, 'database'>,
  permit: Permit<'file.list'>,
  fileId: Id<'file'>,
): Promise<FoundFile | null> {
  spendPermit(permit, 'file.list', fileId)
  const file = await fileById(deps.database, fileId)
  if (file === null) return null
  const [waiting] = file.state === 'stored' ? await listPendingOf(deps.database, deletionRequest, { file: fileId }) : []
  if (waiting === undefined) return { file, deletion: null }
  const { id: approvalId, requestedAtMs, expiresAtMs, requestedBy } = waiting
  return { file, deletion: { approvalId, requestedAtMs, expiresAtMs, isYours: requestedBy === permit.actor } }
}

export interface SealedContent {
  readonly file: StoredFile
  /** The sealed container from where it was asked for, to its end. The caller reads it to its end or destroys it. */
  readonly stream: Readable
}

/**
 * Open the sealed container of a stored file, from an octet on. Throws Problem `refused` for a permit that is not for this file,
 * `not-found` when it is not stored, `invalid-request` when it is not as long, `unavailable` when the object store lost it or holds another size.
 */
export async function openContent(
  deps: Pick<FilesDependencies, 'database' | 'objects'>,
  permit: Permit<'file.fetch'>,
  fileId: Id<'file'>,
  from = 0,
): Promise<SealedContent> {
  spendPermit(permit, 'file.fetch', fileId)
  const file = await fileById(deps.database, fileId)
  if (file?.state !== 'stored') throw new Problem('not-found', 'cannot fetch file: it is not stored, want a stored one')
  if (from > file.sealedBytes) {
    throw new Problem('invalid-request', `cannot fetch file: it has no octet ${from}, want one of ${file.sealedBytes}`)
  }
  const { stream, size } = await deps.objects.get(file.objectKey, from)
  if (size !== file.sealedBytes) {
    stream.destroy()
    throw new Problem('unavailable', 'cannot fetch file: its object has another size, want what was stored')
  }
  return { file, stream }
}
