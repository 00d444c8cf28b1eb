// sallyport notice ...

import type { Command } from 'commander'
import { call } from '../gate/index.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { afterOption, placeIn, tellNext, type PageOptions } from './page.ts'
import { addNoun, addVerb, type Desk } from './verb.ts'

interface ListOptions extends GeneralOptions, PageOptions {
  readonly state?: string
}

export function addNoticeVerbs(program: Command, desk: Desk): void {
  const noun = addNoun(program, 'notice', 'Mail about requests for approval; what waits for you is in `approval list`')
  addVerb<ListOptions>(noun, desk, {
    usage: 'list',
    summary: 'List what was told by mail and to whom, what waits and what was given up',
    example: 'sallyport notice list --state failed',
    options: [['--state <state>', 'waiting, sent, failed or dropped (no reason to send it any more)'], afterOption],
    run: list,
  })
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
  if (!mail) context.print.note('The gate sends no mail: no mail server is configured.', 'yellow')
  return 0
}
