// Parts of a packet read from front to back in pieces, and taken apart into lines.

import { concat } from '../bytes.ts'
import { crc32, type PacketSource, type PlacedPart } from './archive.ts'

/** A SHA-256 that takes its input in pieces. */
export interface RunningHash {
  update(bytes: Uint8Array): void
  digest(): Uint8Array
}

const pieceBytes = 1 << 20

/** Yield the bytes of a part in pieces, none of which may be kept. */
async function* pieces(source: PacketSource, { at, bytes }: PlacedPart): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < bytes; done += pieceBytes) {
    yield await source.read(at + done, Math.min(pieceBytes, bytes - done))
  }
}

/** Hash a part, and compute its check sum on the way. `tell` hears of every piece. */
export async function hashPart(
  source: PacketSource,
  part: PlacedPart,
  hash: RunningHash,
  tell: (bytes: number) => void,
): Promise<{ readonly sha256: Uint8Array; readonly crc: number }> {
  let crc = 0
  for await (const piece of pieces(source, part)) {
    hash.update(piece)
    crc = crc32(piece, crc)
    tell(piece.length)
  }
  return { sha256: hash.digest(), crc }
}

/**
 * Takes lines off a part, one ahead. A line is without its newline. What is longer than `maxLine` bytes, or has no newline at
 * its end, comes as `null` and is the last.
 */
export class LineReader {
  readonly #pieces: AsyncGenerator<Uint8Array>
  readonly #maxLine: number
  #piece: Uint8Array = new Uint8Array(0)
  #ahead: (Uint8Array | null)[] = []
  #isOver = false

  constructor(source: PacketSource, part: PlacedPart, maxLine: number) {
    this.#pieces = pieces(source, part)
    this.#maxLine = maxLine
  }

  /** Look at a line without taking it: 0 is the next. Undefined after the last. */
  async peek(ahead: number): Promise<Uint8Array | null | undefined> {
    while (this.#ahead.length <= ahead && !this.#isOver) {
      const line = await this.#read()
      if (line !== undefined) this.#ahead.push(line)
      this.#isOver = line === undefined || line === null
    }
    return this.#ahead[ahead]
  }

  skip(): void {
    this.#ahead.shift()
  }

  async #read(): Promise<Uint8Array | null | undefined> {
    const held: Uint8Array[] = []
    for (let length = 0; ;) {
      const end = this.#piece.indexOf(10)
      const part = end < 0 ? this.#piece : this.#piece.subarray(0, end)
      length += part.length
      if (length > this.#maxLine) return null
      if (part.length > 0) held.push(part.slice())
      this.#piece = end < 0 ? new Uint8Array(0) : this.#piece.subarray(end + 1)
      if (end >= 0) return held.length === 1 ? held[0] : concat(...held)
      const next = await this.#pieces.next()
      if (next.done === true) return length === 0 ? undefined : null
      this.#piece = next.value
    }
  }
}
