// sallyport file fetch: the sealed file itself, to send it on or to keep it elsewhere. It stays sealed, and opens only
// through the gate.

import { beAlone } from './alone.ts'
import type { Context } from './context.ts'
import type { Exit } from './environment.ts'
import { fetchResumably } from './fetch-resumably.ts'
import { findFile } from './find.ts'
import { chooseOut, claim, isThere, makeFolderOf } from './out-path.ts'
import { isThereAt, partialPlaces } from './partial-places.ts'
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
  const alone = await beAlone(context, 'fetch', target)
  try {
    await makeFolderOf(target)
    const isForced = options.force === true
    if (!isForced && (await isThereAt(target))) throw isThere(target)
    const { sealed } = await partialPlaces(alone, target)
    const fetched = await fetchResumably(context, connection, file, sealed)
    if (fetched.outcome === 'refused') return context.refused(fetched, `fetch ${file.name}`)
    await claim(sealed, target, isForced)
    print.result({ path: target, fileId: file.id, sealedBytes: fetched.value.bytes }, (to) => {
      to.line(`Fetched ${file.name}, still sealed, to ${target} (${bytes(fetched.value.bytes)}).`, 'green')
    })
    return 0
  } finally {
    await alone.release()
  }
}
