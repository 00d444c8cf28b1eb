import { createPublicKey, generateKeyPairSync, hash, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, fromBase64Url, utf8 } from '../bytes.ts'
import {
  checkpointText,
  ed25519Type,
  exportBlock,
  exportHead,
  formatNote,
  leafHash,
  TreeHasher,
  verifyExport,
  verifyKeyOf,
  type ExportVerdict,
  type VerifySignature,
} from './index.ts'

const sha256 = (data: Uint8Array): Uint8Array => hash('sha256', data, 'buffer')
const origin = 'ledger.example.com/enclave'
const pair = generateKeyPairSync('ed25519')
const publicKey = fromBase64Url(pair.publicKey.export({ format: 'jwk' }).x ?? '') ?? new Uint8Array(0)
const key = verifyKeyOf(sha256, origin, ed25519Type, publicKey)
const nodeVerify: VerifySignature = (known, message, signature) => {
  const x = Buffer.from(known.publicKey).toString('base64url')
  return verify(null, message, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), signature)
}

const entriesOf = (count: number) =>
  Array.from({ length: count }, (_, i) => utf8(`entry number ${i} ${'x'.repeat(i % 7)}`))
const leavesOf = (entries: readonly Uint8Array[]) => entries.map((entry) => leafHash(sha256, entry))

function noteOver(leaves: readonly Uint8Array[], name = origin): string {
  const tree = new TreeHasher(sha256)
  for (const leaf of leaves) tree.add(leaf)
  const text = checkpointText({ origin: name, size: leaves.length, root: tree.root() })
  return formatNote(text, [{ name: origin, keyId: key.keyId, signature: sign(null, utf8(text), pair.privateKey) }])
}

/** Write an export whose three parts may disagree. */
function exportOf(note: string, leaves: readonly Uint8Array[], entries: readonly Uint8Array[]): Uint8Array {
  const blocks: Uint8Array[] = [exportHead(note)]
  for (let first = 0; first < leaves.length; first += 256) {
    const isLast = first + 256 >= leaves.length
    const bundle = entries
      .slice(first, isLast ? undefined : first + 256)
      .map((entry) => concat(Uint8Array.of(entry.length >> 8, entry.length & 255), entry))
    blocks.push(exportBlock(concat(...leaves.slice(first, first + 256)), concat(...bundle)))
  }
  return concat(...blocks)
}

const check = (bytes: Uint8Array): Promise<ExportVerdict> =>
  verifyExport([bytes], { origin, keys: [key], sha256, verify: nodeVerify })

const entries = entriesOf(600)
const leaves = leavesOf(entries)
const whole = exportOf(noteOver(leaves), leaves, entries)
const without = <T>(list: readonly T[], at: number): T[] => list.filter((_, i) => i !== at)

describe('verifyExport()', () => {
  test('finds exports of every shape intact, in chunks of any size', async () => {
    for (const size of [0, 1, 255, 256, 257, 600]) {
      const some = entries.slice(0, size)
      expect(await check(exportOf(noteOver(leavesOf(some)), leavesOf(some), some))).toMatchObject({
        verdict: 'intact',
        checkpoint: { size },
      })
    }
    for (const step of [1, 7, 4096]) {
      const chunks = Array.from({ length: Math.ceil(whole.length / step) }, (_, i) =>
        whole.subarray(i * step, (i + 1) * step),
      )
      const verdict = await verifyExport(chunks, { origin, keys: [key], sha256, verify: nodeVerify })
      expect(verdict.verdict).toBe('intact')
    }
  })

  test('holds the tree of a checkpoint that was kept outside, of whatever size, or says how it differs', async () => {
    const checked = async (kept: readonly Uint8Array[]) => {
      const tree = new TreeHasher(sha256)
      for (const leaf of kept) tree.add(leaf)
      const outside = { origin, size: kept.length, root: tree.root() }
      return verifyExport([whole], { origin, keys: [key], sha256, verify: nodeVerify, outside })
    }
    for (const size of [0, 1, 255, 256, 257, 599, 600]) {
      expect((await checked(leaves.slice(0, size))).verdict).toBe('intact')
    }
    const other = leavesOf([utf8('another')])
    for (const size of [1, 256, 600]) {
      const fault = { what: 'outside', text: expect.stringContaining(`its first ${size} entries are others`) }
      expect(await checked([...leaves.slice(0, size - 1), ...other])).toMatchObject({ fault })
    }
    expect(await checked([...leaves, ...other])).toMatchObject({
      fault: { what: 'outside', text: 'it ends at 600 entries where the checkpoint outside has 601' },
    })
  })

  test('takes the longest entry there may be', async () => {
    const long = [new Uint8Array(65_535), utf8('short'), new Uint8Array(0)]
    expect((await check(exportOf(noteOver(leavesOf(long)), leavesOf(long), long))).verdict).toBe('intact')
  })

  test('leaves the bytes it was given as they were', async () => {
    const before = hash('sha256', whole)
    await check(whole)
    expect(hash('sha256', whole)).toBe(before)
  })

  test('refuses a bit flipped in any byte', async () => {
    const small = exportOf(noteOver(leaves.slice(0, 5)), leaves.slice(0, 5), entries.slice(0, 5))
    for (let at = 0; at < small.length; at++) {
      const bent = new Uint8Array(small)
      bent[at] = (bent[at] ?? 0) ^ (1 << (at % 8))
      expect([at, (await check(bent)).verdict]).toEqual([at, 'altered'])
    }
  })

  test('refuses a file cut off anywhere, and anything after its end', async () => {
    for (let length = 0; length < whole.length; length += 97) {
      expect((await check(whole.subarray(0, length))).verdict).toBe('altered')
    }
    expect(await check(concat(whole, Uint8Array.of(0)))).toMatchObject({ fault: { what: 'inserted', index: 600 } })
  })

  test('names the entry that was altered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(entries.length - 1), async (at) => {
        const bent = entries.with(at, utf8('another text altogether'))
        expect(await check(exportOf(noteOver(leaves), leaves, bent))).toEqual({
          verdict: 'altered',
          fault: { what: 'altered', index: at, text: `entry ${at} was altered` },
        })
      }),
      { numRuns: 30 },
    )
  })

  test('names the entry that was removed', async () => {
    for (const at of [0, 300, 599]) {
      const bytes = exportOf(noteOver(leaves), leaves, entries)
      const shorter = at < 512 ? removeInBlock(at) : exportOf(noteOver(leaves), leaves, without(entries, at))
      expect(shorter.length).toBeLessThan(bytes.length)
      expect(await check(shorter)).toMatchObject({ fault: { what: 'missing', index: at } })
    }
  })

  test('names the place of an inserted entry', async () => {
    const inserted = entries.toSpliced(520, 0, utf8('one more'))
    expect(await check(exportOf(noteOver(leaves), leaves, inserted))).toMatchObject({
      fault: { what: 'inserted', index: 520 },
    })
    expect(await check(exportOf(noteOver(leaves), leaves, [...entries, utf8('one more')]))).toMatchObject({
      fault: { what: 'inserted', index: 600 },
    })
  })

  test('names swapped and reordered entries', async () => {
    const [a = utf8(''), b = utf8('')] = [entries[40], entries[41]]
    expect(await check(exportOf(noteOver(leaves), leaves, entries.with(40, b).with(41, a)))).toMatchObject({
      fault: { what: 'reordered', index: 40, text: 'entries 40 and 41 were swapped' },
    })
    const moved = entries.with(40, entries[99] ?? b).with(99, a)
    expect(await check(exportOf(noteOver(leaves), leaves, moved))).toMatchObject({
      fault: { what: 'reordered', index: 40, text: 'entry 99 stands in the place of entry 40' },
    })
  })

  test('tells an altered hash from an altered entry', async () => {
    const bent = leaves.with(300, sha256(utf8('other')))
    expect(await check(exportOf(noteOver(leaves), bent, entries))).toMatchObject({
      fault: { what: 'hash', index: 300 },
    })
  })

  test('refuses entries and tiles that agree with each other only', async () => {
    const other = entries.with(300, utf8('other'))
    expect(await check(exportOf(noteOver(leaves), leavesOf(other), other))).toMatchObject({
      fault: { what: 'tree', index: null },
    })
  })

  test('refuses the checkpoint of another log, and of keys that are not pinned', async () => {
    const foreign = noteOver(leaves, 'other.example.com')
    expect(await check(exportOf(foreign, leaves, entries))).toMatchObject({ fault: { what: 'checkpoint' } })
    const stranger = verifyKeyOf(sha256, origin, ed25519Type, new Uint8Array(32).fill(7))
    const both = await verifyExport([whole], { origin, keys: [key, stranger], sha256, verify: nodeVerify })
    expect(both).toMatchObject({ fault: { what: 'checkpoint' } })
  })

  test('refuses a rolled-back checkpoint over the longer file', async () => {
    const rolledBack = exportOf(noteOver(leaves.slice(0, 512)), leaves, entries)
    expect((await check(rolledBack)).verdict).toBe('altered')
  })
})

/** Take one entry out of the first or second block of the whole export, with the length of the block put right. */
function removeInBlock(at: number): Uint8Array {
  const parts: Uint8Array[] = [exportHead(noteOver(leaves))]
  for (let first = 0; first < leaves.length; first += 256) {
    const kept = entries.slice(first, first + 256).filter((_, i) => first + i !== at)
    const bundle = kept.map((entry) => concat(Uint8Array.of(0, entry.length), entry))
    parts.push(exportBlock(concat(...leaves.slice(first, first + 256)), concat(...bundle)))
  }
  return concat(...parts)
}
