// sallyport file delete, copies: ask for the end of a file, and see what of it is elsewhere.

import { call } from '../gate/index.ts'
import { keepReceipt } from './keep-receipt.ts'
import type { Context } from './context.ts'
import type { Exit } from './environment.ts'
import { findFile } from './find.ts'
import { minute } from './printer.ts'

export async function deleteFile(
  context: Context,
  [wanted = '']: readonly string[],
  { reason }: { readonly reason: string },
): Promise<Exit> {
  const connection = await context.connect()
  const found = await findFile(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, `delete ${wanted}`)
  const { id, name } = found.value
  const answer = await call(connection, 'deleteFile', { params: { fileId: id }, body: { reason } })
  if (answer.outcome === 'refused') return context.refused(answer, `delete ${name}`)
  const { approvalId, receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    out.line(`Asked for the deletion of ${name}. It is there until an officer other than you approves.`, 'green')
    out.pairs([
      ['approval', approvalId],
      ['entry', receipt.entryId],
    ])
    out.line(`Whether it waits still: sallyport file show ${id}`, 'dim')
    out.line(`What else there is of it: sallyport file copies ${id}`, 'dim')
  })
  return 0
}

export async function showCopies(context: Context, [wanted = '']: readonly string[]): Promise<Exit> {
  const connection = await context.connect()
  const found = await findFile(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, `find ${wanted}`)
  const { id, name, state } = found.value
  const answer = await call(connection, 'fileCopies', { params: { fileId: id } })
  if (answer.outcome === 'refused') return context.refused(answer, `see who received ${name}`)
  const { receivers, backups } = answer.value
  context.print.result(answer.value, (out) => {
    out.line(`${name} is ${state} here.`, 'bold')
    if (receivers.length === 0) out.line('Nobody received it through this gate.')
    else {
      const rows = receivers.map((one) => [one.name, String(one.opened), String(one.fetched), minute(one.lastAt)])
      out.table(['person', 'key released', 'container fetched', 'last'], rows)
    }
    out.line(
      backups.length === 0
        ? 'No backup was made while it was here.'
        : `Backups that hold it: ${backups.length} (${daysOf(backups)}).`,
    )
    out.line(
      'What was opened lies in the clear where it was opened, and what left this gate is not seen from here.',
      'dim',
    )
  })
  return 0
}

/** From the day of the oldest backup to that of the newest; `backups` begin with the newest. */
function daysOf(backups: readonly string[]): string {
  return [...new Set([backups.at(-1), backups[0]].map((at) => (at ?? '').slice(0, 10)))].join(' to ')
}
