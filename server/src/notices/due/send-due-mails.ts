// Mail about what of authorizations is due: expiry in 90, 60 and 30 days, lines drawn to 80, 90, 95 and 100 percent, duties that are late. To
// officers and empowered officials, who can act, and to whoever owns a duty. Each matter reaches each of them once, and each gets one
// mail a day at most, with all that is new. What it says is how much is due, and where to look: mail leaves the boundary.

import { createHash } from 'node:crypto'
import { parseMailAddress, type Id, type NoticeState, type NoticeTrouble } from '@sallyport/protocol'
import { dueMatters } from '../../authorizations/index.ts'
import { newId, repeat, type Repeating } from '../../base/index.ts'
import { readStanding } from '../../policy/index.ts'
import type { Mail } from '../notice.ts'
import type { NoticesDependencies } from '../send-notices.ts'
import {
  claimDueMail,
  contentOf,
  gatherDueMails,
  insertDueNotices,
  postponeDueMail,
  settleDueMail,
  type ClaimedDueMail,
} from './store.ts'

export type DueMailDependencies = Omit<NoticesDependencies, 'kinds'>

/** Most mails of a round. */
const mostAtOnce = 500

/** Keep a row of each matter for each person who is to be told of it, as the register is now, and make the mails of this day. */
export async function lookForDue({ database }: Pick<DueMailDependencies, 'database'>): Promise<void> {
  const officers = await readStanding(database, 'officer')
  const officials = await readStanding(database, 'empowered-official')
  const all = new Set([...officers, ...officials])
  for (let after: readonly string[] | null = null; ;) {
    const { matters, last }: Awaited<ReturnType<typeof dueMatters>> = await dueMatters(database, after)
    const notices = matters.flatMap(({ ownerId, authorizationId, matter, kind }) =>
      [...new Set([...all, ...(ownerId === null ? [] : [ownerId])])].map((recipient) => ({
        recipient,
        authorizationId,
        matter,
        kind,
      })),
    )
    await insertDueNotices(database, notices)
    if (last === null) break
    after = last
  }
}

/**
 * Make the mails of this day and send what waits; ends early when the mail server is in trouble. Yields how many were sent. Throws Problem
 * `unavailable` when the database or the ledger is not there.
 */
export async function sendDueMails(deps: DueMailDependencies, signal: AbortSignal): Promise<number> {
  // What could not be recorded is not sent.
  await deps.ledger.head()
  await gatherDueMails(deps.database)
  let sent = 0
  for (let taken = 0; taken < mostAtOnce && !signal.aborted; taken++) {
    const claimed = await claimDueMail(deps.database, deps.pace.leaseMs)
    if (claimed === null) break
    const outcome = await handle(deps, claimed, signal)
    if (outcome === 'sent') sent++
    if (outcome === 'server-in-trouble') break
  }
  return sent
}

/** Look every `lookMs` and send every `intervalMs`, until it is stopped. Nothing that goes wrong ends it. */
export function startDueMails(
  deps: DueMailDependencies,
  { intervalMs, lookMs }: { readonly intervalMs: number; readonly lookMs: number },
): Repeating {
  let nextLookMs = -Infinity
  const failed = (error: unknown): void => deps.log.warn({ error }, 'cannot send mail about what is due now')
  return repeat(
    async (signal) => {
      if (deps.clock.monotonic() >= nextLookMs) {
        await lookForDue(deps)
        nextLookMs = deps.clock.monotonic() + lookMs
      }
      await sendDueMails(deps, signal)
    },
    { intervalMs, failed },
  )
}

type Handled = 'sent' | 'not-sent' | 'server-in-trouble'

async function handle(deps: DueMailDependencies, claimed: ClaimedDueMail, signal: AbortSignal): Promise<Handled> {
  const { firstWaitMs, mostWaitMs, mostAttempts } = deps.pace
  // Whoever took it before came to no end, again and again.
  if (claimed.attempts > mostAttempts) return await end(deps, claimed, 'failed', 'outcome-unknown')
  const { mail, counts } = await contentOf(deps.database, claimed)
  const to = mail === null ? null : parseMailAddress(mail)
  if (to === null) return await end(deps, claimed, 'dropped', 'no-address')
  const result = await deps.mailer.send(mailOf(claimed, to, counts, deps.publicUrl), signal)
  if (result.outcome === 'sent') return await end(deps, claimed, 'sent', null)
  const { trouble, isFinal, isOfServer } = result
  if (isFinal || claimed.attempts === mostAttempts) return await end(deps, claimed, 'failed', trouble)
  deps.counted.add(1, { event: 'due', outcome: 'postponed' })
  const waitMs = Math.min(mostWaitMs, firstWaitMs * 2 ** Math.min(claimed.attempts - 1, 30))
  await postponeDueMail(deps.database, claimed, trouble, waitMs)
  return isOfServer ? 'server-in-trouble' : 'not-sent'
}

function mailOf({ id }: ClaimedDueMail, to: Mail['to'], counts: ReadonlyMap<string, number>, publicUrl: string): Mail {
  const told = [
    ['expiry', 'Authorizations that expire in 90 days or less:'],
    ['draw-down', 'Lines that are drawn to 80 percent or more:'],
    ['duty', 'Duties that are overdue:'],
  ].flatMap(([kind = '', what = '']) => (counts.has(kind) ? [`  ${what} ${counts.get(kind)}`] : []))
  const lines = [
    'This is due, and was not told to you before:',
    '',
    ...told,
    '',
    `Gate:     ${publicUrl}`,
    '',
    'See what it is about with one of these:',
    '',
    '  sallyport task authorizations',
    '  sallyport task duties',
    '',
    'This message was sent by a program. It says nothing of any authorization,',
    'and nothing in it signs you in. Whatever does is not from the gate.',
    '',
  ]
  const digest = createHash('sha256').update(`due ${id}`).digest('hex').slice(0, 40)
  const messageId = `<due.${digest}@${new URL(publicUrl).hostname}>`
  return { to, subject: 'Sallyport: something of an authorization is due', text: lines.join('\n'), messageId }
}

/** Settle a mail with the entry that says so. */
async function end(
  { database, ledger, clock, random, counted, log }: DueMailDependencies,
  claimed: ClaimedDueMail,
  state: Exclude<NoticeState, 'waiting'>,
  trouble: NoticeTrouble | null,
): Promise<Handled> {
  const { id, recipient, attempts } = claimed
  const entryId: Id<'entry'> = newId<'entry'>(clock, random)
  const isOurs = await database.transaction(async (tx) => {
    if (!(await settleDueMail(tx, claimed, state, trouble, entryId))) return false
    await ledger.appendIn(tx, [
      {
        id: entryId,
        kind: `due-mail.${state}`,
        actor: null,
        about: { kind: 'person', id: recipient },
        body: { mail: id, attempts, trouble },
      },
    ])
    return true
  })
  if (isOurs) counted.add(1, { event: 'due', outcome: state })
  if (isOurs && state === 'failed') log.error({ trouble, attempts }, 'mail about what is due was given up')
  return state === 'sent' ? 'sent' : 'not-sent'
}
