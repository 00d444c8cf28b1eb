// An export: the whole ledger up to one checkpoint in one file, read from front to back with bounded memory.
//
//   "sallyport ledger export v1\n"
//   uint32 length, checkpoint as a signed note
//   for every 256 entries (the last block may have fewer, as the size of the checkpoint says):
//     uint32 length of the bundle
//     level-0 tile: the leaf hash of every entry, 32 bytes each
//     entry bundle: uint16 length and bytes of every entry (C2SP tlog-tiles)
//
// Numbers are big-endian. The tiles could be computed from the entries; they are there so that a reader can say which
// entry is wrong, and not only that one is.

import { concat, fromUtf8, utf8 } from '../bytes.ts'
import { parseCheckpointText } from './checkpoint.ts'
import { hashLength } from './merkle.ts'
import { parseNote } from './note.ts'
import { maxEntryBytes, tileWidth } from './tiles.ts'

const exportTitle = 'sallyport ledger export v1\n'
const maxNoteBytes = 64 * 1024

export interface ExportBlock {
  /** Index of its first entry. */
  readonly first: number
  /** Leaf hashes, 32 bytes for each entry that the size of the checkpoint asks for. */
  readonly tile: Uint8Array
  /** Entries with their lengths; not yet taken apart. The reader may write into it. */
  readonly bundle: Uint8Array
}

/** Write what stands before the blocks. */
export function exportHead(note: string): Uint8Array {
  const bytes = utf8(note)
  return concat(utf8(exportTitle), uint32(bytes.length), bytes)
}

/** Write one block from its tile and bundle. */
export function exportBlock(tile: Uint8Array, bundle: Uint8Array): Uint8Array {
  return concat(uint32(bundle.length), tile, bundle)
}

/** Raised inside this folder when a file ends early or has an impossible length in it. */
export class ExportDamage extends Error {}

/** Takes bytes off a stream in the portions that the format asks for. */
export class ExportReader {
  readonly #chunks: AsyncIterator<Uint8Array> | Iterator<Uint8Array>
  #chunk: Uint8Array = new Uint8Array(0)
  #at = 0

  constructor(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    this.#chunks = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]()
  }

  /** Read up to the blocks. Throws ExportDamage when this is no export. */
  async head(): Promise<string> {
    const title = await this.#take(exportTitle.length)
    if (!isText(title, exportTitle)) throw new ExportDamage('the file does not begin as an export')
    const length = await this.#uint32()
    if (length > maxNoteBytes) throw new ExportDamage('the checkpoint is longer than any checkpoint')
    try {
      return fromUtf8(await this.#take(length))
    } catch (error) {
      if (error instanceof ExportDamage) throw error
      throw new ExportDamage('the checkpoint is not text')
    }
  }

  /** Read the block of `count` entries that begins with entry `first`. Throws ExportDamage. */
  async block(first: number, count: number): Promise<ExportBlock> {
    const length = await this.#uint32()
    if (length > tileWidth * (maxEntryBytes + 2)) {
      throw new ExportDamage(`the block of entry ${first} is longer than any block`)
    }
    const tile = await this.#take(count * hashLength)
    return { first, tile, bundle: await this.#take(length) }
  }

  /** Tell whether the file ends here. */
  async isAtEnd(): Promise<boolean> {
    return !(await this.#fill())
  }

  async #uint32(): Promise<number> {
    const bytes = await this.#take(4)
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  }

  /** Always a copy: the caller may write into it. */
  async #take(length: number): Promise<Uint8Array> {
    const taken = new Uint8Array(length)
    for (let filled = 0; filled < length;) {
      if (!(await this.#fill())) throw new ExportDamage('the file ends early')
      const part = this.#chunk.subarray(this.#at, this.#at + length - filled)
      taken.set(part, filled)
      filled += part.length
      this.#at += part.length
    }
    return taken
  }

  async #fill(): Promise<boolean> {
    while (this.#at >= this.#chunk.length) {
      const next = await this.#chunks.next()
      if (next.done === true) return false
      this.#chunk = next.value
      this.#at = 0
    }
    return true
  }
}

/** Yield the entries of an export that was verified before, in order. Throws ExportDamage for one that was not. */
export async function* exportEntries(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const reader = new ExportReader(chunks)
  const { size } = parseCheckpointText(parseNote(await reader.head())?.text ?? '') ?? { size: 0 }
  for (let first = 0; first < size; first += tileWidth) {
    const { bundle } = await reader.block(first, Math.min(tileWidth, size - first))
    for (let at = 0; at < bundle.length;) {
      const end = at + 2 + ((bundle[at] ?? 0) << 8) + (bundle[at + 1] ?? 0)
      if (end > bundle.length) throw new ExportDamage('an entry is longer than its block')
      yield bundle.subarray(at + 2, end)
      at = end
    }
  }
}

function isText(bytes: Uint8Array, text: string): boolean {
  return bytes.length === text.length && bytes.every((byte, i) => byte === text.charCodeAt(i))
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}
