// A verifier of a tiled log by somebody who has nothing of this product: written from C2SP signed-note, tlog-checkpoint and
// tlog-tiles and from RFC 6962 alone, with the cryptography of Node. It shares no code with the gate or its client, and a test
// reads its imports. It computes trees by the recursion of the RFC, slowly, where the product keeps partial sums.

import { createHash, createPublicKey, verify } from 'node:crypto'

/** Fetch what is under the prefix of a log; null for what is not there. */
export type Get = (path: string) => Promise<Uint8Array | null>

export type Finding =
  | { readonly what: 'no-checkpoint' | 'not-signed' | 'another-log' | 'tree' }
  | { readonly what: 'tile'; readonly level: number; readonly n: number }
  | { readonly what: 'entry' | 'hash' | 'bundle'; readonly index: number }
  | { readonly what: 'held-ahead' | 'held-fork'; readonly size: number }
  | { readonly what: 'receipt'; readonly leaf: string }

export interface Asked {
  readonly get: Get
  /** The log's name, and every key that must have signed its checkpoint, as lines `name+id+base64`. */
  readonly origin: string
  readonly keys: readonly string[]
  /** Whether entries are to be read as well. */
  readonly withEntries: boolean
  /** Checkpoints of this log that were kept elsewhere. */
  readonly held?: readonly string[]
  /** Leaf hashes, in hex, of entries that somebody has a receipt for. */
  readonly leaves?: readonly string[]
}

/** Check a log as it is served. Yields its size and root in hex, or what is wrong first. */
export async function verifyLog(asked: Asked): Promise<{ size: number; root: string } | Finding> {
  const note = await asked.get('checkpoint')
  if (note === null) return { what: 'no-checkpoint' }
  const checkpoint = readCheckpoint(Buffer.from(note).toString(), asked)
  if ('what' in checkpoint) return checkpoint
  const { size, root } = checkpoint
  const tree = await readTiles(asked.get, size)
  if ('what' in tree) return tree
  // With the entries it can be told whether an entry or its hash is wrong, so that these come before the tiles above them.
  if (asked.withEntries) {
    const finding = await compareEntries(asked.get, tree.leaves, root)
    if (finding !== null) return finding
  }
  const finding = compareTiles(tree.levels)
  if (finding !== null) return finding
  if (treeHash(tree.leaves).toString('hex') !== root) return { what: 'tree' }
  return compareHeld(asked, tree.leaves) ?? { size, root }
}

function compareHeld(asked: Asked, leaves: readonly Buffer[]): Finding | null {
  for (const kept of asked.held ?? []) {
    const held = readCheckpoint(kept, asked)
    if ('what' in held) return held
    if (held.size > leaves.length) return { what: 'held-ahead', size: held.size }
    if (treeHash(leaves.slice(0, held.size)).toString('hex') !== held.root)
      return { what: 'held-fork', size: held.size }
  }
  const inTree = new Set(leaves.map((leaf) => leaf.toString('hex')))
  const lost = asked.leaves?.find((leaf) => !inTree.has(leaf))
  return lost === undefined ? null : { what: 'receipt', leaf: lost }
}

// ---- Notes and checkpoints

function readCheckpoint(note: string, { origin, keys }: Asked): { size: number; root: string } | Finding {
  const cut = note.lastIndexOf('\n\n')
  const text = note.slice(0, cut + 1)
  const lines = note.slice(cut + 2).split('\n')
  if (cut < 0 || lines.pop() !== '' || !keys.every((key) => isSigned(text, lines, key))) return { what: 'not-signed' }
  const [name, size = '', root = ''] = text.split('\n')
  if (name !== origin || !/^(0|[1-9]\d*)$/.test(size)) return { what: 'another-log' }
  return { size: Number(size), root: Buffer.from(root, 'base64').toString('hex') }
}

function isSigned(text: string, lines: readonly string[], key: string): boolean {
  const [, name = '', id = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.*)$/.exec(key) ?? []
  const material = Buffer.from(encoded, 'base64')
  const [type, publicKey] = [material[0], material.subarray(1)]
  const named = type === 2 ? publicKey : Buffer.concat([Buffer.from(`${name}\n`), material])
  if (hash(named).subarray(0, 4).toString('hex') !== id) return false
  const mine = lines
    .filter((line) => line.startsWith(`\u2014 ${name} `))
    .map((line) => Buffer.from(line.slice(name.length + 3), 'base64'))
    .filter((signed) => signed.subarray(0, 4).toString('hex') === id)
  const message = Buffer.from(text)
  return mine.length > 0 && mine.every((signed) => isGood(type, publicKey, message, signed.subarray(4)))
}

function isGood(type: number | undefined, publicKey: Buffer, message: Buffer, signature: Buffer): boolean {
  if (type === 2)
    return verify('sha256', message, createPublicKey({ key: publicKey, format: 'der', type: 'spki' }), signature)
  if (type !== 1) return false
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey])
  return verify(null, message, createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature)
}

// ---- Tiles and bundles

interface Tree {
  readonly leaves: readonly Buffer[]
  /** Hashes of each level, in order. */
  readonly levels: readonly (readonly Buffer[])[]
}

async function readTiles(get: Get, size: number): Promise<Tree | Finding> {
  const levels: Buffer[][] = []
  for (let level = 0, width = size; width > 0; level++, width = Math.floor(width / 256)) {
    const hashes: Buffer[] = []
    for (let n = 0; n * 256 < width; n++) {
      const count = Math.min(256, width - n * 256)
      const tile = await get(`tile/${level}/${pathOf(n, count)}`)
      if (tile?.length !== count * 32) return { what: 'tile', level, n }
      for (let i = 0; i < count; i++) hashes.push(Buffer.from(tile.subarray(i * 32, i * 32 + 32)))
    }
    levels.push(hashes)
  }
  return { leaves: levels[0] ?? [], levels }
}

/** Each hash of a level is that of a whole tile below it. Which of the two was altered, the tile above tells in turn. */
function compareTiles(levels: readonly (readonly Buffer[])[]): Finding | null {
  for (const [level, hashes] of levels.entries()) {
    for (const [i, above] of (levels[level + 1] ?? []).entries()) {
      if (!treeHash(hashes.slice(i * 256, i * 256 + 256)).equals(above)) return { what: 'tile', level, n: i }
    }
  }
  return null
}

async function compareEntries(get: Get, leaves: readonly Buffer[], root: string): Promise<Finding | null> {
  const hashes: Buffer[] = []
  for (let n = 0; n * 256 < leaves.length; n++) {
    const count = Math.min(256, leaves.length - n * 256)
    const bundle = await get(`tile/entries/${pathOf(n, count)}`)
    if (bundle === null) return { what: 'bundle', index: n * 256 }
    const entries = entriesOf(Buffer.from(bundle))
    if (entries.length !== count) return { what: 'bundle', index: n * 256 + Math.min(count, entries.length) }
    hashes.push(...entries.map((entry) => hash(Buffer.concat([Buffer.from([0]), entry]))))
  }
  const index = leaves.findIndex((leaf, i) => hashes[i]?.equals(leaf) !== true)
  if (index < 0) return null
  return { what: treeHash(hashes).toString('hex') === root ? 'hash' : 'entry', index }
}

function entriesOf(bundle: Buffer): readonly Buffer[] {
  const entries: Buffer[] = []
  for (let at = 0; at + 2 <= bundle.length;) {
    const end = at + 2 + bundle.readUInt16BE(at)
    if (end > bundle.length) break
    entries.push(bundle.subarray(at + 2, end))
    at = end
  }
  return entries
}

function pathOf(n: number, count: number): string {
  const groups: string[] = []
  for (let rest = n; groups.length === 0 || rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`${groups.length === 0 ? '' : 'x'}${String(rest % 1000).padStart(3, '0')}`)
  }
  return groups.join('/') + (count < 256 ? `.p/${count}` : '')
}

// ---- Merkle trees. SPEC: RFC 6962 section 2.1.

export function treeHash(leaves: readonly Buffer[], start = 0, end = leaves.length): Buffer {
  if (start === end) return hash(Buffer.alloc(0))
  if (end - start === 1) return leaves[start] ?? Buffer.alloc(0)
  let split = 1
  while (split * 2 < end - start) split *= 2
  const [left, right] = [treeHash(leaves, start, start + split), treeHash(leaves, start + split, end)]
  return hash(Buffer.concat([Buffer.from([1]), left, right]))
}

function hash(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest()
}
