// Alterations of an exported ledger, as somebody would make them who knows its format and has no keys.
// SPEC: protocol/src/ledger/export.ts has the format.

import { concat, fromUtf8 } from '@sallyport/protocol'
import { exportBlock } from '@sallyport/protocol/ledger'

interface Block {
  readonly tile: Uint8Array
  readonly entries: readonly Uint8Array[]
}

interface Parts {
  /** Title and checkpoint, as they stand in the file. */
  readonly head: Uint8Array
  readonly blocks: readonly Block[]
}

const titleLength = 'sallyport ledger export v1\n'.length
const width = 256

/** Count the entries that the checkpoint of an export speaks of. */
export function entryCount(file: Uint8Array): number {
  const noteLength = uint32At(file, titleLength)
  const note = fromUtf8(file.subarray(titleLength + 4, titleLength + 4 + noteLength))
  return Number(note.split('\n')[1])
}

/** Flip one bit in the middle of one entry. */
export function flipBit(file: Uint8Array, index: number): Uint8Array {
  return withEntries(file, index, (entries, at) => {
    const entry = new Uint8Array(entries[at] ?? [])
    const middle = entry.length >> 1
    entry[middle] = (entry[middle] ?? 0) ^ 1
    return entries.with(at, entry)
  })
}

/** Take one entry out, with the lengths put right. */
export function removeEntry(file: Uint8Array, index: number): Uint8Array {
  return withEntries(file, index, (entries, at) => entries.toSpliced(at, 1))
}

/** Let two entries of one block change places. */
export function swapEntries(file: Uint8Array, first: number, second: number): Uint8Array {
  return withEntries(file, first, (entries, at) => {
    const other = at + second - first
    const [a, b] = [entries[at], entries[other]]
    if (a === undefined || b === undefined) throw new RangeError('both entries stand in one block')
    return entries.with(at, b).with(other, a)
  })
}

function withEntries(
  file: Uint8Array,
  index: number,
  change: (entries: readonly Uint8Array[], at: number) => readonly Uint8Array[],
): Uint8Array {
  const { head, blocks } = takeApart(file)
  const changed = blocks.map(({ tile, entries }, block) => {
    const own = block === Math.floor(index / width) ? change(entries, index % width) : entries
    return exportBlock(tile, concat(...own.map((entry) => concat(uint16(entry.length), entry))))
  })
  return concat(head, ...changed)
}

function takeApart(file: Uint8Array): Parts {
  const headLength = titleLength + 4 + uint32At(file, titleLength)
  const size = entryCount(file)
  const blocks: Block[] = []
  let at = headLength
  for (let first = 0; first < size; first += width) {
    const bundleLength = uint32At(file, at)
    const tileEnd = at + 4 + 32 * Math.min(width, size - first)
    blocks.push({
      tile: file.subarray(at + 4, tileEnd),
      entries: entriesOf(file.subarray(tileEnd, tileEnd + bundleLength)),
    })
    at = tileEnd + bundleLength
  }
  return { head: file.subarray(0, headLength), blocks }
}

function entriesOf(bundle: Uint8Array): readonly Uint8Array[] {
  const entries: Uint8Array[] = []
  for (let at = 0; at < bundle.length;) {
    const end = at + 2 + ((bundle[at] ?? 0) << 8) + (bundle[at + 1] ?? 0)
    entries.push(bundle.subarray(at + 2, end))
    at = end
  }
  return entries
}

function uint32At(file: Uint8Array, at: number): number {
  return new DataView(file.buffer, file.byteOffset).getUint32(at)
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 255)
}
