import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Problem } from '@sallyport/protocol'
import { joinShares, writeKeyAccess, writePolicy, type EcKeyAccess } from '@sallyport/protocol/tdf'
import { base64, forge, kas, policy, policyText, release, type Forgery } from './forged-file.ts'
import { openFile, sealFile, type Release } from './index.ts'
import { wrapShare } from './wrap.ts'

const mebi = 1024 * 1024

let folder = ''
let source = ''
let sealed = ''
let target = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-tdf-'))
  source = join(folder, 'source')
  sealed = join(folder, 'sealed.tdf')
  target = join(folder, 'target')
})
afterAll(() => rm(folder, { recursive: true, force: true }))
beforeEach(async () => {
  for (const name of await readdir(folder)) await rm(join(folder, name))
})

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => null,
    (reason: unknown) => reason,
  )
}

/** Open bytes as a file; a refusal must be one clear problem and leave nothing behind. */
async function open(bytes: Uint8Array, ask: Release = release, workers = 0): Promise<Uint8Array | Problem> {
  await writeFile(sealed, bytes)
  const failure = await failureOf(openFile({ source: sealed, target, release: ask, workers }))
  if (failure === null) {
    const content = await readFile(target)
    await rm(target)
    return new Uint8Array(content)
  }
  expect(failure).toBeInstanceOf(Problem)
  expect((await readdir(folder)).filter((name) => name !== 'sealed.tdf' && name !== 'source')).toEqual([])
  return failure as Problem
}

async function expectInvalid(bytes: Uint8Array, ask: Release = release, workers = 0): Promise<void> {
  const outcome = await open(bytes, ask, workers)
  expect(outcome).toMatchObject({ code: 'invalid-file', message: expect.stringMatching(/^cannot .+: .+, want .+$/) })
}

async function seal(content: Uint8Array, workers = 0): Promise<Uint8Array> {
  await writeFile(source, content)
  await sealFile({ source, target: sealed, policy, kas, workers })
  return new Uint8Array(await readFile(sealed))
}

describe('openFile()', () => {
  test('openFile() opens what was made by hand, with either segment hash, in either version', async () => {
    expect(await open(await forge())).toEqual(new Uint8Array(Buffer.from('first!second')))
    expect(await open(await forge({ hash: 'HS256' }))).toEqual(new Uint8Array(Buffer.from('first!second')))
    expect(await open(await forge({ isOld: true }))).toEqual(new Uint8Array(Buffer.from('first!second')))
    expect(await open(await forge({ contents: [] }))).toEqual(new Uint8Array(0))
  })

  test('openFile() joins the shares of all splits, and takes the next alternative when one is refused', async () => {
    const shares = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))] as const
    const wrap = async (share: Uint8Array, sid: string) =>
      writeKeyAccess({ ...(await wrapShare(share, policyText, kas)), splitId: sid } satisfies EcKeyAccess)
    const elsewhere = { ...(await wrap(shares[1], 'b')), type: 'wrapped' }
    const access = [
      await wrap(shares[0], 'a'),
      { ...elsewhere, type: 'mlkem-wrapped' },
      elsewhere,
      await wrap(shares[1], 'b'),
    ]
    const bytes = await forge({ key: joinShares(shares), access })
    expect(await open(bytes)).toEqual(new Uint8Array(Buffer.from('first!second')))
    const lacking = await forge({ key: joinShares(shares), access: access.slice(0, 3) })
    expect(await open(lacking)).toMatchObject({ code: 'refused' })
    await expectInvalid(await forge({ key: joinShares(shares), access: access.slice(0, 1) }))
    await expectInvalid(await forge({ key: joinShares(shares), access: access.slice(0, 2) }))
  })

  test.each<[string, Forgery]>([
    ['segments in another order', { payload: (segments) => segments.toReversed() }],
    ['a segment twice', { payload: ([first = new Uint8Array(0)]) => [first, first] }],
    ['a segment less', { payload: (segments) => segments.slice(1) }],
    [
      'segments swapped in the manifest too',
      {
        payload: (segments) => segments.toReversed(),
        change: (m) => void m.encryptionInformation.integrityInformation.segments.reverse(),
      },
    ],
    [
      'segments cut from the manifest too',
      {
        payload: (segments) => segments.slice(0, 1),
        change: (m) => void m.encryptionInformation.integrityInformation.segments.pop(),
      },
    ],
    [
      'a root signature by GMAC',
      {
        payload: (segments) => segments.slice(0, 1),
        change: ({ encryptionInformation: { integrityInformation: info } }) => {
          info.segments.pop()
          info.rootSignature = { alg: 'GMAC', sig: String(info.segments.at(-1)?.['hash']) }
        },
      },
    ],
    [
      'an unknown segment hash',
      { change: (m) => void (m.encryptionInformation.integrityInformation.segmentHashAlg = 'NONE') },
    ],
    ['content said to be in the clear', { change: (m) => void (m.payload['isEncrypted'] = false) }],
    [
      'another policy',
      { change: (m) => void (m.encryptionInformation.policy = writePolicy({ ...policy, labels: [] })) },
    ],
    [
      'another binding',
      {
        change: (m) =>
          void (m.encryptionInformation.keyAccess = m.encryptionInformation.keyAccess.map((access) => ({
            ...access,
            policyBinding: { alg: 'HS256', hash: base64(randomBytes(32)) },
          }))),
      },
    ],
    [
      'sizes beyond the payload',
      {
        change: (m) =>
          void (m.encryptionInformation.integrityInformation.segments = Array.from({ length: 1000 }, () => ({
            hash: base64(randomBytes(16)),
            segmentSize: 4 * mebi,
            encryptedSegmentSize: 4 * mebi + 28,
          }))),
      },
    ],
    ['an old file with segments in another order', { isOld: true, payload: (segments) => segments.toReversed() }],
    ['the rules of another version', { change: (m) => void delete m.schemaVersion }],
  ])('openFile() refuses %s', async (_, forgery) => {
    const bytes = await forge(forgery)
    for (const workers of [0, 1]) await expectInvalid(bytes, release, workers)
    expect(await open(await forge())).toHaveLength(12)
  })

  test('openFile() refuses a wrong share, a share of another size, and passes on a refusal of the gate', async () => {
    const bytes = await forge()
    await expectInvalid(bytes, async () => new Uint8Array(randomBytes(32)))
    await expectInvalid(bytes, async () => new Uint8Array(31))
    const refused = new Problem('refused', 'cannot release key: your status has ended, want a current one')
    expect(await open(bytes, () => Promise.reject(refused))).toBe(refused)
  })

  test('openFile() refuses a file cut anywhere', async () => {
    const bytes = await forge()
    for (let length = 0; length < bytes.length; length += 7) {
      expect(await open(bytes.subarray(0, length))).toMatchObject({ code: 'invalid-file' })
    }
  })

  test('openFile() refuses a bit flipped anywhere, or the content is the same', async () => {
    const bytes = await forge()
    const payloadEnd = 67 + 2 * 34
    let same = 0
    for (let at = 0; at < bytes.length; at++) {
      const outcome = await open(bytes.with(at, (bytes[at] ?? 0) ^ (1 << (at % 8))))
      if (outcome instanceof Problem) {
        expect(outcome.code).toBe('invalid-file')
      } else {
        // Times, versions, attributes: what says nothing about content. Never the payload or the manifest.
        expect(outcome).toEqual(new Uint8Array(Buffer.from('first!second')))
        expect(at < 67 || at >= payloadEnd).toBe(true)
        same++
      }
    }
    expect(same).toBeLessThan(80)
  })

  test('a worker that meets an altered segment in the middle of a large file leaves nothing behind', async () => {
    const bytes = await seal(new Uint8Array(randomBytes(20 * mebi)), 2)
    for (const at of [67, 10 * mebi, 20 * mebi]) {
      bytes[at] = (bytes[at] ?? 0) ^ 1
      await expectInvalid(bytes, release, 2)
      bytes[at] = (bytes[at] ?? 0) ^ 1
    }
    expect(await open(bytes, release, 2)).toHaveLength(20 * mebi)
  })
})
