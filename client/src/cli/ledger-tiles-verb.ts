// An export laid out as files, each under the path at which C2SP tlog-tiles serves it, for verifiers of others that read a folder.
// Nothing is checked here: that is what those are for, and `ledger verify --export`.

import { createReadStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { concat, Problem } from '@sallyport/protocol'
import {
  ExportDamage,
  ExportReader,
  formatTileName,
  hashLength,
  nodeInTile,
  parseCheckpointText,
  parseNote,
  tileWidth,
} from '@sallyport/protocol/ledger'
import type { Command } from 'commander'
import { sha256 } from '../session/index.ts'
import type { Context } from './context.ts'
import type { Exit } from './environment.ts'
import { isThere } from './out-path.ts'
import { addVerb, type Desk } from './verb.ts'

export function addLedgerTiles(ledger: Command, desk: Desk): void {
  addVerb(ledger, desk, {
    usage: 'tiles <export> <folder>',
    summary: 'Lay an export out as the files of a tiled log, for verifiers of others; without any gate',
    example: 'sallyport ledger tiles evidence.ledger evidence-tiles',
    run: layOut,
  })
}

async function layOut(context: Context, [from = '', to = '']: readonly string[]): Promise<Exit> {
  const { workingFolder } = context.environment
  const [path, folder] = [resolve(workingFolder, from), resolve(workingFolder, to)]
  try {
    const size = await unpack(path, folder)
    context.print.result({ folder, size }, (out) => {
      out.line(`Laid ${size} entries with their tiles and checkpoint out in ${folder}.`, 'green')
    })
    return 0
  } catch (error) {
    if (!(error instanceof ExportDamage)) throw error
    throw new Problem('invalid-file', `cannot lay out ${path}: ${error.message}, want a whole export`)
  }
}

async function unpack(path: string, folder: string): Promise<number> {
  const stream = createReadStream(path, { highWaterMark: 1 << 20 })
  try {
    const reader = new ExportReader(stream as AsyncIterable<Uint8Array>)
    const note = await reader.head()
    const size = parseCheckpointText(parseNote(note)?.text ?? '')?.size
    if (size === undefined) throw new ExportDamage('the checkpoint is not one')
    await makeAnew(folder)
    await put(folder, 'checkpoint', Buffer.from(note))
    const tiles = new Tiles(folder)
    for (let first = 0; first < size; first += tileWidth) {
      const { tile, bundle } = await reader.block(first, Math.min(tileWidth, size - first))
      await put(folder, `tile/entries/${nameOf(first, tile)}`, bundle)
      await tiles.add(0, tile)
    }
    await tiles.end()
    return size
  } finally {
    stream.destroy()
  }
}

/** Tiles as they fill: each that is full is a hash in the one above. */
class Tiles {
  readonly #folder: string
  /** Hashes of the lowest level that are written. */
  #count = 0
  /** What is not written yet of each level above the lowest, and how many hashes came before. */
  readonly #levels: { first: number; hashes: Uint8Array[] }[] = []

  constructor(folder: string) {
    this.#folder = folder
  }

  async add(level: number, tile: Uint8Array): Promise<void> {
    const first = level === 0 ? this.#count : (this.#levels[level - 1]?.first ?? 0)
    await put(this.#folder, `tile/${level}/${nameOf(first, tile)}`, tile)
    if (level === 0) this.#count += tile.length / hashLength
    const root = nodeInTile(sha256, tile, 0, tileWidth)
    if (root === null) return
    const above = (this.#levels[level] ??= { first: 0, hashes: [] })
    above.hashes.push(root)
    if (above.hashes.length < tileWidth) return
    await this.add(level + 1, concat(...above.hashes))
    above.first += tileWidth
    above.hashes = []
  }

  async end(): Promise<void> {
    for (const [below, { hashes }] of this.#levels.entries()) {
      if (hashes.length > 0) await this.add(below + 1, concat(...hashes))
    }
  }
}

function nameOf(first: number, tile: Uint8Array): string {
  return formatTileName({ n: first / tileWidth, width: tile.length / hashLength })
}

/** Entries are for their readers alone, and files of an older layout among these would be taken for parts of it. */
async function makeAnew(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? cause.code : ''
    if (code === 'EEXIST') throw isThere(folder)
    throw new Problem('not-found', `cannot make folder ${folder}: ${String(code)}, want one above it`, { cause })
  })
}

async function put(folder: string, path: string, content: Uint8Array): Promise<void> {
  const file = join(folder, path)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(file, content, { flag: 'wx', mode: 0o600 })
}
