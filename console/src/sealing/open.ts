// Opening a file in this browser: the sealed container comes from the gate, its key by a decision, and the content goes where the
// person said, every segment only once it is verified.

import { parseId, Problem } from '@sallyport/protocol'
import { invalidFile, parsePolicy, readTdf } from '@sallyport/protocol/tdf'
import { openStream, releaseSigner, webCipher } from '@sallyport/client/web'
import { call } from '../api/call.ts'
import { askForKey } from './ask-for-key.ts'
import type { Destination, OpenedTold, OpenJob, Told } from './job.ts'
import { openRemote } from './remote-file.ts'

/** Open a file. Whatever goes wrong, nothing is left where the content was to go. */
export async function open(job: OpenJob, tell: (told: Told) => void, signal: AbortSignal): Promise<OpenedTold> {
  const { sealedBytes, state } = await call('file', { path: { fileId: job.fileId }, signal })
  if (state !== 'stored' || sealedBytes === null) {
    throw new Problem('conflict', `cannot open file: it is ${state}, want one that is stored`)
  }
  const remote = await openRemote(job.fileId, sealedBytes, signal)
  const tdf = await readTdf(remote.access)
  const policy = parsePolicy(tdf.manifest.policy)
  // ATTACKER: whoever stands between could send another file that one may open as well.
  if (parseId<'policy'>(job.fileId) !== policy.uuid) throw invalidFile('it is another file', 'the one asked for')
  const { totalBytes, count } = tdf.manifest.segments
  refuseLarge(job.to, totalBytes)
  const answer = askForKey(job.fulfilled, signal)
  const key = await releaseSigner(tdf.manifest, policy, { release: answer.release, signal })
  try {
    const cipher = await webCipher(key)
    tell({ state: 'working', doneBytes: 0, totalBytes })
    const content = openStream({
      sealed: remote.whole(),
      tdf,
      cipher,
      signal,
      onProgress: (doneBytes) => tell({ state: 'working', doneBytes, totalBytes }),
    })
    const { receipt, obligations } = answer
    const { mimeType } = tdf.manifest
    const opened = { state: 'opened', receipt, obligations, contentBytes: totalBytes, mimeType } as const
    if (job.to.kind === 'file') {
      await writeTo(job.to.handle, content)
      return { ...opened, content: null }
    }
    return { ...opened, content: await inMemory(content, count) }
  } finally {
    key.fill(0)
  }
}

function refuseLarge(to: Destination, contentBytes: number): void {
  if (to.kind === 'file' || contentBytes <= to.maxBytes) return
  const mebi = Math.floor(to.maxBytes / 1_048_576)
  throw new Problem(
    'too-large',
    `cannot hold the file in this page: it is too large, want at most ${mebi} MiB, or to save it to a file`,
  )
}

/** The browser gives the file its name when it is closed; whoever stops before leaves what was there before. */
async function writeTo(handle: FileSystemFileHandle, content: AsyncIterable<Uint8Array>): Promise<void> {
  const target = await handle.createWritable()
  try {
    for await (const piece of content) await target.write(piece as Uint8Array<ArrayBuffer>)
    await target.close()
  } catch (error) {
    await target.abort().catch(() => undefined)
    throw error
  }
}

async function inMemory(content: AsyncIterable<Uint8Array>, count: number): Promise<readonly ArrayBuffer[]> {
  const pieces: ArrayBuffer[] = []
  for await (const { buffer, byteLength, byteOffset } of content) {
    const isWhole = byteOffset === 0 && byteLength === buffer.byteLength
    pieces.push(isWhole ? (buffer as ArrayBuffer) : (buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer))
  }
  if (pieces.length !== count) throw new Problem('internal', 'cannot open file: segments are missing, want all')
  return pieces
}
