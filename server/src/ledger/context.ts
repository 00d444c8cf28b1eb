// What the use cases of an open ledger share.

import type { Problem } from '@sallyport/protocol'
import type { Clock, CounterMetric, Database, GaugeMetric, Logger, Metrics, Randomness } from '../base/index.ts'
import type { DatabaseTime } from './database-time.ts'
import type { CheckpointSigner, LedgerSigner } from './signatures.ts'
import type { RecordRows } from './tables/record-rows.ts'
import type { ModuleTables } from './tables/table.ts'
import type { Head } from './verify-head.ts'

export interface LedgerOptions {
  readonly database: Database
  readonly signer: CheckpointSigner
  /** Signs receipts; named as the origin. */
  readonly receiptSigner: LedgerSigner
  readonly clock: Clock
  readonly random: Randomness
  readonly log: Logger
  readonly metrics?: Metrics
  /** Path of the last checkpoint kept outside the database. Its folder exists and others cannot write to it. */
  readonly checkpointFile: string
  /** Schema-less URL that names the ledger: `ledger.example.com/enclave`. */
  readonly origin: string
  /** What entries make of the modules' tables; without it entries say no more of their rows than their modules put in. */
  readonly tables?: readonly ModuleTables[]
}

export interface LedgerContext extends LedgerOptions {
  readonly counts: LedgerCounts
  readonly time: DatabaseTime
  readonly recordRows: RecordRows
  /** The last head that this process has checked. Set by the sequencer, after its commit. */
  head: Head
  /** The last write of the checkpoint file; the next waits for it. */
  writing: Promise<void>
  /** Set once when parts disagree; from then on nothing is appended or acknowledged. */
  halted: Problem | null
  /** Entries from here on were read through since this process started; infinite before any were. */
  auditedFrom: number
}

interface LedgerCounts {
  readonly appended: CounterMetric<never>
  readonly sequenced: CounterMetric<never>
  readonly size: GaugeMetric<never>
  readonly overdue: GaugeMetric<never>
  readonly halted: GaugeMetric<never>
  readonly audited: GaugeMetric<never>
}

export function defineCounts(metrics: Metrics | undefined): LedgerCounts {
  const counter = (name: string, help: string): CounterMetric<never> => metrics?.counter({ name, help }) ?? { add() {} }
  const gauge = (name: string, help: string): GaugeMetric<never> => metrics?.gauge({ name, help }) ?? { set() {} }
  return {
    appended: counter('ledger_entries_appended', 'Entries written by this process.'),
    sequenced: counter('ledger_entries_sequenced', 'Entries put into the tree by this process.'),
    size: gauge('ledger_tree_size', 'Entries in the tree.'),
    overdue: gauge('ledger_entries_overdue', 'Entries that wait for the tree for longer than 10 seconds.'),
    halted: gauge('ledger_halted', '1 when parts of the ledger disagree and it refuses.'),
    audited: gauge('ledger_audited_seconds', 'When the whole ledger was last read through, in seconds since 1970.'),
  }
}

/** Throw what halted the ledger, if anything did. */
export function refuseHalted(context: LedgerContext): void {
  if (context.halted !== null) throw context.halted
}

/** Refuse from now on, for good: no waiting puts it right. */
export function halt(context: LedgerContext, problem: Problem): void {
  context.halted = problem
  context.counts.halted.set(1)
  context.log.error({ error: problem }, 'the ledger refuses from now on')
}
