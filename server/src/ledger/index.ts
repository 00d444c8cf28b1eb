// The ledger: every decision and every change, append-only. An entry is appended in the transaction of the change that it
// records (as a pending row); one sequencer orders pending entries in batches, extends the RFC 6962 tree and signs
// checkpoints. Key releases wait for durability of their entry, not for the checkpoint. What is in the tree verifies
// offline with @sallyport/protocol/ledger.

import type { ModuleMigrations } from '../base/index.ts'

export const ledgerMigrations: ModuleMigrations = {
  module: 'ledger',
  folder: new URL('migrations/', import.meta.url),
}

export { findAct, forgetAct, keepAnswer, type ActDone } from './acts/store.ts'
export type { Appended, EntryDraft } from './entry.ts'
export type { Acknowledged, RestingDraft } from './append.ts'
export type { Receipt } from '@sallyport/protocol/ledger'
export { findingProblem, type AuditFinding } from './audit.ts'
export type { LedgerOptions } from './context.ts'
export type { LedgerEvidence, ProvenEntry, ProvenStamp } from './evidence/read-evidence.ts'
export type { Disagreement } from './disagreement.ts'
export { foundLedger, openLedger, type Ledger } from './open-ledger.ts'
export type { ReceiptStatus } from './prove.ts'
export { lostKind, type ReceiptProof } from './prove-receipt.ts'
export type { StoredEntry } from './read-entries.ts'
export type { Sequencer } from './sequence.ts'
export { sha256, verifySignature, type CheckpointSigner, type LedgerSigner } from './signatures.ts'
export { askAuthority, timestampCrypto, type Authority } from './timestamps/ask-authority.ts'
export { firstFinding, type ComparedTable, type TableFinding, type TablesCompared } from './tables/compare-tables.ts'
export type { OpenForPerson } from './tables/fold-entries.ts'
export {
  drop,
  expects,
  put,
  type Columns,
  type Fold,
  type FoldedEntry,
  type LedgerTable,
  type ModuleTables,
  type RowEffect,
} from './tables/table.ts'
export { ledgerTables } from './tables/own-tables.ts'
export { startStamping, type StampingDependencies } from './timestamps/stamp.ts'
export type { Held } from './pending/store.ts'
export { readHead, type EntryQuery } from './store.ts'
