// sallyport file reclassify, history: what a file is labelled beside its manifest.

import { parseId, Problem } from '@sallyport/protocol'
import type { FileHistory } from '@sallyport/protocol/api'
import { call, type Connection, type Outcome } from '../gate/index.ts'
import { keepReceipt } from './keep-receipt.ts'
import { inspectFile } from '../tdf/index.ts'
import type { Context } from './context.ts'
import type { Exit } from './environment.ts'
import { allLabels } from './find.ts'
import { namedLabels } from './label-verbs.ts'
import { typed } from './printable.ts'
import { minute, type Out } from './printer.ts'
import { findElsewhere, lyingHere } from './sealed-source.ts'

export interface ReclassifyOptions {
  readonly add?: string
  readonly takeOff?: string
  readonly designatedBy?: string
  readonly reason: string
}

export async function reclassify(
  context: Context,
  [wanted = '']: readonly string[],
  { add, takeOff, designatedBy, reason }: ReclassifyOptions,
): Promise<Exit> {
  if (add === undefined && takeOff === undefined)
    throw new Problem('invalid-request', 'cannot reclassify: no label is named, want --add or --take-off')
  const connection = await context.connect()
  const meant = await meantFile(context, connection, wanted)
  if (meant.outcome === 'refused') return context.refused(meant, `find ${wanted}`)
  const { id, name } = meant.value
  const known = await allLabels(connection)
  if (known.outcome === 'refused') return context.refused(known, 'read the labels')
  const labels = known.value
  const body = {
    add: add === undefined ? [] : namedLabels(labels, add),
    takeOff: takeOff === undefined ? [] : namedLabels(labels, takeOff),
    designation: designatedBy ?? null,
    reason,
  }
  const answer = await call(connection, 'reclassifyFile', { params: { fileId: id }, body })
  if (answer.outcome === 'refused') return context.refused(answer, `reclassify ${name}`)
  const { added, approvalId, isRegistered, receipt } = answer.value
  await keepReceipt(context, receipt)
  context.print.result(answer.value, (out) => {
    if (approvalId === null)
      out.line(`${name} carries these besides what it was sealed under: ${listed(added)}.`, 'green')
    else out.line(`Asked for it. ${name} stays as it is until an officer other than you approves.`, 'green')
    if (!isRegistered) out.line('It is not registered here: this is for whatever container has that policy.', 'yellow')
    out.pairs([
      ['approval', approvalId ?? ''],
      ['entry', receipt.entryId],
    ])
    out.line(`What it was labelled, and by whom: sallyport file history ${typed(isRegistered ? id : wanted)}`, 'dim')
  })
  return 0
}

export async function showHistory(context: Context, [wanted = '']: readonly string[]): Promise<Exit> {
  const connection = await context.connect()
  const meant = await meantFile(context, connection, wanted)
  if (meant.outcome === 'refused') return context.refused(meant, `find ${wanted}`)
  const { id, name } = meant.value
  const answer = await call(connection, 'fileHistory', { params: { fileId: id } })
  if (answer.outcome === 'refused') return context.refused(answer, `read what ${name} was labelled`)
  context.print.result(answer.value, (out) => tell(out, name, answer.value))
  return 0
}

function tell(out: Out, name: string, { registered, added, rescues }: FileHistory): void {
  out.line(registered === null ? `${name} is not registered here.` : `${name} is ${registered.state} here.`, 'bold')
  if (registered !== null) {
    const { labels, protectedBy, protectedAt } = registered
    out.pairs([
      ['sealed under', listed(labels.map(({ fqn }) => fqn))],
      ['by', `${protectedBy.name} at ${protectedAt}`],
    ])
  }
  tellAdded(out, added)
  for (const { from, to, at, by, approvedBy, reason, policySha256, end } of rescues) {
    out.line(end === null ? 'Other labels stand in place of its own' : 'Other labels stood in place of its own', 'bold')
    out.pairs([
      ['its own', listed(from)],
      ['in their place', listed(to)],
      ['of the policy', policySha256],
      ['asked for', `${at} by ${by.name}: ${reason}`],
      ['approved by', approvedBy.map((approver) => approver.name).join(', ')],
      ['ended', end === null ? '' : `${end.at} by ${end.by.name}: ${end.reason}`],
    ])
  }
}

function tellAdded(out: Out, added: FileHistory['added']): void {
  if (added.length === 0) return out.line('No label was ever added to it.')
  const rows = added.map((one) => [
    String(one.version),
    minute(one.at),
    listed(one.labels),
    one.by.name,
    one.approvedBy.map((approver) => approver.name).join(', '),
    one.reason,
  ])
  out.table(['version', 'at', 'added labels', 'by', 'approved by', 'reason'], rows)
}

const listed = (labels: readonly string[]): string => (labels.length === 0 ? 'none' : labels.join(', '))

/**
 * A file of the gate, or the one whose container lies on this machine, which the gate may not know; of such a one its id is enough, since
 * whoever ends what holds for it need not have it.
 */
export async function meantFile(
  context: Context,
  connection: Connection,
  wanted: string,
): Promise<Outcome<{ readonly id: string; readonly name: string }>> {
  const lying = await lyingHere(context, wanted)
  if (lying !== null) {
    const { policy } = await inspectFile(lying)
    return { outcome: 'answered', value: { id: policy.uuid, name: wanted } }
  }
  try {
    return await findElsewhere(context, connection, wanted)
  } catch (error) {
    const id = parseId<'file'>(wanted)
    if (id === null || !(error instanceof Problem) || error.code !== 'not-found') throw error
    return { outcome: 'answered', value: { id, name: `file ${id}` } }
  }
}
