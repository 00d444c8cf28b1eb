// Protected objects: labels, vaults, and the storage of ciphertext. A label is a name that somebody classified; a vault is a
// place with labels; a file is reserved in a vault, sealed by its client under the policy that the reservation names, and
// stored whole. The gate checks what a container claims and never opens one. Registered labels reach the decision point
// through the views `file_label_known`, `vault_labels`, `file_registered`, `file_label_added` and `file_rescued`.

import type { ModuleMigrations } from '../base/index.ts'

export const filesMigrations: ModuleMigrations = {
  module: 'files',
  folder: new URL('migrations/', import.meta.url),
}

export { createVault, defineLabel, type NewLabel } from './define-label.ts'
export type { FilesDependencies, NewFileKey, WrappingKey } from './dependencies.ts'
export { deletionApprovals, deletionRequest, proposeDeletion, type DeletionProposed } from './delete-file.ts'
export {
  countHalvesOf,
  keysOfHalves,
  lockHalvesOf,
  replaceHalves,
  sealedFileKey,
  type SealedHalf,
} from './halves/store.ts'
export { findCopies, type Copies, type Receiver } from './find-copies.ts'
export { defineLabels, makeVault, type NewVault, type WantedLabel } from './found-labels.ts'
export { folderObjects, type ObjectStore, type PutRules, type StoredObject } from './objects.ts'
export {
  findFile,
  listFiles,
  listLabelNames,
  listLabels,
  listVaults,
  openContent,
  type FoundFile,
  type SealedContent,
} from './read-files.ts'
export { findCarriers } from './carriers/find-carriers.ts'
export { readLabelHistory, type LabelHistory } from './labels/label-history.ts'
export {
  reclassificationApprovals,
  reclassificationRequest,
  reclassifyFile,
  type Reclassified,
} from './labels/reclassify-file.ts'
export { endRescue, proposeRescue, rescueApprovals, rescueRequest, type RescueProposed } from './labels/rescue-file.ts'
export { changeMapping, mappingApprovals, mappingRequest } from './mappings/change-mapping.ts'
export { listMappings, readMapped, writeMapped } from './mappings/use-mappings.ts'
export { removeForgotten, removeLeftovers, startRemoval } from './remove-objects.ts'
export { fileIdsAfter, fileIdsNamed } from './pages/store.ts'
export { reserveFile, type FileReserved } from './reserve-file.ts'
export {
  listSharedFiles,
  listShares,
  sharedFileIds,
  shareFile,
  unshareFile,
  type Shared,
  type SharedFile,
} from './shares/share-file.ts'
export type { FileShare, Recipient } from './shares/store.ts'
export { storeFile, type FileStored } from './store-file.ts'
export {
  activeLabels,
  allVaults,
  countFiles,
  fileById,
  filesAfter,
  namesOfFiles,
  namesOfVaults,
  vaultIdOf,
  type Dimension,
  type LabelRecord,
  type NamedLabel,
  type ReadLabel,
  type ProtectedFile,
  type ReservedFile,
  type StoredFile,
  type Vault,
  pageOfVaults,
  vaultIdsAfter,
} from './store.ts'
export { filesTables } from './tables.ts'
