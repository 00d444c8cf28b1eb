// Which keys are in use: listed, exchanged for new ones, files moved to them, old ones destroyed. The keystore holds the keys; the
// database says what was approved about them, and the keystore follows it. A new key is made when it is asked for, waits in
// the keystore, and comes into use with the approval of somebody else. Every process notices by a number that moves.

import type { ModuleMigrations } from '../base/index.ts'

export const keyChangesMigrations: ModuleMigrations = {
  module: 'key-changes',
  folder: new URL('migrations/', import.meta.url),
}

export type { KeyChangeDependencies } from './dependencies.ts'
export { destructionApprovals, destructionRequest, proposeDestruction } from './destroy-key.ts'
export { fileKeyMaker, keyOfFile } from './file-keys-in-use.ts'
export { openKeysInUse, startKeyWatch, type KeysInUse } from './keys-in-use.ts'
export { listKeysInUse, type KeysListed, type ListedKey } from './list-keys.ts'
export { moveFiles, type FilesMoved, type MovePlace } from './move-files.ts'
export {
  proposeRotation,
  rotationApprovals,
  rotationRequest,
  type KeyChangeProposed,
  type RotatedDoor,
} from './rotate-key.ts'
export { keyChangesTables } from './tables.ts'
