// A sealed file at the gate, read as it comes: its end first, where it says what it is, and then once from its beginning.

import { invalidFile, type RandomAccess } from '@sallyport/protocol/tdf'
import { callForStream } from '../api/call.ts'

export interface RemoteFile {
  /** Its beginning and its end; whatever lies between is asked for by nobody. */
  readonly access: RandomAccess
  /** All of it, once. */
  whole(): AsyncIterable<Uint8Array>
}

/** A smaller one comes in one piece, by one decision. */
const smallBytes = 4 * 1024 * 1024
const headBytes = 64 * 1024
/** A segment of a mebibyte takes about 110 bytes of manifest. */
const tailBytesFor = (sealedBytes: number): number => 256 * 1024 + Math.ceil(sealedBytes / 1_048_576) * 128

/** Begin to read. Throws GateProblem where the gate refuses, and Problem `invalid-file` where the file is laid out in another way. */
export async function openRemote(fileId: string, sealedBytes: number, signal: AbortSignal): Promise<RemoteFile> {
  const from = (octet: number) =>
    callForStream('fetchFile', { path: { fileId }, query: octet === 0 ? {} : { from: octet }, signal })
  if (sealedBytes <= smallBytes) {
    const bytes = await gather(piecesOf(await from(0)), sealedBytes)
    return {
      access: { size: sealedBytes, read: async (offset, length) => bytes.subarray(offset, offset + length) },
      async *whole() {
        yield bytes
      },
    }
  }
  const tailStart = sealedBytes - Math.min(sealedBytes, tailBytesFor(sealedBytes))
  const tail = await gather(piecesOf(await from(tailStart)), sealedBytes - tailStart)
  const pieces = piecesOf(await from(0))
  const read: Uint8Array[] = []
  for (let bytes = 0; bytes < headBytes;) {
    const next = await pieces.next()
    if (next.done === true) throw shorter()
    read.push(next.value)
    bytes += next.value.length
  }
  const head = joined(read)
  return {
    access: {
      size: sealedBytes,
      async read(offset, length) {
        if (offset >= tailStart) return tail.subarray(offset - tailStart, offset - tailStart + length)
        if (offset + length <= head.length) return head.subarray(offset, offset + length)
        throw invalidFile('its manifest is not where it is looked for', 'it at the end; the command line opens it')
      },
    },
    async *whole() {
      yield head
      yield* pieces
    },
  }
}

/** The pieces of a stream. Whoever ends early ends the stream. */
export async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

async function gather(pieces: AsyncIterable<Uint8Array>, bytes: number): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  let size = 0
  for await (const piece of pieces) {
    size += piece.length
    if (size > bytes) throw invalidFile('more came than was stored', 'exactly what was stored')
    all.push(piece)
  }
  if (size < bytes) throw shorter()
  return joined(all)
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}

function shorter(): Error {
  return invalidFile('it ended early', 'all of it')
}
