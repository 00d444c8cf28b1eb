import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { truncateSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Problem } from '@sallyport/protocol'
import { isPolicyBound, isRootSigned, joinShares, readTdf } from '@sallyport/protocol/tdf'
import { kas, policy, policyText, release } from './forged-file.ts'
import { createReleaseKey, inspectFile, openFile, sealFile, type Release, type ReleaseRequest } from './index.ts'
import { hmacSha256 } from './wrap.ts'

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

async function open(bytes: Uint8Array, workers = 0): Promise<Uint8Array> {
  await writeFile(sealed, bytes)
  await openFile({ source: sealed, target, release, workers })
  const content = await readFile(target)
  await rm(target)
  return new Uint8Array(content)
}

async function seal(content: Uint8Array, workers = 0): Promise<Uint8Array> {
  await writeFile(source, content)
  await sealFile({ source, target: sealed, policy, kas, workers })
  return new Uint8Array(await readFile(sealed))
}

describe('sealFile() and openFile()', () => {
  test('sealFile() and openFile() give content back, at every size around segment and run boundaries, in every mode', async () => {
    const around = (bytes: number) => [bytes - 1, bytes, bytes + 1]
    const sizes = fc.constantFrom(
      0,
      1,
      27,
      28,
      ...around(256 * 1024),
      ...around(mebi),
      ...around(2 * mebi),
      ...around(8 * mebi),
      17 * mebi + 5,
    )
    const property = fc.asyncProperty(sizes, fc.constantFrom(0, 1, 2), fc.constantFrom(0, 1, 2), async (size, a, b) => {
      const content = new Uint8Array(randomBytes(size))
      const opened = await open(await seal(content, a), b)
      expect(Buffer.compare(opened, content)).toBe(0)
    })
    await fc.assert(property, { numRuns: 25 })
  })

  test('sealFile() takes a stream in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(mebi + 10), { maxLength: 5 }), async (lengths) => {
        const pieces = lengths.map((length) => new Uint8Array(randomBytes(length)))
        const stream = async function* () {
          yield* pieces
        }
        const result = await sealFile({ source: stream(), target: sealed, policy, kas })
        const content = Buffer.concat(pieces)
        expect(result.contentBytes).toBe(content.length)
        expect(result.sealedBytes).toBe((await stat(sealed)).size)
        expect(await open(await readFile(sealed))).toEqual(new Uint8Array(content))
      }),
      { numRuns: 10 },
    )
  })

  test('sealFile() writes the form that other readers want', async () => {
    const bytes = await seal(new Uint8Array(randomBytes(mebi + 5)))
    const tdf = await readTdf({ size: bytes.length, read: async (at, n) => bytes.slice(at, at + n) })
    expect(tdf.manifest).toMatchObject({ version: '4.3.0', policy: policyText, mimeType: 'application/octet-stream' })
    expect(tdf.manifest.keyAccess[0]).toMatchObject({ type: 'ec-wrapped', kid: 'k1', splitId: '', curve: 'P-256' })
    expect([...tdf.manifest.segments.plainBytes]).toEqual([mebi, 5])
    expect(tdf.manifest.segments.hashAlgorithm).toBe('GMAC')
    const empty = await seal(new Uint8Array(0))
    const { manifest } = await readTdf({ size: empty.length, read: async (at, n) => empty.slice(at, at + n) })
    expect([...manifest.segments.plainBytes]).toEqual([0])
  })

  test('sealFile() splits the key so that the shares of all gates lead to it, and those of all but one to nothing', async () => {
    const keys = await Promise.all([createReleaseKey(), createReleaseKey(), createReleaseKey()])
    const gates = keys.map(({ publicKeyPem }, i) => ({
      url: `https://gate-${i}.example/kas`,
      kid: `k${i}`,
      publicKeyPem,
    }))
    const [home = kas, ...also] = gates
    await writeFile(source, 'content')
    await sealFile({ source, target: sealed, policy, kas: home, also })
    const bytes = new Uint8Array(await readFile(sealed))
    const { manifest } = await readTdf({ size: bytes.length, read: async (at, n) => bytes.slice(at, at + n) })
    expect(manifest.keyAccess.map(({ url, splitId }) => [url, splitId])).toEqual(
      gates.map(({ url }, i) => [url, String(i + 1)]),
    )
    const releaseOf =
      (asked: string[]): Release =>
      async ({ keyAccess }) => {
        const key = keys[gates.findIndex(({ url }) => url === keyAccess.url)]
        if (key === undefined || keyAccess.type !== 'ec-wrapped') throw new TypeError('no such gate')
        asked.push(keyAccess.url)
        return await key.unwrap(keyAccess.wrappedKey, keyAccess.ephemeralPublicKey)
      }
    const shares: Uint8Array[] = []
    for (const keyAccess of manifest.keyAccess) {
      const share = await releaseOf([])({ keyAccess } as ReleaseRequest)
      expect(await isPolicyBound(hmacSha256, share, manifest.policy, keyAccess.binding)).toBe(true)
      shares.push(share)
    }
    expect(await isRootSigned(hmacSha256, joinShares(shares), manifest)).toBe(true)
    const lacking = [shares.slice(0, 1), shares.slice(1, 2), shares.slice(2), shares.slice(0, 2), shares.slice(1)]
    for (const some of lacking) expect(await isRootSigned(hmacSha256, joinShares(some), manifest)).toBe(false)
    const asked: string[] = []
    await openFile({ source: sealed, target, release: releaseOf(asked) })
    expect(await readFile(target, 'utf8')).toBe('content')
    expect(asked).toEqual(gates.map(({ url }) => url))
    expect((await inspectFile(sealed)).splits.map((one) => one.map(({ origin }) => origin))).toEqual(
      gates.map((_, i) => [`https://gate-${i}.example`]),
    )
  })

  test('openFile() lets only its owner read the content', async () => {
    await seal(Buffer.from('x'))
    await openFile({ source: sealed, target, release })
    expect((await stat(target)).mode & 0o777).toBe(0o600)
  })

  test('sealFile() reports progress up to the whole', async () => {
    await writeFile(source, randomBytes(20 * mebi))
    const seen: number[] = []
    const onProgress = ({ doneBytes }: { doneBytes: number }) => void seen.push(doneBytes)
    await sealFile({ source, target: sealed, policy, kas, workers: 2, onProgress })
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    expect(seen.at(-1)).toBe(20 * mebi)
  })

  test.each([0, 2])('an aborted signal stops the work and leaves no file, with %i workers', async (workers) => {
    await writeFile(source, randomBytes(20 * mebi))
    const controller = new AbortController()
    const reason = new Error('enough')
    const onProgress = () => controller.abort(reason)
    const sealing = sealFile({ source, target: sealed, policy, kas, workers, onProgress, signal: controller.signal })
    expect(await failureOf(sealing)).toBe(reason)
    expect(await readdir(folder)).toEqual(['source'])
    const late = openFile({ source: sealed, target, release, signal: controller.signal })
    expect(await failureOf(late)).toBe(reason)
  })

  test.each([
    ['longer', (size: number) => size + 1],
    ['shorter', (size: number) => size - mebi],
  ])('sealFile() refuses a source that becomes %s while it is read', async (_, change) => {
    const size = 20 * mebi
    await writeFile(source, randomBytes(size))
    const onProgress = () => truncateSync(source, change(size))
    const sealing = sealFile({ source, target: sealed, policy, kas, workers: 0, onProgress })
    expect(await failureOf(sealing)).toMatchObject({ code: 'conflict' })
    expect(await readdir(folder)).toEqual(['source'])
  })

  test('a file that is not there, a folder, a bad gate key and too many workers are refused, and nothing is left', async () => {
    await writeFile(source, 'x')
    const work = [
      sealFile({ source: join(folder, 'none'), target: sealed, policy, kas }),
      sealFile({ source: folder, target: sealed, policy, kas }),
      sealFile({ source, target: join(folder, 'none', 'x'), policy, kas }),
      sealFile({ source, target: sealed, policy, kas: { ...kas, publicKeyPem: 'none' } }),
      sealFile({ source, target: sealed, policy, kas, workers: 17 }),
      openFile({ source: join(folder, 'none'), target, release }),
    ]
    const codes = (await Promise.all(work.map(failureOf))).map((problem) => (problem as Problem).code)
    expect(codes).toEqual(['not-found', 'not-found', 'not-found', 'invalid-request', 'invalid-request', 'not-found'])
    expect(await readdir(folder)).toEqual(['source'])
  })

  test('openFile() leaves a file of the same name as it was when it fails', async () => {
    const bytes = await seal(Buffer.from('new'))
    await writeFile(target, 'old')
    await writeFile(sealed, bytes.subarray(1))
    expect(await failureOf(openFile({ source: sealed, target, release }))).toBeInstanceOf(Problem)
    expect(await readFile(target, 'utf8')).toBe('old')
  })

  test('unzip and python find nothing wrong with a sealed file', async ({ skip }) => {
    await seal(new Uint8Array(randomBytes(3 * mebi)))
    const python = 'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(z.testzip(), z.namelist())'
    let answers: string[]
    try {
      answers = [
        execFileSync('unzip', ['-tq', sealed], { encoding: 'utf8' }),
        execFileSync('python3', ['-c', python, sealed], { encoding: 'utf8' }),
      ]
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
        skip('needs the packages unzip and python3')
      throw error
    }
    expect(answers[0]).toContain('No errors detected')
    expect(answers[1]).toBe("None ['0.payload', '0.manifest.json']\n")
  })
})

describe('inspectFile()', () => {
  test('inspectFile() tells the facts without a gate', async () => {
    await seal(Buffer.from('content'))
    expect(await inspectFile(sealed)).toMatchObject({
      version: '4.3.0',
      policy: { uuid: policy.uuid, labels: [{ fqn: policy.labels[0] }], dissem: [] },
      splits: [[{ origin: 'https://gate.example', kid: 'k1', algorithm: 'EC P-256', bits: 128 }]],
      contentBytes: 7,
      segments: 1,
      fileBytes: (await stat(sealed)).size,
      weakestWrapBits: 128,
    })
  })

  test('inspectFile() refuses what is no sealed file', async () => {
    await writeFile(sealed, 'PK something else entirely, long enough to hold an end record')
    expect(await failureOf(inspectFile(sealed))).toMatchObject({ code: 'invalid-file' })
    expect(await failureOf(inspectFile(join(folder, 'none')))).toMatchObject({ code: 'not-found' })
  })
})
