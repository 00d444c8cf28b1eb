// The ledger: every decision and every change, append-only. An entry is appended in the transaction of the change that it
// records (as a pending row); one sequencer orders pending entries in batches, extends the RFC 6962 tree and signs
// checkpoints. Key releases wait for durability of their entry, not for the checkpoint.

export type { Appended, EntryDraft } from './entry.ts'
