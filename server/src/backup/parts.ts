// Inside the encryption: named parts one after another, each in chunks because its size is not known when it begins, and at
// the end the closing part, which has size and SHA-256 of every other.

import { createHash } from 'node:crypto'
import { canonicalJson, fromUtf8, toHex, utf8 } from '@sallyport/protocol'
import * as z from 'zod'
import { Faulty } from './fault.ts'
import type { SegmentWriter } from './segments.ts'

export interface PartFacts {
  readonly name: string
  readonly bytes: number
  /** Hex. */
  readonly sha256: string
}

const closingName = 'closing'
const maxChunk = 2 ** 20
const partName = /^[a-z][a-z0-9._/-]{0,199}$/

export type Content = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** Writes parts in the order in which it is asked to. */
export class PartWriter {
  readonly #out: SegmentWriter
  readonly #parts: PartFacts[] = []
  readonly #progress: (part: string, written: number) => void

  constructor(out: SegmentWriter, progress: (part: string, written: number) => void) {
    this.#out = out
    this.#progress = progress
  }

  async write(name: string, content: Content): Promise<PartFacts> {
    const facts = await this.#stream(name, content)
    this.#parts.push(facts)
    return facts
  }

  /** Write the closing part. Returns its SHA-256 (hex), which stands for the whole backup, and how many parts there are. */
  async close(): Promise<{ readonly digest: string; readonly parts: readonly PartFacts[] }> {
    const text = canonicalJson({ parts: this.#parts.map((part) => ({ ...part })) })
    requireReadable(text)
    const { sha256 } = await this.#stream(closingName, [utf8(text)])
    await this.#out.finish()
    return { digest: sha256, parts: this.#parts }
  }

  async #stream(name: string, content: Content): Promise<PartFacts> {
    if (!partName.test(name)) throw new TypeError(`cannot name part ${name}: want lower-case letters, digits, ._/-`)
    const hash = createHash('sha256')
    let bytes = 0
    await this.#out.write(Uint8Array.of(name.length, ...utf8(name)))
    for await (const piece of content) {
      for (let at = 0; at < piece.length; at += maxChunk) {
        const chunk = piece.subarray(at, at + maxChunk)
        hash.update(chunk)
        bytes += chunk.length
        await this.#out.write(lengthOf(chunk.length))
        await this.#out.write(chunk)
      }
      this.#progress(name, this.#out.written)
    }
    await this.#out.write(lengthOf(0))
    return { name, bytes, sha256: toHex(hash.digest()) }
  }
}

/** What to do with the content of a part. What it leaves unread is read over, and counts all the same. */
export type PartVisitor = (name: string, content: AsyncIterable<Uint8Array>) => Promise<void>

const closing = z.strictObject({
  parts: z.array(z.strictObject({ name: z.string(), bytes: z.int().min(0), sha256: z.string() })),
})

/** Read all parts in order, into `parts` as they come. Throws Faulty; whatever `visit` throws passes through. */
export async function readParts(
  plain: AsyncIterable<Uint8Array>,
  visit: PartVisitor,
  parts: PartFacts[] = [],
): Promise<{ readonly digest: string; readonly parts: readonly PartFacts[] }> {
  const bytes = new Pieces(plain)
  for (;;) {
    const name = await readName(bytes)
    if (name === closingName) break
    const reading = readContent(bytes, name)
    await visit(name, reading.content)
    for await (const _ of reading.content);
    parts.push(reading.facts())
  }
  const reading = readContent(bytes, closingName)
  const text = await collect(reading.content, closingName, maxListBytes)
  if (!(await bytes.isAtEnd())) throw new Faulty('malformed', 'something stands behind the closing part')
  const stated = closing.safeParse(parseJson(text))
  if (!stated.success) throw new Faulty('malformed', closingName)
  refuseOtherParts(stated.data.parts, parts)
  return { digest: reading.facts().sha256, parts }
}

/** A list of parts or tables is well below this. ATTACKER: what is wrong with each of millions would fill the memory. */
export const maxListBytes = 2 ** 18

/** Join the content of a part that is small by nature. Throws Faulty beyond `maxBytes`, 32 MiB unless said. */
export async function collect(
  content: AsyncIterable<Uint8Array>,
  name: string,
  maxBytes = 32 * maxChunk,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of content) {
    size += piece.length
    if (size > maxBytes) throw new Faulty('malformed', name)
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

/** Parse JSON; null for anything else. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes))
  } catch {
    return null
  }
}

/** Throws where a list is so long that it would not be read again. */
export function requireReadable(list: string): void {
  if (utf8(list).length <= maxListBytes) return
  throw new Error(`cannot write backup: a list of ${list.length} characters, want at most ${maxListBytes} bytes`)
}

function refuseOtherParts(stated: readonly PartFacts[], read: readonly PartFacts[]): void {
  for (const [i, part] of read.entries()) {
    const other = stated[i]
    if (other?.name !== part.name) throw new Faulty('part-order', part.name)
    if (other.bytes !== part.bytes || other.sha256 !== part.sha256) throw new Faulty('part-digest', part.name)
  }
  if (stated.length !== read.length) throw new Faulty('part-order', stated[read.length]?.name ?? null)
}

async function readName(bytes: Pieces): Promise<string> {
  const [length = 0] = await bytes.take(1)
  const name = Buffer.from(await bytes.take(length)).toString('latin1')
  if (!partName.test(name)) throw new Faulty('malformed', 'name of a part')
  return name
}

function readContent(bytes: Pieces, name: string) {
  const hash = createHash('sha256')
  let size = 0
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const length = await bytes.takeLength()
      if (length === 0) return
      if (length > maxChunk) throw new Faulty('malformed', name)
      const chunk = await bytes.take(length)
      hash.update(chunk)
      size += chunk.length
      yield chunk
    }
  }
  const running = chunks()
  // A reader that stops early must not end the generator, whose rest is still to be read over.
  const content: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => ({ next: () => running.next() }) }
  return { content, facts: (): PartFacts => ({ name, bytes: size, sha256: toHex(hash.digest()) }) }
}

function lengthOf(length: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, length)
  return bytes
}

/** Takes exact counts of bytes out of pieces of any size. */
export class Pieces {
  readonly #source: AsyncIterator<Uint8Array>
  #piece: Uint8Array = new Uint8Array(0)

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** Take `count` bytes. Throws Faulty `malformed` when there are fewer. */
  async take(count: number): Promise<Uint8Array> {
    if (count > this.#piece.length) return await this.#join(count)
    const taken = this.#piece.subarray(0, count)
    this.#piece = this.#piece.subarray(count)
    return taken
  }

  /** Take a length of four bytes, big-endian. */
  async takeLength(): Promise<number> {
    return Buffer.from(await this.take(4)).readUInt32BE(0)
  }

  async isAtEnd(): Promise<boolean> {
    while (this.#piece.length === 0) {
      const next = await this.#source.next()
      if (next.done === true) return true
      this.#piece = next.value
    }
    return false
  }

  async #join(count: number): Promise<Uint8Array> {
    const taken = new Uint8Array(count)
    for (let at = 0; at < count;) {
      if (await this.isAtEnd()) throw new Faulty('malformed', 'it ends inside a part')
      const piece = this.#piece.subarray(0, count - at)
      taken.set(piece, at)
      at += piece.length
      this.#piece = this.#piece.subarray(piece.length)
    }
    return taken
  }
}
