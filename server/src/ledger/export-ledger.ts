// Writing the whole ledger up to its last checkpoint into one file, for somebody who will check it offline.

import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { exportBlock, exportHead, hashLength, tileWidth, type Checkpoint } from '@sallyport/protocol/ledger'
import type { LedgerContext } from './context.ts'
import { disagreement } from './disagreement.ts'
import { currentHead } from './prove.ts'
import { readBundle, readTile } from './store.ts'

/** Write the export and end `out`. Returns the checkpoint that it goes up to. Memory does not grow with the ledger. */
export async function exportTo(context: LedgerContext, out: Writable): Promise<Checkpoint> {
  const { note, ...checkpoint } = await currentHead(context)
  await pipeline(exportParts(context, checkpoint.size, note), out)
  return checkpoint
}

async function* exportParts(context: LedgerContext, size: number, note: string): AsyncGenerator<Uint8Array> {
  yield exportHead(note)
  for (let first = 0; first < size; first += tileWidth) {
    const end = Math.min(first + tileWidth, size)
    const [tile, bundle] = await Promise.all([
      readTile(context.database, 0, first / tileWidth),
      readBundle(context.database, first, end),
    ])
    // The last tile may have grown since the checkpoint was read.
    const width = (end - first) * hashLength
    if (tile === null || tile.length < width) throw disagreement('export', 'tiles')
    yield exportBlock(tile.subarray(0, width), bundle)
  }
}
