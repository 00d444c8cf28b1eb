// sallyport file show: what the gate has on record of one file, and whether its deletion waits.

import type { FileShownView } from '@sallyport/protocol/api'
import { call } from '../gate/index.ts'
import type { Context } from './context.ts'
import type { Exit } from './environment.ts'
import { findFile } from './find.ts'
import { bytes, minute } from './printer.ts'

export async function showFile(context: Context, [wanted = '']: readonly string[]): Promise<Exit> {
  const connection = await context.connect()
  const found = await findFile(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, `find ${wanted}`)
  const { id, name } = found.value
  const answer = await call(connection, 'file', { params: { fileId: id } })
  if (answer.outcome === 'refused') return context.refused(answer, `see ${name}`)
  context.print.result(answer.value, (out) => {
    out.pairs(pairs(answer.value))
    const { deletion } = answer.value
    if (deletion?.isYours === true) {
      out.line(
        `You asked for its deletion: \`sallyport approval withdraw ${deletion.approvalId}\` takes that back.`,
        'dim',
      )
    }
  })
  return 0
}

function pairs(file: FileShownView): readonly (readonly [string, string])[] {
  const { deletion } = file
  return [
    ['file', file.name],
    ['id', file.id],
    ['vault', file.vaultId],
    ['state', file.state],
    ['deletion', deletion === null ? '' : `waits for approval until ${minute(deletion.expiresAt)}`],
    ['asked for', deletion === null ? '' : minute(deletion.requestedAt)],
    ['approval', deletion?.approvalId ?? ''],
    ['labels', file.labels.map(({ title }) => title).join(', ')],
    ['added since', file.addedLabels.map(({ title }) => title).join(', ')],
    ['protected', minute(file.protectedAt)],
    ['sealed', file.sealedBytes === null ? '' : bytes(file.sealedBytes)],
    ['SHA-256', file.sha256 ?? ''],
  ]
}
