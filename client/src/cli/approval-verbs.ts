// sallyport approval ...

import { parseId, Problem, type Id } from '@sallyport/protocol'
import type { ApprovalView } from '@sallyport/protocol/api'
import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import {
  acknowledgeEffect,
  acknowledgeOptions,
  effectOf,
  tellApprovalEffect,
  type AcknowledgeOptions,
} from './acknowledge-effect.ts'
import { keepReceipt } from './keep-receipt.ts'
import { confirm } from './confirm.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { afterOption, placeIn, tellNext, type PageOptions } from './page.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

type ListOptions = GeneralOptions & PageOptions & { readonly all?: true }

export function addApprovalVerbs(program: Command, desk: Desk): void {
  const noun = addNoun(program, 'approval', 'Changes that wait for the approval of others')
  addVerb<ListOptions>(noun, desk, {
    usage: 'list',
    summary: 'List what waits for approval, and what waits for you',
    example: 'sallyport approval list',
    options: [['--all', 'with what was executed, declined, withdrawn, or has expired'], afterOption],
    run: list,
  })
  addVerb(noun, desk, {
    usage: 'show <approval>',
    summary: 'Show exactly what would change, and who would gain or lose what by it',
    example: 'sallyport approval show 01930000-0000-7000-8000-000000000001',
    run: show,
  })
  addVerb<AcknowledgeOptions>(noun, desk, {
    usage: 'approve <approval>',
    summary: 'Approve exactly what is shown; the last approval executes it',
    example: 'sallyport approval approve 01930000-0000-7000-8000-000000000001',
    options: [...acknowledgeOptions],
    run: approve,
  })
  addVerb<GeneralOptions & { reason: string; yes?: true }>(noun, desk, {
    usage: 'decline <approval>',
    summary: 'Decline what somebody else asked for, for good; one person does it',
    example:
      'sallyport approval decline 01930000-0000-7000-8000-000000000001 --reason "the license does not name them"',
    required: [['--reason <text>', 'why, for the record; whoever asked reads it, so no nationality in it']],
    options: [['--yes', 'do not ask']],
    run: decline,
  })
  addVerb(noun, desk, {
    usage: 'withdraw <approval>',
    summary: 'Withdraw what you asked for yourself',
    example: 'sallyport approval withdraw 01930000-0000-7000-8000-000000000001',
    run: withdraw,
  })
}

async function list(context: Context, _: readonly string[], { all, ...page }: ListOptions): Promise<Exit> {
  const query = { ...(all === true ? { all: 'true' } : {}), ...placeIn(page) }
  const answer = await call(await context.connect(), 'approvals', { query })
  if (answer.outcome === 'refused') return context.refused(answer, 'read what waits for approval')
  context.print.result(answer.value, (out) => {
    const rows = answer.value.approvals.map((one) => [
      one.waitsForYou ? 'yes' : '',
      one.title,
      one.about.name,
      `${one.state} (${one.approvedBy.length} of ${one.needed})`,
      one.requestedBy.name,
      one.expiresAt.slice(0, 10),
      one.id,
    ])
    out.table(['waits for you', 'change', 'about', 'state', 'asked for by', 'until', 'id'], rows)
  })
  tellNext(context, answer.value)
  return 0
}

async function show(context: Context, [wanted = '']: readonly string[]): Promise<Exit> {
  const connection = await context.connect()
  const approvalId = idOf(wanted)
  const answer = await call(connection, 'approval', { params: { approvalId } })
  if (answer.outcome === 'refused') return context.refused(answer, 'read what waits for approval')
  const { details, hasEffect, state } = answer.value
  const effect = hasEffect && state === 'pending' ? await effectOf(connection, approvalId) : null
  const known = effect?.outcome === 'refused' ? null : (effect?.value ?? null)
  context.print.result(hasEffect ? { ...answer.value, effect: known } : answer.value, (out) => {
    out.pairs([...pairs(answer.value), ...detailPairs(details)])
    if (known !== null) tellApprovalEffect(out, known)
  })
  // Administrators read requests, and not who can open what.
  if (effect?.outcome === 'refused')
    context.print.note('Who would gain or lose what by it is for officers and auditors.')
  return 0
}

async function approve(context: Context, [wanted = '']: readonly string[], options: AcknowledgeOptions): Promise<Exit> {
  const connection = await context.connect()
  const approvalId = idOf(wanted)
  const shown = await call(connection, 'approval', { params: { approvalId } })
  if (shown.outcome === 'refused') return context.refused(shown, 'read what waits for approval')
  const { title, about, digest, details, hasEffect } = shown.value
  const change = [title, about.name, JSON.stringify(details)].filter((one) => one !== '').join('; ')
  const question = `Approve exactly this: ${change}?`
  const asked = hasEffect
    ? await acknowledgeEffect(context, connection, { approvalId, question, options })
    : (await confirm(context, question, options.yes === true)) || 'no'
  if (asked === 'no') {
    context.print.note('Nothing was changed.')
    return 1
  }
  if (asked !== true && 'outcome' in asked) return context.refused(asked, 'read who would gain or lose what')
  // The digests that were shown: whatever else the request says or does by then is refused.
  const body = { digest, ...(asked === true ? {} : asked) }
  const answer = await call(connection, 'giveApproval', { params: { approvalId }, body })
  if (answer.outcome === 'refused') return context.refused(answer, `approve ${title}`)
  const { approved, needed, executed, enrollment, receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    const missing = needed - approved
    const next = executed ? 'it is done' : `it takes ${missing} more approval${missing === 1 ? '' : 's'}`
    out.line(`You approved ${title}; ${next}.`, 'green')
    if (enrollment !== null) {
      out.line(`Give ${about.name} this link, which is shown once and opens until ${enrollment.expiresAt}:`)
      out.line(enrollment.link)
      out.line('They need the code as well, which whoever asked has.')
    }
    out.pairs([['entry', receipt.entryId]])
  })
  return 0
}

async function decline(
  context: Context,
  [wanted = '']: readonly string[],
  { reason, yes }: { readonly reason: string; readonly yes?: true },
): Promise<Exit> {
  const connection = await context.connect()
  const approvalId = idOf(wanted)
  const shown = await call(connection, 'approval', { params: { approvalId } })
  if (shown.outcome === 'refused') return context.refused(shown, 'read what waits for approval')
  const { title, about, digest } = shown.value
  const change = [title, about.name].filter((one) => one !== '').join('; ')
  if (!(await confirm(context, `Decline for good: ${change}?`, yes === true))) {
    context.print.note('Nothing was changed.')
    return 1
  }
  const answer = await call(connection, 'declineApproval', { params: { approvalId }, body: { digest, reason } })
  if (answer.outcome === 'refused') return context.refused(answer, `decline ${title}`)
  const { receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    out.line(`You declined ${title}; nobody can approve it any more.`, 'green')
    out.pairs([['entry', receipt.entryId]])
  })
  return 0
}

async function withdraw(context: Context, [wanted = '']: readonly string[]): Promise<Exit> {
  const answer = await call(await context.connect(), 'withdrawApproval', { params: { approvalId: idOf(wanted) } })
  if (answer.outcome === 'refused') return context.refused(answer, 'withdraw the request')
  await keepReceipt(context, answer.value.receipt)
  context.print.result(answer.value, (out) => {
    out.line('The request is withdrawn; nothing has changed.', 'green')
    out.pairs([['entry', answer.value.receipt.entryId]])
  })
  return 0
}

function pairs(one: ApprovalView): (readonly [string, string])[] {
  return [
    ['change', one.title],
    ['about', one.about.name === '' ? one.about.id : `${one.about.name} (${one.about.id})`],
    ['state', `${one.state}, ${one.approvedBy.length} of ${one.needed} approvals`],
    ['asked for', `${one.requestedAt} by ${one.requestedBy.name}`],
    ['approved by', one.approvedBy.map(({ name }) => name).join(', ')],
    ...(one.needsOfficial ? ([['takes', 'an empowered official among those who ask and approve']] as const) : []),
    ...(one.declined === null ? [] : ([['declined', `by ${one.declined.by.name}: ${one.declined.reason}`]] as const)),
    ['until', one.expiresAt],
    ['digest', one.digest],
    ['waits for you', one.waitsForYou ? 'yes' : 'no'],
  ]
}

function detailPairs(details: Readonly<Record<string, unknown>>): (readonly [string, string])[] {
  return Object.entries(details).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
}

function idOf(wanted: string): Id<'approval'> {
  const id = parseId<'approval'>(wanted)
  if (id !== null) return id
  throw new Problem('invalid-request', 'cannot tell which request is meant: that is no id, want one of `approval list`')
}
