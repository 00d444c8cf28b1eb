// sallyport file fetch: the sealed file itself, to send it on or to keep it elsewhere. It stays sealed, and opens only
// through the gate.

import { rm } from 'node:fs/promises'
import { download } from '../gate/index.ts'
import { requireAsStored } from './as-stored.ts'
import type { Context } from './context.ts'
import type { Exit } from './environment.ts'
import { findFile } from './find.ts'
import { chooseOut, makeFolderOf, openSink } from './out-path.ts'
import { localName } from './printable.ts'
import { bytes } from './printer.ts'

export async function fetchSealed(
  context: Context,
  [wanted = '']: readonly string[],
  options: { out?: string; force?: true },
): Promise<Exit> {
  const { environment, print } = context
  const connection = await context.connect()
  const found = await findFile(connection, wanted)
  if (found.outcome === 'refused') return context.refused(found, `fetch ${wanted}`)
  const file = found.value
  const target = await chooseOut(environment.workingFolder, options.out, () => `${localName(file.name)}.tdf`)
  await makeFolderOf(target)
  const sink = await openSink(target, options.force === true)
  try {
    const fetched = await print.progress(`Fetching ${file.name}`, (progress) =>
      download(connection, 'fetchFile', { params: { fileId: file.id }, sink, progress }),
    )
    if (fetched.outcome === 'refused') {
      await rm(target, { force: true })
      return context.refused(fetched, `fetch ${file.name}`)
    }
    await requireAsStored(target, file)
    print.result({ path: target, fileId: file.id, sealedBytes: fetched.value.bytes }, (to) => {
      to.line(`Fetched ${file.name}, still sealed, to ${target} (${bytes(fetched.value.bytes)}).`, 'green')
    })
    return 0
  } catch (error) {
    await rm(target, { force: true })
    throw error
  }
}
