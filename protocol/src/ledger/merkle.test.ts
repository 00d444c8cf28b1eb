import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { equalBytes, fromBase64, toHex, utf8 } from '../bytes.ts'
import {
  foldRoots,
  leafHash,
  nodeHash,
  nodeInTile,
  partialWidth,
  placeOfNode,
  proveConsistency,
  proveInclusion,
  rootFromPartials,
  TreeHasher,
  verifyConsistency,
  verifyInclusion,
} from './index.ts'

const sha256 = (data: Uint8Array): Uint8Array => hash('sha256', data, 'buffer')

interface Case {
  readonly name: string
  readonly wantErr: boolean
  readonly proof: readonly string[]
}
interface InclusionCase extends Case {
  readonly leafIdx: number
  readonly treeSize: number
  readonly root: string
  readonly leafHash: string
}
interface ConsistencyCase extends Case {
  readonly size1: number
  readonly size2: number
  readonly root1: string
  readonly root2: string
}

const readCases = <C extends Case>(file: string): C[] =>
  JSON.parse(readFileSync(new URL(`vectors/${file}`, import.meta.url), 'utf8')) as C[]
const bytes = (text: string | null): Uint8Array => fromBase64(text ?? '') ?? new Uint8Array(0)

/** The tree written down as RFC 6962 defines it, by recursion. */
function plainRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves
  if (only === undefined) return sha256(new Uint8Array(0))
  if (leaves.length === 1) return only
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return nodeHash(sha256, plainRoot(leaves.slice(0, split)), plainRoot(leaves.slice(split)))
}

const leavesOf = (count: number) => Array.from({ length: count }, (_, i) => leafHash(sha256, utf8(`entry ${i}`)))
const many = leavesOf(700)
const nodesOf = (leaves: readonly Uint8Array[]) => (level: number, index: number) =>
  Promise.resolve(plainRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)))

/** Lay leaves out in tiles, level by level. */
function partialsOf(leaves: readonly Uint8Array[]): Uint8Array[] {
  const partials: Uint8Array[] = []
  for (let row = leaves; row.length > 0;) {
    const above: Uint8Array[] = []
    const full = Math.floor(row.length / 256) * 256
    for (let i = 0; i < full; i += 256) above.push(plainRoot(row.slice(i, i + 256)))
    partials.push(Buffer.concat(row.slice(full)))
    row = above
  }
  return partials
}

describe('published vectors', () => {
  test('verifyInclusion() gives every published answer', () => {
    const cases = readCases<InclusionCase>('inclusion.json')
    expect(cases).toHaveLength(98)
    for (const one of cases) {
      const isGood = verifyInclusion(sha256, {
        index: one.leafIdx,
        size: one.treeSize,
        leafHash: bytes(one.leafHash),
        root: bytes(one.root),
        proof: one.proof.map(bytes),
      })
      expect([one.name, isGood]).toEqual([one.name, !one.wantErr])
    }
  })

  test('verifyConsistency() gives every published answer', () => {
    const cases = readCases<ConsistencyCase>('consistency.json')
    expect(cases).toHaveLength(98)
    for (const one of cases) {
      const isGood = verifyConsistency(sha256, {
        first: one.size1,
        size: one.size2,
        firstRoot: bytes(one.root1),
        root: bytes(one.root2),
        proof: one.proof.map(bytes),
      })
      expect([one.name, isGood]).toEqual([one.name, !one.wantErr])
    }
  })
})

describe('trees', () => {
  test('TreeHasher has the root of the definition at every size', () => {
    const tree = new TreeHasher(sha256)
    expect(toHex(tree.root())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    for (const [i, leaf] of many.slice(0, 300).entries()) {
      tree.add(leaf)
      expect(tree.size).toBe(i + 1)
      expect(equalBytes(tree.root(), plainRoot(many.slice(0, i + 1)))).toBe(true)
    }
  })

  test('TreeHasher copied from another grows apart from it', () => {
    const tree = new TreeHasher(sha256)
    for (const leaf of leavesOf(5)) tree.add(leaf)
    const copy = new TreeHasher(sha256, tree)
    const before = tree.root()
    copy.add(many[9] ?? before)
    expect(equalBytes(tree.root(), before)).toBe(true)
    expect(equalBytes(copy.root(), before)).toBe(false)
  })

  test('foldRoots() of nothing is the root of the empty tree', () => {
    expect(toHex(foldRoots(sha256, []))).toBe(toHex(sha256(new Uint8Array(0))))
  })
})

describe('proofs', () => {
  const treeAndIndex = fc
    .integer({ min: 1, max: many.length })
    .chain((size) => fc.record({ size: fc.constant(size), index: fc.integer({ min: 0, max: size - 1 }) }))

  test('proveInclusion() proves every entry, and a bit flipped anywhere is refused', async () => {
    await fc.assert(
      fc.asyncProperty(treeAndIndex, fc.nat(), async ({ size, index }, where) => {
        const leaves = many.slice(0, size)
        const proof = await proveInclusion(sha256, nodesOf(leaves), index, size)
        const claim = { index, size, leafHash: leaves[index] ?? sha256(utf8('')), root: plainRoot(leaves), proof }
        expect(verifyInclusion(sha256, claim)).toBe(true)
        expect(verifyInclusion(sha256, { ...claim, proof: [...proof, claim.root] })).toBe(false)
        expect(verifyInclusion(sha256, { ...claim, index: index + 1 })).toBe(false)
        const bent = proof.map((hash) => new Uint8Array(hash))
        const target = bent[where % (bent.length || 1)] ?? null
        if (target === null) return
        target[where % 32] = (target[where % 32] ?? 0) ^ 1
        expect(verifyInclusion(sha256, { ...claim, proof: bent })).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  test('proveConsistency() proves every prefix, and a tree that differs in one leaf is refused', async () => {
    await fc.assert(
      fc.asyncProperty(treeAndIndex, async ({ size, index }) => {
        const first = index + 1
        const leaves = many.slice(0, size)
        const proof = await proveConsistency(sha256, nodesOf(leaves), first, size)
        const claim = { first, size, firstRoot: plainRoot(leaves.slice(0, first)), root: plainRoot(leaves), proof }
        expect(verifyConsistency(sha256, claim)).toBe(true)
        const other = [...leaves]
        other[index] = sha256(utf8('another'))
        expect(verifyConsistency(sha256, { ...claim, firstRoot: plainRoot(other.slice(0, first)) })).toBe(false)
        expect(verifyConsistency(sha256, { ...claim, proof: proof.slice(1) })).toBe(proof.length === 0)
      }),
      { numRuns: 60 },
    )
  })

  test('proveInclusion() and proveConsistency() refuse what lies outside the tree', async () => {
    await expect(proveInclusion(sha256, nodesOf(many), 3, 3)).rejects.toThrow(RangeError)
    await expect(proveInclusion(sha256, nodesOf(many), -1, 3)).rejects.toThrow(RangeError)
    await expect(proveConsistency(sha256, nodesOf(many), 0, 3)).rejects.toThrow(RangeError)
    await expect(proveConsistency(sha256, nodesOf(many), 4, 3)).rejects.toThrow(RangeError)
  })

  test('verifyInclusion() refuses sizes that are no integers, without looping', () => {
    const [leaf = sha256(utf8(''))] = many
    for (const size of [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60, 1.5, -1]) {
      expect(verifyInclusion(sha256, { index: 0, size, leafHash: leaf, root: leaf, proof: [] })).toBe(false)
    }
  })
})

describe('tiles', () => {
  test('rootFromPartials() gives the root at every size, and null when a tile is short', () => {
    for (const size of [0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 699]) {
      const partials = partialsOf(many.slice(0, size))
      const root = rootFromPartials(sha256, size, partials)
      expect(root !== null && equalBytes(root, plainRoot(many.slice(0, size)))).toBe(true)
      if (partialWidth(0, size) === 0) continue
      expect(rootFromPartials(sha256, size, [partials[0]?.subarray(32) ?? new Uint8Array(0)])).toBeNull()
    }
  })

  test('placeOfNode() and nodeInTile() find every node of a stored tile', () => {
    const tile = Buffer.concat(many.slice(256, 512))
    for (const [level, index] of [
      [0, 300],
      [3, 40],
      [7, 3],
    ] as const) {
      const place = placeOfNode(level, index)
      expect(place).toMatchObject({ level: 0, n: 1 })
      const node = nodeInTile(sha256, tile, place.from, place.count)
      const want = plainRoot(many.slice(index * 2 ** level, (index + 1) * 2 ** level))
      expect(node !== null && equalBytes(node, want)).toBe(true)
    }
    expect(placeOfNode(8, 1)).toEqual({ level: 1, n: 0, from: 1, count: 1 })
    expect(placeOfNode(17, 300)).toEqual({ level: 2, n: 2, from: 88, count: 2 })
    expect(nodeInTile(sha256, tile.subarray(0, 64), 1, 2)).toBeNull()
  })
})
