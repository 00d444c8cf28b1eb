// sallyport notice ...

import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { keepReceipt } from './keep-receipt.ts'
import { afterOption, placeIn, tellNext, type PageOptions } from './page.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

interface ListOptions extends GeneralOptions, PageOptions {
  readonly state?: string
}

export function addNoticeVerbs(program: Command, desk: Desk): void {
  const noun = addNoun(
    program,
    'notice',
    'Mail about requests for approval and what is due; what waits for you is in `approval list`',
  )
  addVerb<ListOptions>(noun, desk, {
    usage: 'list',
    summary: 'List what was told by mail and to whom, what waits and what was given up',
    example: 'sallyport notice list --state failed',
    options: [['--state <state>', 'waiting, sent, failed or dropped (no reason to send it any more)'], afterOption],
    run: list,
  })
  addVerb(noun, desk, {
    usage: 'due',
    summary: 'List mail about what of authorizations is due: one a day to each at most',
    example: 'sallyport notice due',
    run: due,
  })
  addVerb(noun, desk, {
    usage: 'resend <mail>',
    summary: 'Have mail about what is due sent again that failed, by the id that `notice due` shows',
    example: 'sallyport notice resend <id>',
    run: resend,
  })
}

async function due(context: Context): Promise<Exit> {
  const answer = await call(await context.connect(), 'dueMails', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'read the notices')
  const { mail, mails } = answer.value
  context.print.result(answer.value, (out) => {
    const rows = mails.map((one) => [
      one.state,
      one.day,
      one.recipient.name,
      String(one.matters),
      one.settledAt ?? '',
      one.trouble ?? '',
      one.id,
    ])
    out.table(['state', 'day', 'to', 'matters', 'settled', 'trouble', 'id'], rows)
  })
  if (!mail) tellNoMail(context)
  return 0
}

async function resend(context: Context, [mailId = '']: readonly string[]): Promise<Exit> {
  const answer = await call(await context.connect(), 'resendDueMail', { params: { mailId } })
  if (answer.outcome === 'refused') return context.refused(answer, 'have it sent again')
  const { mail, receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    out.line(mail ? 'It will be sent again within a minute.' : 'It waits to be sent again.', mail ? 'green' : 'yellow')
    out.pairs([['entry', receipt.entryId]])
  })
  if (!mail) tellNoMail(context)
  return 0
}

async function list(context: Context, _: readonly string[], { state, ...page }: ListOptions): Promise<Exit> {
  const query = { ...(state === undefined ? {} : { state }), ...placeIn(page) }
  const answer = await call(await context.connect(), 'notices', { query })
  if (answer.outcome === 'refused') return context.refused(answer, 'read the notices')
  const { mail, notices } = answer.value
  context.print.result(answer.value, (out) => {
    const rows = notices.map((one) => [
      one.state,
      one.event,
      one.recipient.name,
      one.approvalId,
      one.madeAt,
      one.settledAt ?? `next try ${one.nextAt ?? ''}`,
      [one.trouble ?? '', one.attempts > 1 ? `(${one.attempts} tries)` : ''].filter((text) => text !== '').join(' '),
    ])
    out.table(['state', 'told', 'to', 'request', 'since', 'settled', 'trouble'], rows)
  })
  tellNext(context, answer.value)
  if (!mail) tellNoMail(context)
  return 0
}

function tellNoMail({ print }: Context): void {
  print.note('The gate sends no mail: no mail server is configured.', 'yellow')
}
