// One round of notices: find what there is reason to tell, then take one after the other and send it. No lock is held while a
// mail server is spoken to. Whoever takes a notice has it for a lease; a process that dies with it leaves it to the next.

import { parseMailAddress, type Id, type NoticeState, type NoticeTrouble, type Role } from '@sallyport/protocol'
import type { ApprovalKind } from '../approvals/index.ts'
import { newId, type Clock, type CounterMetric, type Database, type Logger, type Randomness } from '../base/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { readStanding } from '../policy/index.ts'
import type { Mailer } from './mailer.ts'
import { isForApprovers, mailOf, type Mail } from './notice.ts'
import { claimNext, insertDue, matterOf, postpone, settle, type ClaimedNotice, type Holder } from './store.ts'

export interface NoticesDependencies {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'appendIn' | 'head'>
  readonly clock: Clock
  readonly random: Randomness
  readonly kinds: ReadonlyMap<string, Pick<ApprovalKind, 'role' | 'phrase'>>
  readonly mailer: Mailer
  /** Origin that clients use. */
  readonly publicUrl: string
  readonly log: Logger
  readonly counted: CounterMetric<'event' | 'outcome'>
  readonly pace: NoticePace
}

export interface NoticePace {
  /** How long before a request expires whoever may approve it is told once more. */
  readonly reminderMs: number
  /** Whose request ended longer ago is told nothing: when mail was not configured, or no gate ran. */
  readonly memoryMs: number
  /** Longer than any sending takes; doubles with each attempt of a notice. */
  readonly leaseMs: number
  /** Wait after a first failed attempt; doubles with each, up to `mostWaitMs`. */
  readonly firstWaitMs: number
  readonly mostWaitMs: number
  /** Then a notice is given up. */
  readonly mostAttempts: number
}

/** A mail server may be away for four days. A lease outlasts the deadline of a message several times. */
export const usualPace: NoticePace = {
  reminderMs: 24 * 3_600_000,
  memoryMs: 7 * 24 * 3_600_000,
  leaseMs: 300_000,
  firstWaitMs: 30_000,
  mostWaitMs: 3_600_000,
  mostAttempts: 100,
}

/** Most notices of a round. */
const mostAtOnce = 500

/**
 * Make the notices that are due and send what is waiting. Ends early when the mail server is in trouble: nothing else would
 * fare better. Yields how many were sent. Throws Problem `unavailable` when the database or the ledger is not there.
 */
export async function sendNotices(deps: NoticesDependencies, signal: AbortSignal): Promise<number> {
  // What could not be recorded is not sent.
  await deps.ledger.head()
  await insertDue(deps.database, await holdersOf(deps), deps.pace)
  let sent = 0
  for (let taken = 0; taken < mostAtOnce && !signal.aborted; taken++) {
    const claimed = await claimNext(deps.database, deps.pace.leaseMs)
    if (claimed === null) break
    const outcome = await handle(deps, claimed, signal)
    if (outcome === 'sent') sent++
    if (outcome === 'server-in-trouble') break
  }
  return sent
}

async function holdersOf({ database, kinds }: NoticesDependencies): Promise<readonly Holder[]> {
  const roles = [...new Set([...kinds.values()].map(({ role }) => role))]
  const standing = new Map<Role, readonly Id<'person'>[]>()
  for (const role of roles) standing.set(role, [...(await readStanding(database, role))])
  return [...kinds].flatMap(([kind, { role }]) => (standing.get(role) ?? []).map((person) => ({ kind, person })))
}

type Handled = 'sent' | 'not-sent' | 'server-in-trouble'

async function handle(deps: NoticesDependencies, claimed: ClaimedNotice, signal: AbortSignal): Promise<Handled> {
  const { firstWaitMs, mostWaitMs, mostAttempts } = deps.pace
  // Whoever took it before came to no end, again and again.
  if (claimed.attempts > mostAttempts) return await end(deps, claimed, 'failed', 'outcome-unknown')
  const due = await stillDue(deps, claimed)
  if ('dropped' in due) return await end(deps, claimed, 'dropped', due.dropped)
  const result = await deps.mailer.send(due.mail, signal)
  if (result.outcome === 'sent') return await end(deps, claimed, 'sent', null)
  const { trouble, isFinal, isOfServer } = result
  if (isFinal || claimed.attempts === mostAttempts) return await end(deps, claimed, 'failed', trouble)
  deps.counted.add(1, { event: claimed.event, outcome: 'postponed' })
  deps.log.warn({ event: claimed.event, trouble, attempts: claimed.attempts }, 'a notice was not taken, trying again')
  const waitMs = Math.min(mostWaitMs, firstWaitMs * 2 ** Math.min(claimed.attempts - 1, 30))
  await postpone(deps.database, claimed, trouble, waitMs)
  return isOfServer ? 'server-in-trouble' : 'not-sent'
}

/** The mail of a notice, as long as there is reason for it: standing is looked at now, not only when it was made. */
async function stillDue(
  { database, kinds, publicUrl }: NoticesDependencies,
  claimed: ClaimedNotice,
): Promise<{ readonly mail: Mail } | { readonly dropped: NoticeTrouble }> {
  const matter = await matterOf(database, claimed)
  const kind = matter === null ? undefined : kinds.get(matter.kind)
  if (matter === null || kind === undefined) return { dropped: 'request-closed' }
  if (isForApprovers(claimed.event)) {
    if (!matter.isPending) return { dropped: 'request-closed' }
    const standing = await readStanding(database, kind.role)
    if (!matter.mayApprove || !standing.has(claimed.recipient)) return { dropped: 'not-eligible' }
  }
  const to = parseMailAddress(matter.mail)
  if (to === null) return { dropped: 'no-address' }
  return { mail: mailOf(claimed, to, { phrase: kind.phrase, expiresAtMs: matter.expiresAtMs, publicUrl }) }
}

/** Settle a notice with the entry that says so. */
async function end(
  { database, ledger, clock, random, counted, log }: NoticesDependencies,
  claimed: ClaimedNotice,
  state: Exclude<NoticeState, 'waiting'>,
  trouble: NoticeTrouble | null,
): Promise<Handled> {
  const { requestId, event, recipient, attempts } = claimed
  const entryId = newId<'entry'>(clock, random)
  const isOurs = await database.transaction(async (tx) => {
    if (!(await settle(tx, claimed, state, trouble, entryId))) return false
    await ledger.appendIn(tx, [
      {
        id: entryId,
        kind: `notice.${state}`,
        actor: null,
        about: { kind: 'approval', id: requestId },
        body: { event, recipient, attempts, ...(trouble === null ? {} : { trouble }) },
      },
    ])
    return true
  })
  if (isOurs) counted.add(1, { event, outcome: state })
  if (isOurs && state === 'failed') log.error({ event, trouble, attempts }, 'a notice was given up')
  return state === 'sent' ? 'sent' : 'not-sent'
}
