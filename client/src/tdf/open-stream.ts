// Opening as a stream: the payload of a container in, its content out, segment by segment, each of them only once it is verified.
// Nothing of Node and nothing of a browser: the cipher comes along.

import { concat } from '@sallyport/protocol'
import { invalidFile, segmentOverhead, type Tdf } from '@sallyport/protocol/tdf'
import type { SegmentCipher } from './segment.ts'

export interface OpenStreamOptions {
  /** The container from its first octet on. ATTACKER: whatever somebody sends. */
  readonly sealed: AsyncIterable<Uint8Array>
  /** What the container says of itself; its root signature was verified under the key. */
  readonly tdf: Pick<Tdf, 'manifest' | 'payload'>
  readonly cipher: SegmentCipher
  readonly signal?: AbortSignal
  /** Told how many bytes of content are opened. */
  readonly onProgress?: (doneBytes: number) => void
}

/**
 * Open a stream. Whoever takes the content may use a piece at once, and may give the whole its name only when the generator has ended
 * by itself. Throws Problem `invalid-file` for a segment that was altered, a payload that is damaged or cut off, and the signal's
 * reason.
 */
export async function* openStream(options: OpenStreamOptions): AsyncGenerator<Uint8Array> {
  const { tdf, cipher, signal, onProgress } = options
  const { plainBytes, hashes, hashBytes } = tdf.manifest.segments
  const sealed = new Taking(options.sealed)
  try {
    await sealed.skip(tdf.payload.offset)
    let crc32 = 0
    let doneBytes = 0
    for (const [index, bytes] of plainBytes.entries()) {
      signal?.throwIfAborted()
      const hash = hashes.subarray(index * hashBytes, (index + 1) * hashBytes)
      const opened = await cipher.open(await sealed.take(bytes + segmentOverhead), hash, crc32)
      if (opened === null) throw invalidFile('a segment was altered', 'the content that was sealed')
      crc32 = opened.crc32
      yield* opened.pieces
      doneBytes += bytes
      onProgress?.(doneBytes)
    }
    if (crc32 !== tdf.payload.crc32) throw invalidFile('the payload is damaged', 'its checksum')
  } finally {
    await sealed.end()
  }
}

/** A stream of which exact numbers of octets are taken. */
class Taking {
  readonly #chunks: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array(0)

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]()
  }

  async skip(bytes: number): Promise<void> {
    for (let left = bytes; left > 0;) left -= (await this.#some(left)).length
  }

  async take(bytes: number): Promise<Uint8Array> {
    const first = bytes === 0 ? this.#rest.subarray(0, 0) : await this.#some(bytes)
    if (first.length === bytes) return first
    const parts = [first]
    for (let left = bytes - first.length; left > 0;) {
      const part = await this.#some(left)
      parts.push(part)
      left -= part.length
    }
    return concat(...parts)
  }

  async end(): Promise<void> {
    await this.#chunks.return?.()
  }

  /** At least one octet, at most so many. */
  async #some(most: number): Promise<Uint8Array> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next()
      if (next.done === true) throw invalidFile('the file became shorter while it was read', 'all of it')
      this.#rest = next.value
    }
    const some = this.#rest.subarray(0, most)
    this.#rest = this.#rest.subarray(some.length)
    return some
  }
}
