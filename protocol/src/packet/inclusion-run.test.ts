import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../bytes.ts'
import { leafHash, nodeHash, proveInclusion, TreeHasher, verifyInclusion, type NodeReader } from '../ledger/index.ts'
import { InclusionRun } from './inclusion-run.ts'
import { sha256 } from './testing.ts'

const leaves = Array.from({ length: 70 }, (_, n) => leafHash(sha256, utf8(`entry ${n}`)))

function rootOf(size: number): Uint8Array {
  const tree = new TreeHasher(sha256)
  for (const leaf of leaves.slice(0, size)) tree.add(leaf)
  return tree.root()
}

const read: NodeReader = async (level, index) => {
  if (level === 0) return leaves[index] ?? new Uint8Array(32)
  return nodeHash(sha256, await read(level - 1, 2 * index), await read(level - 1, 2 * index + 1))
}

interface Claim {
  readonly index: number
  readonly leafHash: Uint8Array
  readonly proof: readonly Uint8Array[]
}

async function claimOf(index: number, size: number): Promise<Claim> {
  return {
    index,
    leafHash: leaves[index] ?? new Uint8Array(32),
    proof: await proveInclusion(sha256, read, index, size),
  }
}

const flipped = (bytes: Uint8Array, bit: number): Uint8Array =>
  bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))

/** What somebody makes of a true claim. */
const spoilings: Readonly<Record<string, (claim: Claim, other: Claim, n: number) => Claim>> = {
  nothing: (claim) => claim,
  'another index': (claim, other) => ({ ...claim, index: other.index }),
  'another leaf': (claim, other) => ({ ...claim, leafHash: other.leafHash }),
  'the proof of another entry': (claim, other) => ({ ...claim, proof: other.proof }),
  'another entry altogether': (_, other) => other,
  'a bit of the leaf flipped': (claim, _, n) => ({ ...claim, leafHash: flipped(claim.leafHash, n % 256) }),
  'a bit of a node flipped': (claim, _, n) => {
    const at = n % Math.max(1, claim.proof.length)
    return { ...claim, proof: claim.proof.map((node, i) => (i === at ? flipped(node, n % 256) : node)) }
  },
  'a node removed': (claim, _, n) => ({ ...claim, proof: claim.proof.toSpliced(n % (claim.proof.length + 1), 1) }),
  'a node too many': (claim, _, n) => ({
    ...claim,
    proof: claim.proof.toSpliced(n % (claim.proof.length + 1), 0, leaves[n % 70] ?? new Uint8Array(32)),
  }),
  'two nodes swapped': (claim, _, n) => {
    const at = n % Math.max(1, claim.proof.length - 1)
    const [first, second] = [claim.proof[at], claim.proof[at + 1]]
    return first === undefined || second === undefined
      ? claim
      : { ...claim, proof: claim.proof.with(at, second).with(at + 1, first) }
  },
  'a node cut short': (claim, _, n) => ({
    ...claim,
    proof: [...claim.proof.slice(0, -1), leaves[n % 70]?.slice(1) ?? new Uint8Array(0)],
  }),
  'a position outside': (claim, _, n) => ({ ...claim, index: [-1, 70, 0.5, Number.NaN][n % 4] ?? -1 }),
}

describe('InclusionRun', () => {
  test('holds for every entry of every size, in any order', async () => {
    for (const size of [1, 2, 3, 7, 8, 9, 64, 65, 70]) {
      const run = new InclusionRun(sha256, { size, root: rootOf(size) })
      for (let n = 0; n < size; n++) expect(run.holds(await claimOf(n, size))).toBe(true)
      for (let n = size - 1; n >= 0; n -= 3) expect(run.holds(await claimOf(n, size))).toBe(true)
    }
  })

  test('answers for each claim of a run as verifyInclusion() does, whatever somebody made of it and of those before', async () => {
    const one = fc.record({
      index: fc.nat(69),
      other: fc.nat(69),
      n: fc.nat(10_000),
      spoiled: fc.oneof({ weight: 2, arbitrary: fc.constant('nothing') }, fc.constantFrom(...Object.keys(spoilings))),
    })
    let [held, refused] = [0, 0]
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 70 }),
        fc.array(one, { maxLength: 40, size: 'max' }),
        fc.boolean(),
        async (size, list, isSorted) => {
          const root = rootOf(size)
          const run = new InclusionRun(sha256, { size, root })
          const ordered = isSorted ? list.toSorted((a, b) => (a.index % size) - (b.index % size)) : list
          for (const { index, other, n, spoiled } of ordered) {
            const [claim, another] = [await claimOf(index % size, size), await claimOf(other % size, size)]
            const made =
              claim.proof.length === 0 && spoiled === 'a node cut short'
                ? claim
                : spoilings[spoiled]?.(claim, another, n)
            if (made === undefined) continue
            const expected = verifyInclusion(sha256, { ...made, size, root })
            expect({ spoiled, index: made.index, holds: run.holds(made) }).toEqual({
              spoiled,
              index: made.index,
              holds: expected,
            })
            if (expected) held++
            else refused++
          }
        },
      ),
      { numRuns: 200 },
    )
    expect(Math.min(held, refused)).toBeGreaterThan(200)
  })

  test('hashes what neighbours share once', async () => {
    let hashed = 0
    const counting = (bytes: Uint8Array): Uint8Array => (hashed++, sha256(bytes))
    const run = new InclusionRun(counting, { size: 64, root: rootOf(64) })
    for (let n = 0; n < 64; n++) expect(run.holds(await claimOf(n, 64))).toBe(true)
    // Every node of the tree once; with whole proofs it were 6 * 64.
    expect(hashed).toBeLessThan(2 * 64)
  })
})
