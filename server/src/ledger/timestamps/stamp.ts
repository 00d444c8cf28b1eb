// Has an authority stamp the newest checkpoint, again and again for as long as a gate serves. Whichever process takes the turn
// asks; no lock and no transaction is held while it does, so that an authority that hangs or lies holds up nothing.

import { parseCheckpointText, parseNote } from '@sallyport/protocol/ledger'
import {
  newId,
  repeat,
  type Clock,
  type Database,
  type GaugeMetric,
  type Logger,
  type Randomness,
  type Repeating,
} from '../../base/index.ts'
import type { Ledger } from '../open-ledger.ts'
import { askAuthority, type Authority } from './ask-authority.ts'
import { endStampingTurn, insertTimestamp, isStamped, postponeStamping, takeStampingTurn, type Turn } from './store.ts'

export interface StampingDependencies {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'appendIn' | 'checkpoint' | 'head'>
  readonly clock: Clock
  readonly random: Randomness
  readonly log: Logger
  readonly authority: Authority
  /** 1 while this process was the last to ask and got none. */
  readonly failing: GaugeMetric<never>
  /** Age of the last timestamp at which the newest checkpoint gets one. */
  readonly everyMs: number
}

/** Wait after a first failed attempt; doubles with each, up to an hour. */
const firstWaitMs = 30_000
const mostWaitMs = 3_600_000

export type StampingOutcome = 'not-due' | 'nothing-new' | 'stamped' | 'postponed'

/** Stamp the newest checkpoint if it is time. Throws Problem `unavailable` when the database or the ledger is not there. */
export async function stampOnce(deps: StampingDependencies, signal: AbortSignal): Promise<StampingOutcome> {
  const { database, ledger, random, log, authority, failing, everyMs } = deps
  // What could not be recorded is not asked for.
  await ledger.head()
  const turn = await takeStampingTurn(database, everyMs, authority.deadlineMs * 2 + firstWaitMs)
  if (turn === null) return 'not-due'
  const note = await ledger.checkpoint()
  const checkpoint = parseCheckpointText(parseNote(note)?.text ?? '')
  // Of an empty ledger there is nothing to say when it was there.
  if (checkpoint === null || checkpoint.size === 0 || (await isStamped(database, checkpoint.size))) {
    await postponeStamping(database, turn, null, firstWaitMs)
    return 'nothing-new'
  }
  const asked = await askAuthority(authority, { note, nowMs: turn.nowMs }, random, signal)
  if (signal.aborted) {
    await postponeStamping(database, turn, null, 0)
    return 'postponed'
  }
  failing.set('trouble' in asked ? 1 : 0)
  if ('trouble' in asked) {
    const waitMs = Math.min(mostWaitMs, firstWaitMs * 2 ** Math.min(turn.attempts - 1, 30))
    log.warn({ trouble: asked.trouble, attempts: turn.attempts }, 'no timestamp of the authority, trying again')
    await postponeStamping(database, turn, asked.trouble, waitMs)
    return 'postponed'
  }
  const { answer, timestamp } = asked
  return (await keep(deps, turn, { size: checkpoint.size, note, answer, ...timestamp })) ? 'stamped' : 'not-due'
}

interface Result {
  readonly size: number
  readonly note: string
  readonly answer: Uint8Array
  readonly atMs: number
  readonly serial: string
}

/** Keep a timestamp with the entry that says so. False where another process had the turn meanwhile. */
async function keep(
  { database, ledger, clock, random }: StampingDependencies,
  turn: Turn,
  { size, note, answer, atMs, serial }: Result,
): Promise<boolean> {
  const entryId = newId<'entry'>(clock, random)
  return await database.transaction(async (tx) => {
    if (!(await endStampingTurn(tx, turn))) return false
    if (!(await insertTimestamp(tx, { size, note, answer, authorityAtMs: atMs, entryId }))) return false
    await ledger.appendIn(tx, [
      {
        id: entryId,
        kind: 'checkpoint.stamped',
        actor: null,
        about: { kind: 'checkpoint', id: String(size) },
        body: { size, authorityAt: new Date(atMs).toISOString(), serial },
      },
    ])
    return true
  })
}

/** Look now and then every `intervalMs` whether it is time. Nothing that goes wrong ends it; stopping breaks off a question. */
export function startStamping(deps: StampingDependencies, { intervalMs }: { readonly intervalMs: number }): Repeating {
  const failed = (error: unknown): void => deps.log.warn({ error }, 'cannot have checkpoints stamped now')
  return repeat((signal) => stampOnce(deps, signal), { intervalMs, failed })
}
