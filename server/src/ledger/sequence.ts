// The sequencer: orders what is pending, extends the tree and signs the checkpoint, all in one transaction. Any number of
// processes may try; the size of the head lets one of them through (see advanceHead).

import { setTimeout } from 'node:timers/promises'
import { violatedConstraint, type Transaction } from '../base/index.ts'
import { writeCheckpointFile } from './checkpoint-file.ts'
import { halt, refuseHalted, type LedgerContext } from './context.ts'
import { disagreement, isDisagreement } from './disagreement.ts'
import { signCheckpoint } from './signatures.ts'
import {
  advanceHead,
  countOverdue,
  movePending,
  readHeadState,
  takeTurn,
  vacuumPending,
  writeTiles,
  type HeadState,
} from './store.ts'
import { growTree } from './tree.ts'
import { verifyHead, verifyPrefix, type Head } from './verify-head.ts'

/** Entries moved in one transaction. */
const sequenceLimit = 4096
/** A receipt whose entry is not in the tree by then is an alarm. */
export const overdueMs = 10_000
const vacuumEvery = 20_000
const lookEveryMs = 2000

export interface Sequencer {
  /** Finish the step under way and stop. */
  stop(): Promise<void>
}

/** What one step did: the head before or after it, and how many entries it moved. */
export interface Step {
  readonly head: Head
  readonly moved: number
}

/** Raised to roll back when another sequencer extended the same tree first. */
class RaceLost extends Error {}

/** Take one step. Returns how many entries it put into the tree: 0 when there are none or another process is at it. */
export async function sequenceOnce(context: LedgerContext): Promise<number> {
  refuseHalted(context)
  try {
    const step = await context.database.transaction(async (tx) =>
      (await takeTurn(tx)) ? sequenceIn(context, tx) : null,
    )
    if (step === null) return 0
    await publish(context, step)
    return step.moved
  } catch (error) {
    if (isDisagreement(error)) halt(context, error)
    if (error instanceof RaceLost || violatedConstraint(error) === 'ledger_entries_pkey') return 0
    throw error
  }
}

/** Extend the tree inside a transaction. Nothing of it may be shown to anybody before that transaction is durable. */
export async function sequenceIn(context: LedgerContext, tx: Transaction): Promise<Step> {
  const state = await readHeadState(tx)
  if (state === null) throw disagreement('sequence', 'not-founded')
  const head = await follow(context, tx, state)
  const leaves = await movePending(tx, head.size, sequenceLimit)
  if (leaves.length === 0) return { head, moved: 0 }
  const { tree, tiles } = growTree({ ...head, partials: state.partials }, leaves)
  const checkpoint = { origin: head.origin, size: tree.size, root: tree.root }
  const note = await signCheckpoint(context.signer, checkpoint)
  await writeTiles(tx, tiles)
  if (!(await advanceHead(tx, head.size, { ...checkpoint, note }))) throw new RaceLost()
  return { head: { ...checkpoint, note }, moved: tree.size - head.size }
}

/** Step every `intervalMs`, and at once while there is more than one step's work. Stops for good on a disagreement. */
export function startSequencer(context: LedgerContext, options: { readonly intervalMs: number }): Sequencer {
  const stopping = new AbortController()
  const running = run(context, options.intervalMs, stopping.signal)
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}

async function run(context: LedgerContext, intervalMs: number, signal: AbortSignal): Promise<void> {
  let sinceVacuum = 0
  let lookedAt = context.clock.monotonic()
  while (!signal.aborted) {
    try {
      const moved = await sequenceOnce(context)
      sinceVacuum += moved
      if (sinceVacuum >= vacuumEvery) {
        sinceVacuum = 0
        await vacuum(context)
      }
      if (context.clock.monotonic() - lookedAt >= lookEveryMs) {
        lookedAt = context.clock.monotonic()
        await lookForOverdue(context)
      }
      if (moved === sequenceLimit) continue
    } catch (error) {
      if (context.halted !== null) return
      context.log.warn({ error }, 'cannot sequence the ledger, trying again')
    }
    await setTimeout(intervalMs, undefined, { signal }).catch(() => {})
  }
}

/** The head in the database, checked in itself and against the last one that this process has seen. */
async function follow(context: LedgerContext, tx: Transaction, state: HeadState): Promise<Head> {
  const known = context.head
  const head = await verifyHead(state, context.origin, context.signer, 'sequence', known)
  if (head.note !== known.note) {
    await verifyPrefix(tx, known, head, 'sequence', { ahead: 'head-moved-back', fork: 'head-forked' })
  }
  return head
}

/** INVARIANT: a checkpoint leaves this process only after the transaction that holds it is durable. */
async function publish(context: LedgerContext, step: Step): Promise<void> {
  context.counts.sequenced.add(step.moved)
  if (step.head.note === context.head.note || step.head.size < context.head.size) return
  context.head = step.head
  context.counts.size.set(step.head.size)
  context.writing = context.writing.then(() => keepOutside(context))
  await context.writing
}

async function keepOutside(context: LedgerContext): Promise<void> {
  try {
    await writeCheckpointFile(context.checkpointFile, context.head.note)
  } catch (error) {
    // The older checkpoint in the file is still a prefix; entries stay durable and provable without it.
    context.log.error({ error }, 'cannot keep the checkpoint outside the database')
  }
}

async function vacuum(context: LedgerContext): Promise<void> {
  try {
    await vacuumPending(context.database)
  } catch (error) {
    context.log.debug({ error }, 'cannot vacuum the pending entries')
  }
}

async function lookForOverdue(context: LedgerContext): Promise<void> {
  const count = await countOverdue(context.database, overdueMs)
  context.counts.overdue.set(count)
  if (count > 0) context.log.error({ count }, 'entries wait for the tree for longer than 10 seconds')
}
