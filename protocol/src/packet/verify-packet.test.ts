import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, utf8 } from '../bytes.ts'
import { exportBlock, exportHead, leafHash } from '../ledger/index.ts'
import {
  archiveLength,
  crc32,
  verifyPacket,
  verifySelection,
  type PacketStatement,
  type PacketVerdict,
} from './index.ts'
import {
  archived,
  fileId,
  nodeVerify,
  runningHash,
  sha256,
  signed,
  sourceOf,
  testLedger,
  testPacket,
  timestampCrypto,
  type PacketChanges,
} from './testing.ts'

const ledger = testLedger(70)
const keys = ledger.signers.map(({ key }) => key)
const options = { keys, sha256, runningHash, verify: nodeVerify, timestampCrypto, timestampRoots: null }
const check = (bytes: Uint8Array): Promise<PacketVerdict> => verifyPacket(sourceOf(bytes), options)
const checkParts = (parts: ReadonlyMap<string, Uint8Array>) => check(archived(parts))
/** A packet that a gate could sign if it were false. */
const checkSigned = async (changes: PacketChanges) => checkParts(await testPacket(ledger, changes))
const faultsOf = (verdict: PacketVerdict) => (verdict.verdict === 'altered' ? verdict.faults : [])

const whole = await testPacket(ledger)
const linesOf = (name: string) =>
  Buffer.from(whole.get(name) ?? '')
    .toString()
    .split('\n')
    .slice(0, -1)
/** The whole packet with other lines in a part, signatures as they were. */
function withLines(name: string, change: (lines: string[]) => readonly string[]): Map<string, Uint8Array> {
  const lines = change(linesOf(name)).map((line) => `${line}\n`)
  return new Map([...whole].map(([key, bytes]) => [key, key === name ? utf8(lines.join('')) : bytes]))
}
const swapped = (lines: string[], a: number) => lines.with(a, lines[a + 1] ?? '').with(a + 1, lines[a] ?? '')

describe('verifyPacket()', () => {
  test('finds a packet about a file intact, and tells what is in it', async () => {
    const told: number[] = []
    const verdict = await verifyPacket(sourceOf(archived(whole)), { ...options, onEntry: (index) => told.push(index) })
    expect(verdict).toMatchObject({ verdict: 'intact', facts: { permits: 28, denials: 7, checkpoint: { size: 70 } } })
    expect(told).toEqual(Array.from({ length: 35 }, (_, i) => 2 * i))
  })

  test('finds periods intact: in the middle, at both ends, of everything and of nothing', async () => {
    for (const period of [
      [10, 20],
      [0, 7],
      [60, 70],
      [0, 70],
      [30, 30],
    ] as const) {
      expect([period, (await checkSigned({ period })).verdict]).toEqual([period, 'intact'])
    }
  })

  test('checks by the keys that a packet names only where the caller has none, with their fingerprint', async () => {
    const own = await verifyPacket(sourceOf(archived(whole)), { ...options, keys: null })
    expect(own).toMatchObject({ verdict: 'intact' })
    const other = testLedger(70)
    const forged = await verifyPacket(sourceOf(archived(await testPacket(other))), options)
    expect(faultsOf(forged)).toContainEqual(expect.objectContaining({ what: 'signature' }))
    const forgedOwn = await verifyPacket(sourceOf(archived(await testPacket(other))), { ...options, keys: null })
    const fingerprints = [own, forgedOwn].map((one) => one.verdict === 'intact' && Buffer.from(one.facts.fingerprint))
    expect(fingerprints[0]).not.toEqual(fingerprints[1])
  })

  test('refuses a bit flipped anywhere', async () => {
    const small = archived(await testPacket(testLedger(3), { filter: [fileId(1)] }))
    // Every fifth byte, and every one of the archive's own at its end.
    for (let at = 0; at < small.length; at += at < small.length - 600 ? 5 : 1) {
      const bent = small.slice()
      bent[at] = (bent[at] ?? 0) ^ (1 << (at % 8))
      const { verdict } = await verifyPacket(sourceOf(bent), { ...options, keys: null })
      expect([at, verdict]).toEqual([at, 'altered'])
    }
  }, 60_000)

  test('refuses a file cut off anywhere, and anything before or after it', async () => {
    const bytes = archived(whole)
    for (let length = 0; length < bytes.length; length += 499) {
      expect((await check(bytes.subarray(0, length))).verdict).toBe('altered')
    }
    expect((await check(concat(bytes, Uint8Array.of(0)))).verdict).toBe('altered')
    expect((await check(concat(Uint8Array.of(0), bytes))).verdict).toBe('altered')
    expect((await check(new Uint8Array(0))).verdict).toBe('altered')
  })

  test('names the entry that was altered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(34), async (n) => {
        const parts = withLines('entries.jsonl', (lines) =>
          lines.with(n, (lines[n] ?? '').replace('file.open', 'file.0pen')),
        )
        const faults = faultsOf(await checkParts(parts))
        expect(faults).toContainEqual(expect.objectContaining({ what: 'part', part: 'entries.jsonl' }))
        expect(faults.filter(({ index }) => index !== null)).toMatchObject([{ what: 'entry', index: 2 * n }])
      }),
      { numRuns: 20 },
    )
  })

  test('names the entry that was removed, once, whichever it is', async () => {
    for (const n of [0, 17, 34]) {
      const faults = faultsOf(await checkParts(withLines('entries.jsonl', (lines) => lines.toSpliced(n, 1))))
      expect(faults.filter(({ index }) => index !== null)).toMatchObject([{ what: 'missing', index: 2 * n }])
    }
  })

  test('names the place of an entry that was inserted', async () => {
    const faults = faultsOf(await checkParts(withLines('entries.jsonl', (lines) => lines.toSpliced(5, 0, '{"x":1}'))))
    expect(faults.filter(({ index }) => index !== null)).toMatchObject([{ what: 'inserted', index: 10 }])
    const after = faultsOf(await checkParts(withLines('entries.jsonl', (lines) => [...lines, '{"x":1}'])))
    expect(after).toContainEqual(expect.objectContaining({ what: 'inserted' }))
  })

  test('names entries that were put in another order, with or without their proofs', async () => {
    const faults = faultsOf(await checkParts(withLines('entries.jsonl', (lines) => swapped(lines, 5))))
    expect(faults.filter(({ index }) => index !== null)).toMatchObject([{ what: 'reordered', index: 10 }])
    const both = await checkSigned({ indexes: (chosen) => [...chosen].reverse() })
    expect(faultsOf(both)[0]).toMatchObject({ what: 'reordered', index: 66 })
  })

  test('refuses the proof of another entry', async () => {
    const lines = linesOf('proofs.jsonl')
    const proof = (n: number) => (JSON.parse(lines[n] ?? '') as { proof: unknown }).proof
    const bent = JSON.stringify({ ...(JSON.parse(lines[3] ?? '') as object), proof: proof(4) })
    const faults = faultsOf(await checkParts(withLines('proofs.jsonl', (all) => all.with(3, bent))))
    expect(faults).toContainEqual(expect.objectContaining({ what: 'proof', index: 6 }))
    const claimed = await checkSigned({ proofIndex: (index) => (index === 6 ? 7 : index) })
    expect(faultsOf(claimed)).toContainEqual(expect.objectContaining({ what: 'entry', index: 7 }))
  })

  test('refuses the checkpoint of another log, and of another tree under the same keys', async () => {
    const otherName = testLedger(70, { origin: 'other.example.com' })
    expect(faultsOf(await checkParts(await testPacket(otherName)))).toContainEqual(
      expect.objectContaining({ what: 'checkpoint' }),
    )
    const forked = await checkSigned({ checkpointOf: testLedger(70, { more: 'forked' }) })
    expect(faultsOf(forked)[0]).toMatchObject({ what: 'proof', index: 0 })
  })

  test('refuses a checkpoint that was rolled back under entries that it does not have', async () => {
    const rolledBack = await testPacket(ledger, { size: 40 })
    const { checkpoint } = (
      JSON.parse(Buffer.from(rolledBack.get('packet.json') ?? '').toString()) as {
        ledger: { checkpoint: string }
      }
    ).ledger
    const faults = faultsOf(
      await checkSigned({ statement: (one) => ({ ...one, ledger: { ...one.ledger, checkpoint } }) }),
    )
    expect(faults).toContainEqual(
      expect.objectContaining({ what: 'selection', text: 'the positions are outside of the checkpoint' }),
    )
    expect(faults).toContainEqual(expect.objectContaining({ what: 'proof', index: 0 }))
  })

  test('refuses a filter or a count that was altered, and names an entry that the filter does not choose', async () => {
    for (const [from, to] of [
      [`"${fileId(0)}"`, `"${fileId(1)}"`],
      ['"entries": 35', '"entries": 34'],
    ] as const) {
      const parts = new Map(whole)
      parts.set(
        'packet.json',
        utf8(
          Buffer.from(whole.get('packet.json') ?? '')
            .toString()
            .replaceAll(from, to),
        ),
      )
      expect(faultsOf(await checkParts(parts))[0]).toMatchObject({ what: 'signature' })
    }
    const count = await checkSigned({ statement: (one) => ({ ...one, selection: { ...one.selection, entries: 34 } }) })
    expect(faultsOf(count)).toContainEqual(expect.objectContaining({ what: 'selection' }))
    const more = await checkSigned({ indexes: (chosen) => [...chosen, 1].sort((a, b) => a - b) })
    expect(faultsOf(more)).toMatchObject([{ what: 'selection', index: 1 }])
  })

  test('finds an entry left out of a period, though its maker signed it: at the ends, in the middle', async () => {
    for (const gone of [9, 10, 15, 19, 20]) {
      const faults = faultsOf(
        await checkSigned({ period: [10, 20], indexes: (chosen) => chosen.filter((i) => i !== gone) }),
      )
      expect([gone, faults[0]]).toEqual([gone, expect.objectContaining({ what: 'missing', index: gone })])
    }
  })

  test('finds a period that was made smaller than the question, by the entry at its edge', async () => {
    const question = { from: new Date(Date.UTC(2026, 10, 1) + 8000).toISOString() }
    expect(faultsOf(await checkSigned({ period: [10, 20], question }))).toMatchObject([{ what: 'selection', index: 9 }])
    const edges = { before: false, after: true }
    const hidden = await checkSigned({
      period: [10, 20],
      indexes: (chosen) => chosen.slice(1),
      statement: (one) => ({ ...one, selection: { ...one.selection, edges, entries: 11 } }),
    })
    expect(faultsOf(hidden)[0]).toMatchObject({ what: 'selection' })
  })

  test('refuses policies whose text is not of the digest that the entries name, and policies that are left out', async () => {
    expect(faultsOf(await checkSigned({ policyText: 'permit(principal, action, resource);' }))).toMatchObject([
      { what: 'policy' },
    ])
    const without = await checkSigned({ statement: (one) => ({ ...one, policies: [] }) })
    expect(faultsOf(without)).toMatchObject([{ what: 'policy', text: expect.stringContaining('which are not here') }])
  })

  test('refuses a part that was swapped, added, removed or moved', async () => {
    const parts = new Map(whole)
    parts.set('README.txt', utf8('other words'))
    expect(faultsOf(await checkParts(parts))).toMatchObject([{ what: 'part', part: 'README.txt' }])
    expect(faultsOf(await checkParts(new Map([...whole, ['more.txt', utf8('')]])))).toMatchObject([
      { what: 'part', part: 'more.txt' },
    ])
    expect(faultsOf(await checkParts(new Map([...whole].filter(([name]) => name !== 'README.txt'))))).toMatchObject([
      { what: 'part', part: 'README.txt' },
    ])
    const [readMe, ...others] = [...whole].slice(3)
    const moved = new Map([...[...whole].slice(0, 3), ...others, readMe ?? ['', utf8('')]])
    expect(faultsOf(await checkParts(moved))[0]).toMatchObject({ what: 'part' })
  })

  test('refuses the receipt of another packet, and one that is not signed', async () => {
    const other = await testPacket(ledger, { filter: [fileId(1)] })
    const receipt = other.get('receipt.json') ?? utf8('')
    expect(faultsOf(await checkParts(new Map(whole).set('receipt.json', receipt)))).toMatchObject([{ what: 'receipt' }])
    const bent = Buffer.from(whole.get('receipt.json') ?? '')
      .toString()
      .replace('"signature":"', '"signature":"AAAA')
    expect(faultsOf(await checkParts(new Map(whole).set('receipt.json', utf8(bent))))).toMatchObject([
      { what: 'receipt' },
    ])
  })

  test('takes a checkpoint of the same ledger for no signature of a packet', async () => {
    const { checkpoint } = (
      JSON.parse(Buffer.from(whole.get('packet.json') ?? '').toString()) as { ledger: { checkpoint: string } }
    ).ledger
    expect(faultsOf(await checkParts(new Map(whole).set('signature.txt', utf8(checkpoint))))).toMatchObject([
      { what: 'signature' },
    ])
    const half = signed({ ...ledger, signers: [ledger.signers[0], ledger.signers[0]] }, 'x\n')
    expect(faultsOf(await checkParts(new Map(whole).set('signature.txt', utf8(half))))).toMatchObject([
      { what: 'signature' },
    ])
  })

  test('never throws, whatever the bytes are', async () => {
    const bytes = archived(whole)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        async (changes) => {
          const bent = bytes.slice()
          for (const [at, byte] of changes) bent[at] = byte
          expect(['intact', 'altered']).toContain((await check(bent)).verdict)
        },
      ),
      { numRuns: 100 },
    )
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (random) => {
        expect((await check(random)).verdict).toBe('altered')
      }),
    )
  })
})

describe('verifySelection()', () => {
  const leaves = ledger.entries.map((entry) => leafHash(sha256, entry))
  const bundle = ledger.entries.flatMap((entry) => [Uint8Array.of(entry.length >> 8, entry.length & 255), entry])
  const { checkpoint } = statementIn(whole).ledger
  const exported = concat(exportHead(checkpoint), exportBlock(concat(...leaves), concat(...bundle)))

  test('finds nothing left out of an honest packet, and names what a gate that signs anything left out', async () => {
    for (const gone of [null, 0, 34, 68]) {
      const parts = await testPacket(ledger, { indexes: (chosen) => chosen.filter((i) => i !== gone) })
      const has = new Set<number>()
      const verdict = await verifyPacket(sourceOf(archived(parts)), { ...options, onEntry: (index) => has.add(index) })
      // By itself the packet cannot show it: its maker stated that there is no other.
      expect(verdict.verdict).toBe('intact')
      const found = await verifySelection([exported], statementIn(parts).selection, (index) => has.has(index))
      expect(found).toEqual(gone === null ? null : { index: gone })
    }
  })
})

function statementIn(parts: ReadonlyMap<string, Uint8Array>): PacketStatement {
  return JSON.parse(Buffer.from(parts.get('packet.json') ?? '').toString()) as PacketStatement
}

describe('crc32()', () => {
  test('gives the check value of its standard, at once and in pieces', () => {
    expect(crc32(utf8('123456789'), 0)).toBe(0xcbf4_3926)
    expect(crc32(utf8('6789'), crc32(utf8('12345'), 0))).toBe(0xcbf4_3926)
  })

  test('archiveLength() counts what archived() writes', () => {
    const parts = [...whole].map(([name, bytes]) => ({ name, bytes: bytes.length, crc: 0 }))
    expect(archiveLength(parts)).toBe(archived(whole).length)
  })
})
