// Checking an export by somebody who trusts nobody here: the pinned keys say what the checkpoint is, the checkpoint says
// what the tree is, the tree says what every entry is.

import { equalBytes } from '../bytes.ts'
import { verifyCheckpoint, type Checkpoint } from './checkpoint.ts'
import { ExportDamage, ExportReader, type ExportBlock } from './export.ts'
import { hashLength, TreeHasher, type Sha256 } from './merkle.ts'
import type { VerifyKey, VerifySignature } from './note.ts'
import { hashAt, tileWidth } from './tiles.ts'

export interface VerifyExportOptions {
  /** Name of the log that the caller expects. */
  readonly origin: string
  /** Keys that the caller pinned; each must have signed the checkpoint. */
  readonly keys: readonly VerifyKey[]
  /** A checkpoint of this log that was kept elsewhere, already verified: the export has to hold its tree. */
  readonly outside?: Checkpoint
  readonly sha256: Sha256
  readonly verify: VerifySignature
}

export type ExportVerdict =
  | { readonly verdict: 'intact'; readonly checkpoint: Checkpoint }
  | { readonly verdict: 'altered'; readonly fault: ExportFault }

/**
 * What is wrong first. `format`: no export, cut off, or with something after its end. `checkpoint`: not one that the
 * pinned keys signed for this log. `tree`: entries and hashes agree with each other, but not with the checkpoint.
 * `outside`: whole and signed, but not what the checkpoint kept elsewhere saw: shorter, or written anew. `hash`: the entry is
 * whole, but its hash in the tile was altered. The others are about the entry at `index`.
 */
export interface ExportFault {
  readonly what:
    | 'format'
    | 'checkpoint'
    | 'tree'
    | 'outside'
    | 'hash'
    | 'altered'
    | 'missing'
    | 'inserted'
    | 'reordered'
  /** Index of the first wrong entry, where one can be named. */
  readonly index: number | null
  readonly text: string
}

/** Check a whole export, in one pass and bounded memory. ATTACKER: every byte of it. Throws only what `chunks` throws. */
export async function verifyExport(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: VerifyExportOptions,
): Promise<ExportVerdict> {
  const reader = new ExportReader(chunks)
  let suspect: ExportFault | null = null
  try {
    const note = await reader.head()
    const checkpoint = await verifyCheckpoint(note, options.origin, options.keys, options.verify)
    if (checkpoint === null) return altered('checkpoint', null, 'the checkpoint is not signed by the pinned keys')
    const trees = new Trees(options.sha256, options.outside ?? null)
    for (let first = 0; first < checkpoint.size; first += tileWidth) {
      const block = await reader.block(first, Math.min(tileWidth, checkpoint.size - first))
      const fault = readBlock(block, trees, options.sha256)
      suspect ??= fault
    }
    if (suspect === null && !(await reader.isAtEnd())) {
      return altered('inserted', checkpoint.size, 'something follows the last entry')
    }
    return conclude(checkpoint, trees, suspect)
  } catch (error) {
    if (!(error instanceof ExportDamage)) throw error
    return { verdict: 'altered', fault: suspect ?? { what: 'format', index: null, text: error.message } }
  }
}

/** The tree of the hashes in the tiles, and that of the entries from where the two first differ. */
class Trees {
  readonly #sha256: Sha256
  readonly outside: Checkpoint | null
  readonly ofTiles: TreeHasher
  ofEntries: TreeHasher | null = null
  /** Whether the tree was once the one that the checkpoint outside is of. */
  hasOutside: boolean

  constructor(sha256: Sha256, outside: Checkpoint | null) {
    this.#sha256 = sha256
    this.outside = outside
    this.ofTiles = new TreeHasher(sha256)
    this.hasOutside = outside === null
    this.#compareOutside()
  }

  add(inTile: Uint8Array, ofEntry: Uint8Array, isEqual: boolean): void {
    if (!isEqual) this.ofEntries ??= new TreeHasher(this.#sha256, this.ofTiles)
    this.ofEntries?.add(ofEntry)
    this.ofTiles.add(inTile)
    this.#compareOutside()
  }

  #compareOutside(): void {
    if (this.outside?.size !== this.ofTiles.size) return
    this.hasOutside = equalBytes(this.outside.root, this.ofTiles.root())
  }
}

function readBlock(block: ExportBlock, trees: Trees, sha256: Sha256): ExportFault | null {
  const { first, tile } = block
  const count = tile.length / hashLength
  const { hashes, isWhole } = leafHashes(block.bundle, sha256)
  let wrong = -1
  for (let i = 0; i < count; i++) {
    const inTile = hashAt(tile, i)
    const ofEntry = hashes[i]
    const isEqual = ofEntry !== undefined && equalHashes(inTile, ofEntry)
    if (!isEqual && wrong < 0) wrong = i
    trees.add(inTile, ofEntry ?? inTile, isEqual)
  }
  if (wrong < 0) {
    if (isWhole && hashes.length === count) return null
    return fault('inserted', first + count, `something was inserted after entry ${first + count - 1}`)
  }
  return nameFault(first, wrong, tile, hashes)
}

/** Say as well as can be told what happened at the first entry of a block that is not what its tile says. */
function nameFault(first: number, wrong: number, tile: Uint8Array, hashes: readonly Uint8Array[]): ExportFault {
  const index = first + wrong
  const count = tile.length / hashLength
  const found = hashes[wrong]
  if (found === undefined) return fault('missing', index, `entry ${index} is missing`)
  const next = hashes[wrong + 1]
  const isNextInTile = wrong + 1 < count && equalBytes(found, hashAt(tile, wrong + 1))
  const isNextInFile = next !== undefined && equalBytes(next, hashAt(tile, wrong))
  if (isNextInTile && isNextInFile) {
    return fault('reordered', index, `entries ${index} and ${index + 1} were swapped`)
  }
  if (isNextInTile) return fault('missing', index, `entry ${index} is missing`)
  if (isNextInFile && hashes.length > count) return fault('inserted', index, `something was inserted as entry ${index}`)
  for (let i = 0; i < count; i++) {
    if (equalBytes(found, hashAt(tile, i))) {
      return fault('reordered', index, `entry ${first + i} stands in the place of entry ${index}`)
    }
  }
  return fault('altered', index, `entry ${index} was altered`)
}

function conclude(checkpoint: Checkpoint, trees: Trees, suspect: ExportFault | null): ExportVerdict {
  const areTilesTrue = equalBytes(trees.ofTiles.root(), checkpoint.root)
  if (suspect === null) {
    if (areTilesTrue) return trees.hasOutside ? { verdict: 'intact', checkpoint } : lacksOutside(checkpoint, trees)
    return altered('tree', null, 'entries and tiles agree with each other, but the checkpoint is of another tree')
  }
  const areEntriesTrue = trees.ofEntries !== null && equalBytes(trees.ofEntries.root(), checkpoint.root)
  if (suspect.what !== 'altered' || !areEntriesTrue) return { verdict: 'altered', fault: suspect }
  const { index } = suspect
  return altered('hash', index, `the hash of entry ${index} in its tile was altered, the entry was not`)
}

/** Say what a signed tree is to a checkpoint of the same log that it does not hold. */
function lacksOutside({ size }: Checkpoint, { outside }: Trees): ExportVerdict {
  const known = outside?.size ?? 0
  if (known > size)
    return altered('outside', null, `it ends at ${size} entries where the checkpoint outside has ${known}`)
  return altered('outside', null, `its first ${known} entries are others than the checkpoint outside saw`)
}

/**
 * Hash every entry of a bundle. The byte before an entry is the low byte of its length: it is made 0x00 for the moment
 * that the leaf is hashed, which saves copying each entry behind its prefix.
 */
function leafHashes(bundle: Uint8Array, sha256: Sha256): { hashes: Uint8Array[]; isWhole: boolean } {
  const hashes: Uint8Array[] = []
  let at = 0
  while (at + 2 <= bundle.length) {
    const low = bundle[at + 1] ?? 0
    const end = at + 2 + ((bundle[at] ?? 0) << 8) + low
    if (end > bundle.length) break
    bundle[at + 1] = 0
    hashes.push(sha256(bundle.subarray(at + 1, end)))
    bundle[at + 1] = low
    at = end
  }
  return { hashes, isWhole: at === bundle.length }
}

function equalHashes(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < hashLength; i++) if (a[i] !== b[i]) return false
  return true
}

function fault(what: ExportFault['what'], index: number | null, text: string): ExportFault {
  return { what, index, text }
}

function altered(what: ExportFault['what'], index: number | null, text: string): ExportVerdict {
  return { verdict: 'altered', fault: fault(what, index, text) }
}
