// sallyport file share, shared, unshare, and list --shared.

import { parseId, Problem } from '@sallyport/protocol'
import type { FileShares } from '@sallyport/protocol/api'
import { call } from '../gate/index.ts'
import type { Context } from './context.ts'
import type { Exit } from './environment.ts'
import { findFile, findVault, folded } from './find.ts'
import { keepReceipt } from './keep-receipt.ts'
import { whomToAsk } from './refusal.ts'
import { minute } from './printer.ts'

type Recipient = FileShares['shares'][number]['with']

export async function share(
  context: Context,
  [wanted = '']: readonly string[],
  { with: whom }: { readonly with: string },
): Promise<Exit> {
  const connection = await context.connect()
  const found = await findFile(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, `share ${wanted}`)
  const { id, name } = found.value
  const [, program] = /^program\/(.+)$/.exec(whom) ?? []
  const body = { with: program === undefined ? { person: whom.normalize('NFC') } : { program } }
  const answer = await call(connection, 'shareFile', { params: { fileId: id }, body })
  if (answer.outcome === 'refused') return context.refused(answer, `share ${name}`)
  const { with: recipient, couldOpen, receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    out.line(`Shared ${name} with ${nameOf(recipient)}.`, 'green')
    if (couldOpen === null) out.line('Each of them sees it while they could open it, and nobody else does.')
    else if (couldOpen) out.line('They could open it at this moment: sallyport file list --shared')
    else
      out.line(
        `They could not open it at this moment, and do not see it. Whom to ask: ${whomToAsk('officer')}`,
        'yellow',
      )
    out.pairs([['entry', receipt.entryId]])
  })
  return 0
}

export async function showShares(context: Context, [wanted = '']: readonly string[]): Promise<Exit> {
  const connection = await context.connect()
  const found = await findFile(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, `find ${wanted}`)
  const { id, name } = found.value
  const answer = await call(connection, 'fileShares', { params: { fileId: id } })
  if (answer.outcome === 'refused') return context.refused(answer, `see with whom ${name} is shared`)
  context.print.result(answer.value, (out) => {
    const rows = answer.value.shares.map((one) => [nameOf(one.with), one.by.name, minute(one.at), one.id])
    if (rows.length === 0) out.line(`${name} is shared with nobody that you may see.`)
    else out.table(['with', 'by', 'since', 'id'], rows)
  })
  return 0
}

export async function unshare(
  context: Context,
  [wanted = '']: readonly string[],
  { from }: { readonly from: string },
): Promise<Exit> {
  const connection = await context.connect()
  // By both ids without a look: whoever shared a file may not see it any more.
  if (parseId(wanted) !== null && parseId(from) !== null)
    return await end(context, { fileId: wanted, name: wanted }, { id: from, with: from })
  const found = await findFile(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, `find ${wanted}`)
  const { id: fileId, name } = found.value
  const seen = await call(connection, 'fileShares', { params: { fileId } })
  if (seen.outcome === 'refused') return context.refused(seen, `see with whom ${name} is shared`)
  const meant = folded(from)
  const shares = seen.value.shares.filter((one) => [one.id, folded(nameOf(one.with))].includes(meant))
  const [only, second] = shares
  if (only === undefined) throw new Problem('not-found', `cannot unshare ${name}: it is not shared with ${from}`)
  if (second !== undefined) {
    const ids = shares.map(({ id, by }) => `${id} (by ${by.name})`).join(', ')
    throw new Problem('invalid-request', `cannot unshare ${name}: several share it with ${from}, want one of ${ids}`)
  }
  return await end(context, { fileId, name }, { id: only.id, with: nameOf(only.with) })
}

async function end(
  context: Context,
  { fileId, name }: { readonly fileId: string; readonly name: string },
  { id: shareId, with: whom }: { readonly id: string; readonly with: string },
): Promise<Exit> {
  const answer = await call(await context.connect(), 'unshareFile', { params: { fileId, shareId } })
  if (answer.outcome === 'refused') return context.refused(answer, `unshare ${name}`)
  await keepReceipt(context, answer.value.receipt)
  context.print.result(answer.value, (out) => {
    out.line(`${name} is no longer shared with ${whom}.`, 'green')
    out.pairs([['entry', answer.value.receipt.entryId]])
  })
  return 0
}

/** What others shared with whoever is signed in, of what they could open now; of one vault where one is named. */
export async function listShared(
  context: Context,
  { vault: wanted, after }: { readonly vault?: string; readonly after?: string },
): Promise<Exit> {
  if (after !== undefined)
    throw new Problem('invalid-request', 'cannot list what is shared with you: it is one page, want no --after')
  const connection = await context.connect()
  const vault = wanted === undefined ? null : await findVault(connection, wanted)
  if (vault?.outcome === 'refused') return context.refused(vault, 'list vaults')
  const answer = await call(connection, 'sharedFiles', {})
  if (answer.outcome === 'refused') return context.refused(answer, 'list what is shared with you')
  const files = answer.value.files.filter(({ file }) => vault === null || file.vaultId === vault.value.id)
  context.print.result({ ...answer.value, files }, (out) => {
    const rows = files.map(({ file, shares }) => [
      file.name,
      shares.map(({ by, program }) => (program === null ? by.name : `${by.name} (program/${program})`)).join(', '),
      [...file.labels, ...file.addedLabels].map(({ title }) => title).join(', '),
      file.id,
    ])
    out.table(['file', 'shared by', 'labels', 'id'], rows)
  })
  return 0
}

function nameOf(recipient: Recipient): string {
  return 'program' in recipient ? `program/${recipient.program}` : recipient.person.name
}
