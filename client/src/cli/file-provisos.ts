// sallyport file provisos: which authorization covers a person for a file, what it holds them to, and what they acknowledge first.

import type { FileProvisos } from '@sallyport/protocol/api'
import { call } from '../gate/index.ts'
import { confirm } from './confirm.ts'
import type { Context, GeneralOptions } from './context.ts'
import type { Exit } from './environment.ts'
import { findFile } from './find.ts'
import { typed } from './printable.ts'
import { keepReceipt } from './keep-receipt.ts'

export interface ProvisosOptions extends GeneralOptions {
  readonly acknowledge?: true
  readonly yes?: true
}

export async function provisos(
  context: Context,
  [wanted = '']: readonly string[],
  { acknowledge, yes }: ProvisosOptions,
): Promise<Exit> {
  const connection = await context.connect()
  const found = await findFile(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, `find ${wanted}`)
  const { id, name } = found.value
  const params = { fileId: id }
  const asked = await call(connection, 'fileProvisos', { params })
  if (asked.outcome === 'refused') return context.refused(asked, `read what ${name} asks you to acknowledge`)
  const open = asked.value.provisos.filter((one) => !one.isAcknowledged)
  if (acknowledge !== true || open.length === 0) {
    context.print.result(asked.value, (out) => {
      for (const line of told(asked.value, name)) out.line(line)
      if (open.length > 0) out.line(`Acknowledge it with: sallyport file provisos ${typed(name)} --acknowledge`)
    })
    return 0
  }
  for (const line of told(asked.value, name)) context.print.note(line)
  if (!(await confirm(context, 'Acknowledge this, on record?', yes === true))) {
    context.print.note('Nothing was acknowledged.')
    return 1
  }
  const body = { texts: open.map((one) => one.textSha256) }
  const answer = await call(connection, 'acknowledgeProvisos', { params, body })
  if (answer.outcome === 'refused') return context.refused(answer, `acknowledge the provisos of ${name}`)
  const { acknowledged, receipt } = answer.value
  if (receipt !== null) await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    out.line(`Acknowledged ${acknowledged.join(', ')}.`, 'green')
    out.pairs([['entry', receipt?.entryId ?? '']])
  })
  return 0
}

function told({ authorization, obligations, conditions, provisos }: FileProvisos, name: string): readonly string[] {
  if (authorization === null) return ['You rely on no authorization, so that none asks anything of you.']
  const { number, kind, citation, validUntil } = authorization
  return [
    `Authorization ${number} (${kind}, ${citation}) covers you for ${name} until ${validUntil}.`,
    ...listed(
      'It holds you to:',
      obligations.map((one) => `${one.id}: ${one.text}`),
    ),
    ...listed(
      'It covers you on these conditions:',
      conditions.map((one) => `${one.id}: ${one.text}`),
    ),
    ...(provisos.length === 0
      ? ['It asks you to acknowledge nothing.']
      : listed(
          'It asks you to acknowledge:',
          provisos.map((one) => `${one.id}${one.isAcknowledged ? ' (acknowledged)' : ''}: ${one.text}`),
        )),
  ]
}

function listed(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)]
}
