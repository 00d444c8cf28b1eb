// Backups: everything that it takes to stand up again, in one encrypted file that is taken while the gate runs: a snapshot of
// the database with the ledger in it, the keystore as it is sealed, the configuration, the index of sealed objects and as
// many of the objects as wanted. A backup is verified without a gate, and restored only into what is empty, once all of it
// has verified and the ledger in it agrees. The format `sallyport-backup/1` is written down in docs/backup.md.

export { configurationFacts } from './configuration-facts.ts'
export { createBackup, type BackupMade, type BackupParts, type BackupRequest, type Progress } from './create-backup.ts'
export type { BackupFault, BackupFaultCode } from './fault.ts'
export type { BackupSecret } from './header.ts'
export { listBackups, type Drill, type BackupListParts, type BackupsListed } from './list-backups.ts'
export type { Manifest } from './manifest.ts'
export type { PartFacts } from './parts.ts'
export { restoreBackup, type BackupRestored, type RestoreOptions } from './restore-backup.ts'
export { recordVerified } from './record-verified.ts'
export { refuseIncompleteRestore, type RestoreTarget } from './restore-target.ts'
export { verifyBackup, type BackupVerdict, type OutsideCheckpoint, type VerifyOptions } from './verify-backup.ts'
