// Fetching a sealed file to where an earlier run was cut off: what lies there is gone on with, and the whole is held against the
// digest of the gate's register before anybody uses it.

import { rm, type FileHandle } from 'node:fs/promises'
import { Duplex, type Writable } from 'node:stream'
import type { FileView } from '@sallyport/protocol/api'
import { download, type Connection, type Outcome } from '../gate/index.ts'
import { openPartial, writeAt } from '../tdf/index.ts'
import { notAsStored, sha256Of } from './as-stored.ts'
import type { Context } from './context.ts'

/**
 * Fetch a stored file into a partial file, which then holds exactly what was stored. A refusal removes it, and so does a gate that
 * sends something else, which is Problem `invalid-file`; a connection that breaks leaves it. Throws Problem `conflict` when
 * something else is in the place of the partial file.
 */
export async function fetchResumably(
  { print }: Context,
  connection: Connection,
  file: FileView,
  partial: string,
): Promise<Outcome<{ readonly bytes: number }>> {
  const sealedBytes = file.sealedBytes ?? 0
  const sink = await openPartial(partial)
  const fetchFrom = async (from: number): Promise<Outcome<unknown>> => {
    await sink.truncate(from)
    if (from === sealedBytes) return { outcome: 'answered', value: null }
    return await print.progress(`Fetching ${file.name}`, (progress) =>
      download(connection, 'fetchFile', {
        params: { fileId: file.id },
        ...(from === 0 ? {} : { query: { from: String(from) } }),
        sink: writerFrom(sink, from),
        progress: (done) => progress(from + done, sealedBytes),
      }),
    )
  }
  try {
    const { size } = await sink.stat()
    const from = size > sealedBytes ? 0 : size
    if (from > 0 && from < sealedBytes) print.note(`Going on with ${file.name}, which was cut off.`, 'dim')
    for (const at of from === 0 ? [0] : [from, 0]) {
      const fetched = await fetchFrom(at)
      if (fetched.outcome === 'refused') {
        await rm(partial, { force: true })
        return fetched
      }
      // What lay here may have been damaged, or of another file: then all of it is fetched, once.
      if ((await sha256Of(partial)) === file.sha256) return { outcome: 'answered', value: { bytes: sealedBytes } }
    }
  } finally {
    await sink.close()
  }
  await rm(partial, { force: true })
  throw notAsStored(file)
}

/** Write into an open file from a place on. The file belongs to the caller. */
function writerFrom(file: FileHandle, from: number): Writable {
  return Duplex.from(async (content: AsyncIterable<Uint8Array>) => {
    let at = from
    for await (const chunk of content) at += await writeAt(file, chunk, at)
  })
}
