// sallyport file rescue, end-rescue: other labels in place of those that a file was sealed under.

import { call } from '../gate/index.ts'
import { allLabels } from './find.ts'
import { keepReceipt } from './keep-receipt.ts'
import { readBinding } from '../tdf/index.ts'
import type { Context } from './context.ts'
import type { Exit } from './environment.ts'
import { meantFile } from './file-labels.ts'
import { namedLabels } from './label-verbs.ts'
import { lyingHere } from './sealed-source.ts'

export interface RescueOptions {
  readonly labels: string
  readonly reason: string
}

export async function rescue(
  context: Context,
  [wanted = '']: readonly string[],
  { labels: written, reason }: RescueOptions,
): Promise<Exit> {
  const connection = await context.connect()
  const meant = await meantFile(context, connection, wanted)
  if (meant.outcome === 'refused') return context.refused(meant, `find ${wanted}`)
  const { id, name } = meant.value
  const known = await allLabels(connection)
  if (known.outcome === 'refused') return context.refused(known, 'read the labels')
  const labels = namedLabels(known.value, written)
  const lying = await lyingHere(context, wanted)
  const manifest = lying === null ? null : await readBinding(lying)
  const answer = await call(connection, 'rescueFile', { params: { fileId: id }, body: { labels, manifest, reason } })
  if (answer.outcome === 'refused') return context.refused(answer, `rescue ${name}`)
  const { from, approvalId, receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    out.line(`Asked for it. ${name} stays as it is until an officer other than you approves.`, 'green')
    out.pairs([
      ['sealed under', from.length === 0 ? 'none' : from.join(', ')],
      ['in their place', labels.join(', ')],
      ['approval', approvalId],
      ['entry', receipt.entryId],
    ])
    out.line('Neither you nor whoever approves it will open the file by it.', 'dim')
  })
  return 0
}

export async function endRescue(
  context: Context,
  [wanted = '']: readonly string[],
  { reason }: { readonly reason: string },
): Promise<Exit> {
  const connection = await context.connect()
  const meant = await meantFile(context, connection, wanted)
  if (meant.outcome === 'refused') return context.refused(meant, `find ${wanted}`)
  const { id, name } = meant.value
  const answer = await call(connection, 'endRescue', { params: { fileId: id }, body: { reason } })
  if (answer.outcome === 'refused') return context.refused(answer, `end the rescue of ${name}`)
  const { receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    out.line(`The labels that ${name} was sealed under hold again.`, 'green')
    out.pairs([['entry', receipt.entryId]])
  })
  return 0
}
