// Reading the ledger again and again while it is served. INVARIANT: I7, what was recorded is what is there: whoever alters it behind
// the part that a start has read, or while a gate runs, is found within one round, and from then on nothing is decided.

import { setTimeout } from 'node:timers/promises'
import { Problem } from '@sallyport/protocol'
import { findingProblem, lookAtPart, type AuditFinding } from './audit.ts'
import { halt, type LedgerContext } from './context.ts'
import { isDisagreement } from './disagreement.ts'
import { keepFinding, keptFinding } from './finding-file.ts'
import { readHeadState } from './store.ts'
import { verifyHead } from './verify-head.ts'

export interface Auditing {
  /** Finish the tile that is looked at, and stop. */
  stop(): Promise<void>
}

/** How much of one processor's time a round may take, and how long it is from one to the next. */
export interface AuditPace {
  readonly shareAfterStart: number
  readonly share: number
  readonly betweenMs: number
  /** How often what other processes found is asked for. */
  readonly askEveryMs: number
}

// 18 s of processor time for a million entries: the first round takes a minute and a half for each, any other a quarter of an hour.
export const usualAuditPace: AuditPace = { shareAfterStart: 0.2, share: 0.02, betweenMs: 3_600_000, askEveryMs: 2000 }

/** Go on from what this start has read: the rest of the ledger at once, then all of it, round after round, until something is found. */
export function keepAuditing(context: LedgerContext, pace: AuditPace): Auditing {
  const stopping = new AbortController()
  const { signal } = stopping
  const run = async (): Promise<void> => {
    let share = context.auditedFrom > 0 ? pace.shareAfterStart : null
    while (!signal.aborted && context.halted === null) {
      try {
        if (share === null) await waitFor(context, pace, signal)
        else await round(context, share, pace, signal)
        share = share === null ? pace.share : null
      } catch (error) {
        if (isDisagreement(error)) return halt(context, error)
        context.log.warn({ error }, 'cannot read the ledger through, trying again')
        await setTimeout(pace.askEveryMs, undefined, { signal }).catch(() => {})
      }
    }
  }
  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}

/** Look at everything up to the head that there is now. It begins at a place that nobody can know beforehand. */
async function round(context: LedgerContext, share: number, pace: AuditPace, signal: AbortSignal): Promise<void> {
  const { database, origin, signer, log } = context
  const state = await readHeadState(database)
  if (state === null)
    throw new Problem('unavailable', 'cannot audit the ledger: it is gone, want the one that was opened')
  const head = await verifyHead(state, origin, signer, 'audit', context.head)
  const begin = Math.floor((new DataView(context.random(4).slice().buffer).getUint32(0) / 2 ** 32) * head.size)
  const takeTurn = turns(context, share, pace, signal)
  for (const part of [
    { from: begin, to: head.size },
    { from: 0, to: begin },
  ]) {
    const finding = await lookAtPart(context, { ...part, size: head.size }, takeTurn)
    if (signal.aborted || context.halted !== null) return
    if (finding !== null) return await haltOn(context, finding)
  }
  context.auditedFrom = 0
  context.counts.audited.set(Math.floor(context.clock.now() / 1000))
  log.info({ size: head.size }, 'the whole ledger was read while it was served, and is as it was recorded')
}

/** After each tile: leave most of the time to others, and ask whether another process has found something. */
function turns(
  context: LedgerContext,
  share: number,
  { askEveryMs }: AuditPace,
  signal: AbortSignal,
): () => Promise<boolean> {
  const { clock } = context
  let since = clock.monotonic()
  let askedAt = since
  return async () => {
    const worked = clock.monotonic() - since
    await setTimeout(worked * (1 / share - 1), undefined, { signal }).catch(() => {})
    if (clock.monotonic() - askedAt >= askEveryMs) {
      await askOthers(context)
      askedAt = clock.monotonic()
    }
    since = clock.monotonic()
    return !signal.aborted && context.halted === null
  }
}

async function waitFor(
  context: LedgerContext,
  { betweenMs, askEveryMs }: AuditPace,
  signal: AbortSignal,
): Promise<void> {
  for (let waited = 0; waited < betweenMs && !signal.aborted && context.halted === null; waited += askEveryMs) {
    await setTimeout(Math.min(askEveryMs, betweenMs), undefined, { signal }).catch(() => {})
    await askOthers(context)
  }
}

async function askOthers(context: LedgerContext): Promise<void> {
  const found = await keptFinding(context.checkpointFile)
  if (found === null || context.halted !== null) return
  const state = `another process found it altered (${found})`
  halt(context, new Problem('unavailable', `cannot use the ledger: ${state}, want it as it was recorded`))
}

async function haltOn(context: LedgerContext, finding: AuditFinding): Promise<void> {
  halt(context, findingProblem('use', finding))
  await keepFinding(context.checkpointFile, finding)
}
