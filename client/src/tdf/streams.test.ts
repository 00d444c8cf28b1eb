import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { concat } from '@sallyport/protocol'
import { parsePolicy, readTdf, writePolicy } from '@sallyport/protocol/tdf'
import { forge, kas, policy, release } from './forged-file.ts'
import { openFile, sealFile } from './index.ts'
import { openStream } from './open-stream.ts'
import { releaseSigner } from './release-key.ts'
import { sealStream, type Sealed } from './seal-stream.ts'
import { nodeCipher } from './segment-cipher.ts'
import { webCipher } from './web-cipher.ts'
import { makeDataKey, wrapSplits } from './wrap.ts'

const mebi = 1024 * 1024
const ciphers = [
  ['node', nodeCipher],
  ['web', webCipher],
] as const
type MakeCipher = (typeof ciphers)[number][1]

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'streams-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** In pieces of which none fits a segment. */
async function* inPieces(bytes: Uint8Array, size = 300_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function seal(make: MakeCipher, content: Uint8Array, totalBytes: number | null = content.length) {
  const key = makeDataKey()
  const text = writePolicy(policy)
  const keyAccess = await wrapSplits(key, text, [kas])
  const cipher = await make(key)
  const sealing = sealStream({ content: inPieces(content), totalBytes, key, cipher, policy: text, keyAccess })
  const pieces: Uint8Array[] = []
  for (;;) {
    const next: IteratorResult<Uint8Array, Sealed> = await sealing.next()
    if (next.done === true) return { container: concat(...pieces), sealed: next.value }
    pieces.push(next.value)
  }
}

async function open(make: MakeCipher, container: Uint8Array): Promise<Uint8Array> {
  const access = { size: container.length, read: async (at: number, n: number) => container.subarray(at, at + n) }
  const tdf = await readTdf(access)
  const key = await releaseSigner(tdf.manifest, parsePolicy(tdf.manifest.policy), { release })
  const pieces: Uint8Array[] = []
  for await (const piece of openStream({ sealed: inPieces(container, 70_001), tdf, cipher: await make(key) })) {
    pieces.push(piece)
  }
  return concat(...pieces)
}

describe('sealStream() and openStream()', () => {
  const cases = [0, 1, mebi, 2 * mebi + 17].flatMap((size) =>
    ciphers.map(([name, make]) => [size, name, make] as const),
  )

  test.each(cases)('%i bytes sealed by the %s cipher open in every way', async (size, _, make) => {
    const content = randomBytes(size)
    const { container, sealed } = await seal(make, content)
    expect(sealed).toMatchObject({ contentBytes: size, sealedBytes: container.length })
    const source = join(folder, `stream-${size}.tdf`)
    await writeFile(source, container)
    await openFile({ source, target: `${source}.out`, release })
    expect((await readFile(`${source}.out`)).equals(content)).toBe(true)
    for (const [, other] of ciphers) expect(Buffer.compare(await open(other, container), content)).toBe(0)
  })

  test.each(ciphers)('a file sealed on disk opens as a stream with the %s cipher', async (name, make) => {
    const content = randomBytes(3 * mebi + 5)
    const source = join(folder, `disk-${name}`)
    await writeFile(source, content)
    await sealFile({ source, target: `${source}.tdf`, policy, kas })
    expect(Buffer.compare(await open(make, await readFile(`${source}.tdf`)), content)).toBe(0)
  })

  test('sealStream() refuses content that is not as long as was said', async () => {
    await expect(seal(webCipher, randomBytes(1000), 999)).rejects.toMatchObject({ code: 'conflict' })
  })

  test.each(ciphers)('openStream() takes what others write, with the %s cipher', async (_, make) => {
    for (const forgery of [{}, { hash: 'HS256' }, { isOld: true }] as const) {
      expect(Buffer.from(await open(make, await forge(forgery))).toString()).toBe('first!second')
    }
  })

  const alterations = [
    ['an altered segment', (segments: Uint8Array[]) => segments.map((one, i) => (i === 1 ? one.with(14, 1) : one))],
    ['exchanged segments', (segments: Uint8Array[]) => segments.toReversed()],
  ] as const
  test.each(
    alterations.flatMap(([what, payload]) => ciphers.map(([name, make]) => [what, name, make, payload] as const)),
  )('openStream() refuses %s, with the %s cipher', async (_what, _name, make, payload) => {
    await expect(open(make, await forge({ payload }))).rejects.toMatchObject({ code: 'invalid-file' })
  })

  test.each(ciphers)('openStream() refuses a container that ends early, with the %s cipher', async (_, make) => {
    const { container } = await seal(make, randomBytes(2 * mebi))
    const tdf = await readTdf({ size: container.length, read: async (at, n) => container.subarray(at, at + n) })
    const key = await releaseSigner(tdf.manifest, parsePolicy(tdf.manifest.policy), { release })
    const cut = openStream({ sealed: inPieces(container.subarray(0, mebi + 500)), tdf, cipher: await make(key) })
    const taken: number[] = []
    const take = async (): Promise<void> => {
      for await (const piece of cut) taken.push(piece.length)
    }
    await expect(take()).rejects.toMatchObject({ code: 'invalid-file' })
    expect(taken.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(mebi)
  })
})
