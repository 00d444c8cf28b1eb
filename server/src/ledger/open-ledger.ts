// Founding a ledger, and opening one that was founded. Opening checks before anything is served (I7).

import type { Writable } from 'node:stream'
import { Problem, type Id } from '@sallyport/protocol'
import { foldRoots, type Checkpoint, type Receipt, type TileName } from '@sallyport/protocol/ledger'
import type { Transaction } from '../base/index.ts'
import { appendEachIn, appendEachWhile, appendIn, makeAppend, type Acknowledged, type RestingDraft } from './append.ts'
import { auditAtStart, auditLedger, type AuditExtent, type Audited, type AuditFinding } from './audit.ts'
import { readCheckpointFile, removeForgottenDrafts, writeCheckpointFile } from './checkpoint-file.ts'
import { defineCounts, refuseHalted, type LedgerContext, type LedgerOptions } from './context.ts'
import { DatabaseTime } from './database-time.ts'
import { disagreement } from './disagreement.ts'
import type { Appended, EntryDraft } from './entry.ts'
import { evidenceOf, type LedgerEvidence } from './evidence/read-evidence.ts'
import { exportTo } from './export-ledger.ts'
import { keepAuditing, usualAuditPace, type Auditing, type AuditPace } from './keep-auditing.ts'
import { consistencyProof, currentHead, inclusionProof, receiptStatus, type ReceiptStatus } from './prove.ts'
import type { Held } from './pending/store.ts'
import { makeProveReceipt, type ReceiptProof } from './prove-receipt.ts'
import { findEntry, readEntries, readEntryBytes, search, type StoredEntry } from './read-entries.ts'
import { signReceipts } from './receipts.ts'
import { entryBundle, hashTile } from './serve-tiles.ts'
import { sequenceOnce, startSequencer, type Sequencer } from './sequence.ts'
import { sha256, signCheckpoint } from './signatures.ts'
import { insertHead, readHeadState, type EntryQuery } from './store.ts'
import { compareTables, type TablesCompared } from './tables/compare-tables.ts'
import type { OpenForPerson } from './tables/fold-entries.ts'
import { recordRowsOf } from './tables/record-rows.ts'
import { readStamps, type Timestamps } from './timestamps/read-stamps.ts'
import { readOutside, verifyHead, verifyOutside, type Head } from './verify-head.ts'

export interface Ledger {
  readonly origin: string
  /**
   * Append in the caller's transaction; nothing is recorded unless it commits. `atMs` is the time to write, from the
   * database's clock; it is asked for when left out. Throws Problem `invalid-request` for a draft that is too long or has
   * no canonical form, `conflict` for an id that is pending already.
   */
  appendIn(tx: Transaction, drafts: readonly EntryDraft[], atMs?: number): Promise<readonly Appended[]>
  /** As appendIn, for drafts of different callers: a draft that cannot be recorded has its Problem in its own place. */
  appendEachIn(tx: Transaction, drafts: readonly EntryDraft[], atMs?: number): Promise<readonly (Appended | Problem)[]>
  /**
   * Append drafts of different callers in a transaction of the ledger's own: those that rest on the value which is held until it is
   * durable, null for the others. `atMs` is the time to write, from the database's clock and no later than now.
   */
  appendEachWhile(
    held: Held,
    drafts: readonly RestingDraft[],
    atMs: number,
  ): Promise<readonly (Appended | Problem | null)[]>
  /** Append one entry in a transaction of the ledger's own, shared with other callers. Durable once it resolves. */
  append(draft: EntryDraft): Promise<Acknowledged>
  /** Sign receipts for what appendIn returned. The caller has seen the commit. */
  acknowledge(appended: readonly Appended[]): Promise<readonly Receipt[]>
  startSequencer(options: { readonly intervalMs: number }): Sequencer
  /** Put pending entries into the tree, at most 4,096. Returns how many. */
  sequenceOnce(): Promise<number>
  /** Size and root of the last checkpoint. Throws what halted the ledger, if anything did. */
  head(): Promise<Checkpoint>
  /** The last checkpoint as a signed note. */
  checkpoint(): Promise<string>
  /** Find an entry, pending ones too. */
  entry(id: Id<'entry'>): Promise<StoredEntry | null>
  readEntries(from: number, to: number): AsyncIterable<StoredEntry>
  /** What was hashed of them, some at a time, compared with nothing. Throws Problem `unavailable` where entries are missing. */
  readEntryBytes(from: number, to: number): AsyncIterable<readonly Uint8Array[]>
  /** Find entries in the tree, newest first (oldest first where `after` is given), at most 1,000. */
  search(query: EntryQuery): Promise<readonly StoredEntry[]>
  inclusionProof(index: number, size: number): Promise<readonly Uint8Array[]>
  consistencyProof(first: number, size: number): Promise<readonly Uint8Array[]>
  /** Throws Problem `invalid-request` for a receipt that this ledger did not sign. */
  receiptStatus(receipt: Receipt): Promise<ReceiptStatus>
  /**
   * Prove that the entry of a receipt is in the tree, or record that it is lost. `raisedFrom` names the place of whoever asks.
   * Throws Problem `invalid-request` for a receipt that this ledger did not sign.
   */
  proveReceipt(receipt: Receipt, raisedFrom: string | null): Promise<ReceiptProof>
  /** An authority's timestamps on checkpoints larger than `after`, smallest first, at most 50, and how stamping stands. */
  timestamps(after: number): Promise<Timestamps>
  exportTo(out: Writable): Promise<Checkpoint>
  /** The hashes of a tile, or of its beginning; null for what no checkpoint covers. */
  hashTile(level: number, name: TileName): Promise<Uint8Array | null>
  /** A bundle of entries, or its beginning, as they were hashed; null for what no checkpoint covers. */
  entryBundle(name: TileName): Promise<Uint8Array | null>
  /** What evidence packets are made of. */
  readonly evidence: LedgerEvidence
  /** Read the whole ledger. Yields the first thing found wrong. */
  audit(): Promise<AuditFinding | null>
  /**
   * Compare every table with what the entries say of it, at one moment (I9). Throws Problem `too-many-requests` while this process
   * does so already, `unavailable` where entries are missing and where nothing can be unsealed.
   */
  compareTables(open: OpenForPerson): Promise<TablesCompared>
  /** Read what a start reads before it serves: the newest entries, or what came after a checkpoint up to which another has read. */
  auditAtStart(extent: AuditExtent): Promise<Audited>
  /** Read the rest while it is served, then all of it again and again; what is found halts it for good. */
  keepAuditing(pace?: AuditPace): Auditing
}

/**
 * Found a ledger: sign the checkpoint of the empty tree, write it to the database and to the file. Throws Problem
 * `conflict` when the database holds a ledger or the file exists, unless it is to be `resumed` and what is there is this
 * ledger, empty: a founding that was cut off between the two.
 */
export async function foundLedger(
  options: LedgerOptions,
  how: { readonly isResumed: boolean } = { isResumed: false },
): Promise<void> {
  refuseOtherNames(options)
  if (how.isResumed) {
    const state = await readHeadState(options.database)
    if (state !== null)
      return await finishFounding(options, await verifyHead(state, options.origin, options.signer, 'found'))
  }
  if ((await readCheckpointFile(options.checkpointFile)) !== null) throw alreadyFounded('there is a checkpoint file')
  const checkpoint = { origin: options.origin, size: 0, root: foldRoots(sha256, []) }
  const note = await signCheckpoint(options.signer, checkpoint)
  const isFirst = await options.database.transaction((tx) => insertHead(tx, { ...checkpoint, note }))
  if (!isFirst) throw alreadyFounded('the database holds one')
  await writeCheckpointFile(options.checkpointFile, note)
}

async function finishFounding({ checkpointFile }: LedgerOptions, head: Head): Promise<void> {
  if (head.size !== 0) throw alreadyFounded('the database holds one with entries')
  const outside = await readCheckpointFile(checkpointFile)
  if (outside === null) await writeCheckpointFile(checkpointFile, head.note)
  else if (outside !== head.note) throw alreadyFounded('the checkpoint file is of another')
}

/**
 * Open a ledger that was founded. Throws Problem `unavailable` with the name of the disagreement in its details
 * (`disagreement`) unless checkpoint, row, entries, tiles and the checkpoint file agree.
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  refuseOtherNames(options)
  const { database, checkpointFile, origin, signer } = options
  // The file before the database: another process may extend the tree meanwhile, and then write a larger one into the file.
  const outside = await readOutside(checkpointFile)
  const state = await readHeadState(database)
  if (state === null) throw disagreement('open', outside === null ? 'not-founded' : 'file-without-ledger')
  const head = await verifyHead(state, origin, signer, 'open')
  await verifyOutside(database, outside, head, signer)
  await writeCheckpointFile(checkpointFile, head.note)
  await removeForgottenDrafts(checkpointFile)
  return faceOf({
    ...options,
    counts: defineCounts(options.metrics),
    time: new DatabaseTime(options.clock),
    recordRows: recordRowsOf(options.tables ?? []),
    head,
    writing: Promise.resolve(),
    halted: null,
    auditedFrom: Infinity,
  })
}

function faceOf(context: LedgerContext): Ledger {
  return {
    origin: context.origin,
    appendIn: (tx, drafts, atMs) => appendIn(context, tx, drafts, atMs),
    appendEachIn: (tx, drafts, atMs) => appendEachIn(context, tx, drafts, atMs),
    appendEachWhile: (held, drafts, atMs) => appendEachWhile(context, held, drafts, atMs),
    append: makeAppend(context),
    acknowledge: async (appended) => {
      refuseHalted(context)
      return signReceipts(context.receiptSigner, context.origin, appended)
    },
    startSequencer: (options) => startSequencer(context, options),
    sequenceOnce: () => sequenceOnce(context),
    head: async () => {
      refuseHalted(context)
      const { origin, size, root } = await currentHead(context)
      return { origin, size, root }
    },
    checkpoint: async () => (await currentHead(context)).note,
    entry: (id) => findEntry(context, id),
    readEntries: (from, to) => readEntries(context, from, to),
    readEntryBytes: (from, to) => readEntryBytes(context, from, to),
    search: (query) => search(context, query),
    inclusionProof: (index, size) => inclusionProof(context, index, size),
    consistencyProof: (first, size) => consistencyProof(context, first, size),
    receiptStatus: (receipt) => receiptStatus(context, receipt),
    proveReceipt: makeProveReceipt(context),
    timestamps: (after) => readStamps(context.database, after),
    exportTo: (out) => exportTo(context, out),
    hashTile: (level, name) => hashTile(context, level, name),
    entryBundle: (name) => entryBundle(context, name),
    evidence: evidenceOf(context),
    compareTables: oneAtATime(context, (open) => compareTables(context.database, context.tables ?? [], open)),
    audit: async () => (await auditLedger(context)).finding,
    auditAtStart: (extent) => auditAtStart(context, extent),
    keepAuditing: (pace = usualAuditPace) => keepAuditing(context, pace),
  }
}

/** ATTACKER: a reader whose permits are good, and who has everything compared again and again. */
function oneAtATime<A, T>(context: LedgerContext, work: (argument: A) => Promise<T>): (argument: A) => Promise<T> {
  let isBusy = false
  return async (argument) => {
    refuseHalted(context)
    if (isBusy) {
      throw new Problem('too-many-requests', 'cannot compare tables: somebody has them compared, want to wait for that')
    }
    isBusy = true
    try {
      return await work(argument)
    } finally {
      isBusy = false
    }
  }
}

/** A key under another name could not speak for this ledger, which would be noticed only by those who verify. */
function refuseOtherNames(options: LedgerOptions): void {
  const { signer, receiptSigner, origin } = options
  for (const { key } of [signer.ed25519, signer.p256, receiptSigner]) {
    if (key.name !== origin) throw new Error(`cannot use key ${key.name}+${key.keyId}: other name, want ${origin}`)
  }
}

function alreadyFounded(state: string): Problem {
  return new Problem('conflict', `cannot found the ledger: ${state}, want neither ledger nor checkpoint file`)
}
